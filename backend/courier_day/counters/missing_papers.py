"""The office finds that papers are missing: its clerk asks for them, by form 02."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.pick_ups import demand_here
from backend.courier_day.counters.results import find_named
from backend.courier_day.counters.scans import ItemNotFound
from backend.courier_day.counters.scene import Seat, sit_down
from backend.courier_day.supplements import When, ask_supplement
from backend.dossiers.models import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked; `supplement` is the item that the courier will collect."""

    act: CounterAct
    dossier: Dossier
    supplement: Dossier


def ask_for_papers(
    session: Session,
    seat: Seat,
    *,
    item: str,
    form_no: str,
    when: When | None = None,
    asked: Mapping[str, Any],
) -> Asked:
    """The case of a dossier that lies here waits for more papers; the citizen is told.

    item: item code or portal code. Raises what `sit_down` and `ask_supplement` raise, ItemNotFound,
    PortalCodeAmbiguous, NotHeldHere; then nothing is written.
    """
    scene = sit_down(session, seat)
    found = find_named(scene, [item])
    if item not in found:
        raise ItemNotFound(item=item)
    dossier = scene.dossier(found[item])
    demand_here(scene, dossier)
    supplement = ask_supplement(
        session, dossier.id, form_no=form_no, when=when, origin=scene.origin
    )
    outcome = {"dossier": str(dossier.id), "supplement": str(supplement.id)}
    act, _ = scene.finish(ActKind.SUPPLEMENT, asked=asked, outcome=outcome)
    return Asked(act=act, dossier=dossier, supplement=supplement)

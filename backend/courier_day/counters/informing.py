"""The office hears that its result was delivered (DOMAIN §5.13)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backend.courier_day.counters.acts import ActKind
from backend.courier_day.counters.items import BatchDone, ItemOutcome, Sealed, as_json, go_through
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.dossiers import custody
from backend.dossiers.case_status import CaseEvent, find_next_status
from backend.dossiers.cases import move_case
from backend.dossiers.models import CustodyEvent, CustodyEventType, Dossier, DossierState
from backend.places.models import Office


def inform_office(
    session: Session, seat: Seat, *, items: Sequence[str], asked: Mapping[str, Any]
) -> BatchDone:
    """The office's clerk takes note of deliveries; each case is closed by it, once.

    What is not delivered, or another office's, stays NOT_HERE. Raises what `sit_down` raises.
    """
    scene = sit_down(session, seat)
    named = [Sealed(item=text) for text in items]
    lines = go_through(scene, named, lambda dossier, _: _inform(scene, dossier))
    outcome = {"items": as_json(lines)}
    act, _ = scene.finish(ActKind.OFFICE_INFORMED, asked=asked, outcome=outcome)
    return BatchDone(act=act, items=tuple(lines))


def list_delivered(session: Session, office: Office) -> list[Dossier]:
    """Results of an office that were delivered and that it has not taken note of, by item code."""
    informed = exists().where(
        CustodyEvent.dossier_id == Dossier.id,
        CustodyEvent.type == CustodyEventType.OFFICE_INFORMED,
    )
    return list(
        session.scalars(
            select(Dossier)
            .where(
                Dossier.filing_office_id == office.id,
                Dossier.state == DossierState.DELIVERED,
                ~informed,
            )
            .order_by(Dossier.item_code)
        )
    )


def _inform(scene: CounterScene, dossier: Dossier) -> ItemOutcome:
    delivered = dossier.state is DossierState.DELIVERED
    if not delivered or dossier.filing_office_id != scene.place.id:
        return ItemOutcome.NOT_HERE
    known = scene.session.scalars(
        select(CustodyEvent.n)
        .where(
            CustodyEvent.dossier_id == dossier.id,
            CustodyEvent.type == CustodyEventType.OFFICE_INFORMED,
        )
        .limit(1)
    ).first()
    if known is not None:
        return ItemOutcome.ALREADY
    custody.record_event(
        scene.session,
        dossier,
        CustodyEventType.OFFICE_INFORMED,
        origin=scene.origin,
        evidence=scene.here(),
    )
    if find_next_status(dossier.case_status, CaseEvent.RETURN_RESULT):
        move_case(scene.session, dossier, CaseEvent.RETURN_RESULT, origin=scene.origin)
    return ItemOutcome.DONE

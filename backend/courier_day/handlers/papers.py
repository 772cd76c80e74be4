"""At the door, before the papers change hands: checked, missing something, listed, sealed."""

from typing import Annotated

import msgspec

from backend import clock
from backend.courier_day import form_contents, visits
from backend.courier_day.handlers.bodies import Papers, Seal, WithDossier, listed
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import keep_repeat, report_note
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType, Dossier, DossierState
from backend.dossiers.papers import PaperList, write_papers
from backend.dossiers.seals import find_sealed_with
from backend.places.models import PlaceKind
from backend.planning.models import VisitStatus

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Disagreement(msgspec.Struct, frozen=True):
    """Two published lists of one procedure differ: where the other was read, and in what."""

    other_list: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    differs_in: tuple[Line, ...]


class Checked(WithDossier, frozen=True, kw_only=True):
    """Compared with the list of the agency's own portal, which wins (DOMAIN §3)."""

    disagreement: Disagreement | None = None


class Incomplete(WithDossier, frozen=True, kw_only=True):
    """What is missing. `insists`: the citizen wants it sent all the same."""

    missing: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=50)]
    insists: bool = False


class Listed(WithDossier, frozen=True, kw_only=True):
    """The paper list, signed by both."""

    items: Annotated[tuple[Papers, ...], msgspec.Meta(min_length=1, max_length=100)]


class Sealed(WithDossier, frozen=True, kw_only=True):
    """Closed before the citizen's eyes."""

    seal: Seal


@handles("dossier.checked", v=1, body=Checked)
def checked(scene: Scene, body: Checked) -> None:
    """Everything that the checklist asks for is there."""
    dossier = scene.dossier(body.dossier)
    other = body.disagreement
    note(
        scene,
        dossier,
        CustodyEventType.PAPERS_CHECKED,
        reason="AGENCY_LIST" if other else None,
    )
    if other is not None:  # both lists are noted, and somebody corrects the wrong one
        detail = {
            "procedure": dossier.procedure.code,
            "followed": dossier.procedure.source,
            "other_list": other.other_list,
            "differs_in": list(other.differs_in),
        }
        scene.ask_person("lists_disagree", dossier=dossier, detail=detail)


@handles("dossier.incomplete", v=1, body=Incomplete)
def incomplete(scene: Scene, body: Incomplete) -> None:
    """The citizen gets in writing what is missing; nothing is sealed, the visit is made again."""
    dossier = scene.dossier(body.dossier)
    leg = legs.find_active_leg(scene.session, dossier)
    ridden = visits.list_visits(scene, leg) if leg is not None else []
    still_open = [
        visit
        for visit in ridden
        if visit.kind in visits.PICK_UPS
        and visits.is_mine(scene, visit)
        and visit.status is VisitStatus.OPEN
    ]
    fact, reason = CustodyEventType.PAPERS_INCOMPLETE, "INCOMPLETE/CITIZEN"
    if dossier.state is DossierState.INCOMPLETE and not still_open:  # told by another phone
        keep_repeat(scene, dossier, fact, evidence=scene.evidence(None, None, reason=reason))
        return
    if not note(scene, dossier, fact, reason=reason):
        return
    content = form_contents.about(scene, dossier, missing=list(body.missing))
    scene.draft(FormKind.GUIDANCE, content, dossier)
    if body.insists:
        scene.ask_person("citizen_insists", dossier=dossier, detail={"missing": len(body.missing)})
        return
    if leg is None:
        return
    for visit in still_open:
        visits.fail(scene, visit, "INCOMPLETE")
    visits.drop([visit for visit in ridden if visit.kind in visits.DROPS], scene)
    failed_on = clock.local_date(scene.origin.at)
    legs.put_off(scene.session, leg, failed_on=failed_on, reason="INCOMPLETE", by_post=False)


@handles("dossier.listed", v=1, body=Listed)
def listed_and_signed(scene: Scene, body: Listed) -> None:
    """The list stands on the slip, originals and copies apart."""
    dossier = scene.dossier(body.dossier)
    if note(scene, dossier, CustodyEventType.PAPERS_LISTED):
        write_papers(scene.session, dossier, PaperList.SENT, listed(body.items))


@handles("dossier.sealed", v=1, body=Sealed)
def sealed(scene: Scene, body: Sealed) -> None:
    """The seal's number; the papers are still the citizen's until they are taken."""
    dossier = scene.dossier(body.dossier)
    note(scene, dossier, CustodyEventType.PAPERS_SEALED, seal=body.seal)


def note(
    scene: Scene,
    dossier: Dossier,
    event: CustodyEventType,
    *,
    reason: str | None = None,
    seal: str | None = None,
) -> bool:
    """A note at the door of the papers' home."""
    home = legs.find_home(scene.session, dossier)
    evidence = scene.evidence(
        PlaceKind.HOME if home else None, home[1] if home else None, reason=reason, seal=seal
    )
    return report_note(scene, dossier, event, evidence=evidence)


def watch_seal(scene: Scene, dossier: Dossier) -> None:
    """The same seal on papers that somebody else carries: one of the two was opened or misread."""
    if dossier.seal_no is None:
        return
    other = find_sealed_with(scene.session, dossier.seal_no, besides=dossier)
    if other is not None:
        scene.flag("seal_reused", dossier=dossier, detail={"other": other.item_code})

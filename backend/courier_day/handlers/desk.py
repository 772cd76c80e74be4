"""At the desk, when it does not simply take the papers: refused, wrong office, withdrawn."""

import uuid
from enum import StrEnum
from typing import Annotated

import msgspec

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.courier_day import visits
from backend.courier_day.handlers.bodies import WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_note
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.case_status import CaseEvent, find_next_status
from backend.dossiers.cases import move_case
from backend.dossiers.models import CustodyEventType, Dossier, KeeperKind, Leg
from backend.places.models import Office, PlaceKind
from backend.places.operations import office_useful_intervals

FormNumber = Annotated[str, msgspec.Meta(max_length=40)]


class DeskForm(StrEnum):
    """The written form that the office gives (TT 03/2025/TT-VPCP)."""

    SUPPLEMENT = "SUPPLEMENT"
    """Form 02: what has to be added."""
    REFUSAL = "REFUSAL"
    """Form 03: it is not taken, and why."""


class Presented(WithDossier, frozen=True, kw_only=True):
    """Laid before the receiver; the minutes are not signed yet."""

    office: uuid.UUID


class RefusedAtDesk(WithDossier, frozen=True, kw_only=True):
    """Not taken. The form travels back with the originals."""

    office: uuid.UUID
    form: DeskForm
    form_no: FormNumber | None = None


class WrongOffice(WithDossier, frozen=True, kw_only=True):
    """Not for this office; `right_office` if the desk knew."""

    office: uuid.UUID
    right_office: uuid.UUID | None = None


class Withdrawn(WithDossier, frozen=True, kw_only=True):
    """The sender wants the papers back before the hand-over, with proof of being the sender."""

    proof: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


@handles("dossier.presented", v=1, body=Presented)
def presented(scene: Scene, body: Presented) -> None:
    """The courier still answers for the papers."""
    dossier, office = scene.dossier(body.dossier), scene.office(body.office)
    _note(scene, dossier, office, CustodyEventType.PRESENTED)


@handles("dossier.refused", v=1, body=RefusedAtDesk)
def refused(scene: Scene, body: RefusedAtDesk) -> None:
    """The papers go home with the office's form; what follows is on the dispatcher's list."""
    dossier, office = scene.dossier(body.dossier), scene.office(body.office)
    if not _note(scene, dossier, office, CustodyEventType.REFUSED_AT_DESK, body.form.value):
        return
    event = CaseEvent.REFUSE if body.form is DeskForm.REFUSAL else CaseEvent.ASK_SUPPLEMENT
    if find_next_status(dossier.case_status, event):
        move_case(scene.session, dossier, event, origin=scene.origin)
    _take_home(scene, dossier, body.form.value)
    kind = "refused_at_desk" if body.form is DeskForm.REFUSAL else "supplement_asked"
    scene.ask_person(kind, dossier=dossier, detail={"office": office.code, "form_no": body.form_no})


@handles("dossier.wrong_office", v=1, body=WrongOffice)
def wrong_office(scene: Scene, body: WrongOffice) -> None:
    """On to the right office, today if its hours allow. The promise's clock runs."""
    dossier, office = scene.dossier(body.dossier), scene.office(body.office)
    right = scene.office(body.right_office) if body.right_office else None
    if not _note(scene, dossier, office, CustodyEventType.WRONG_OFFICE, "WRONG_OFFICE/POST"):
        return
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None:
        visits.drop([v for v in visits.list_visits(scene, leg) if v.kind in visits.DROPS], scene)
        legs.note_failure(leg, "WRONG_OFFICE")
    if right is not None:
        dossier.filing_office_id = right.id
        if leg is not None:
            leg.to_kind, leg.to_id = PlaceKind.OFFICE, right.id
    detail = {
        "wrong_office": office.code,
        "right_office": right.code if right else None,
        "same_day": right is not None and _still_takes_today(scene, right),
    }
    scene.ask_person("reroute", dossier=dossier, detail=detail)


@handles("dossier.withdrawn", v=1, body=Withdrawn)
def withdrawn(scene: Scene, body: Withdrawn) -> None:
    """Allowed until the hand-over; the way back is the sender's to pay (DOMAIN §4)."""
    dossier = scene.dossier(body.dossier)
    evidence = scene.evidence(None, None, reason="WITHDRAWN/CITIZEN")
    if not report_note(scene, dossier, CustodyEventType.WITHDRAWN, evidence=evidence):
        return
    if dossier.keeper_kind is KeeperKind.COURIER:
        _take_home(scene, dossier, "WITHDRAWN")
    scene.ask_person("withdrawn", dossier=dossier, detail={"proof": body.proof})


def _note(
    scene: Scene,
    dossier: Dossier,
    office: Office,
    event: CustodyEventType,
    reason: str | None = None,
) -> bool:
    evidence = scene.evidence(PlaceKind.OFFICE, office.id, reason=reason)
    return report_note(scene, dossier, event, evidence=evidence)


def _take_home(scene: Scene, dossier: Dossier, reason: str) -> Leg | None:
    """The rest of the planned way is void; a leg back to the sender is ridden."""
    leg = legs.find_active_leg(scene.session, dossier)
    home = legs.find_home(scene.session, dossier)
    if leg is not None:
        visits.drop(visits.list_visits(scene, leg), scene)
    if home is None:
        scene.ask_person("home_unknown", dossier=dossier)
        return None
    return legs.turn_back(scene.session, dossier, leg, target=home, reason=reason)


def _still_takes_today(scene: Scene, office: Office) -> bool:
    """Whether an arrival from now on would still count today."""
    at = scene.origin.at
    calendar = load_calendar(scene.session, office.province_code)
    useful = office_useful_intervals(office, clock.local_date(at), calendar)
    return any(interval.closes > at for interval in useful)

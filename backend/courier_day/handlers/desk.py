"""At the desk, when it does not simply take the papers: refused, wrong office, withdrawn."""

import uuid
from typing import Annotated

import msgspec

from backend.courier_day.hand_overs import DeskForm, refuse, send_to_right_office, take_home
from backend.courier_day.handlers.bodies import WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_note
from backend.courier_day.scene import Scene
from backend.dossiers.models import CustodyEventType, KeeperKind
from backend.places.models import PlaceKind

FormNumber = Annotated[str, msgspec.Meta(max_length=40)]


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
    evidence = scene.evidence(PlaceKind.OFFICE, office.id)
    report_note(scene, dossier, CustodyEventType.PRESENTED, evidence=evidence)


@handles("dossier.refused", v=1, body=RefusedAtDesk)
def refused(scene: Scene, body: RefusedAtDesk) -> None:
    """The papers go home with the office's form; what follows is on the dispatcher's list."""
    dossier, office = scene.dossier(body.dossier), scene.office(body.office)
    refuse(scene, dossier, office, body.form, body.form_no)


@handles("dossier.wrong_office", v=1, body=WrongOffice)
def wrong_office(scene: Scene, body: WrongOffice) -> None:
    """On to the right office, today if its hours allow. The promise's clock runs."""
    dossier, office = scene.dossier(body.dossier), scene.office(body.office)
    right = scene.office(body.right_office) if body.right_office else None
    send_to_right_office(scene, dossier, office, right)


@handles("dossier.withdrawn", v=1, body=Withdrawn)
def withdrawn(scene: Scene, body: Withdrawn) -> None:
    """Allowed until the hand-over; the way back is the sender's to pay (DOMAIN §4)."""
    dossier = scene.dossier(body.dossier)
    evidence = scene.evidence(None, None, reason="WITHDRAWN/CITIZEN")
    if not report_note(scene, dossier, CustodyEventType.WITHDRAWN, evidence=evidence):
        return
    if dossier.keeper_kind is KeeperKind.COURIER:
        take_home(scene, dossier, "WITHDRAWN")
    scene.ask_person("withdrawn", dossier=dossier, detail={"proof": body.proof})

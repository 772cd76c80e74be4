"""At the citizen's door with a result: identity checked, counted, signed, given."""

import uuid
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from backend import clock
from backend.booking.receivers import IdentityPaper
from backend.courier_day import visits
from backend.courier_day.booking_ends import note_end
from backend.courier_day.handlers.bodies import Papers, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.letter_rule import LetterFault, LetterShown, look_at_letter
from backend.courier_day.moves import report_move, report_note
from backend.courier_day.notices import tell_delivered, tell_on_the_way
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEventType, Dossier
from backend.dossiers.pins import DeliveryPin, give_back, take_try
from backend.places.models import PlaceKind
from backend.planning.models import VisitKind, VisitStatus


class ReceiverRole(StrEnum):
    """Who stood at the door."""

    OWNER = "OWNER"
    AUTHORISED = "AUTHORISED"


class Identity(msgspec.Struct, frozen=True):
    """Kind of paper and its last digits: never the whole number."""

    paper: IdentityPaper
    last_digits: Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{3,4}$")]


class Authorisation(msgspec.Struct, frozen=True):
    """The letter by which somebody else may receive (giấy ủy quyền)."""

    valid_to: date
    number: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class Delivered(WithDossier, frozen=True, kw_only=True):
    """The result was given to the right person."""

    receiver: ReceiverRole
    identity: Identity
    recovered: tuple[Papers, ...] = ()
    authorisation: Authorisation | None = None


class DeliveredByPin(Delivered, frozen=True, kw_only=True):
    """The same with the PIN that the receiver named, or none."""

    pin: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")] | None = None


class RefusalProof(StrEnum):
    """Who confirms that the receiver refused."""

    SIGNED = "SIGNED"
    WITNESS = "WITNESS"


class RefusalReason(StrEnum):
    """Why a result was not taken; only the office's own mistake is corrected without postage."""

    MISTAKES = "MISTAKES"
    INCOMPLETE = "INCOMPLETE"
    FEE_DISPUTED = "FEE_DISPUTED"
    OTHER = "OTHER"


class ResultRefused(WithDossier, frozen=True, kw_only=True):
    """The receiver was there and did not take it."""

    reason: RefusalReason
    proof: RefusalProof


class ReturnedToOffice(WithDossier, frozen=True, kw_only=True):
    """The office has its result back."""

    office: uuid.UUID


class SetOut(WithDossier, frozen=True, kw_only=True):
    """On the way to the door."""


@handles("result.delivered", v=1, body=Delivered)
def delivered(scene: Scene, body: Delivered) -> None:
    """The citizen has the result. Who showed what stays in the command, not in the log."""
    dossier = scene.dossier(body.dossier)
    leg = legs.find_active_leg(scene.session, dossier)
    home = legs.find_home(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.DELIVERED,
        giver=scene.me,
        receiver=scene.citizen_of(dossier),
        evidence=scene.evidence(
            PlaceKind.HOME if home else None,
            home[1] if home else None,
            reason=body.receiver.value,
        ),
    )
    if moved and leg is not None:
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.DELIVERY)
    if moved:
        _check_authorisation(scene, dossier, body)
        note_end(scene.session, scene.booking_of(dossier))
        tell_delivered(scene.session, dossier, at=scene.origin.at)


@handles("result.delivered", v=2, body=DeliveredByPin)
def delivered_by_pin(scene: Scene, body: DeliveredByPin) -> None:
    """As before; the phone's look at the PIN was advice, this one decides. The fact stays."""
    delivered(scene, body)
    if body.pin is None:
        return
    known = scene.session.get(DeliveryPin, body.dossier)
    if known is None or not _fits(scene, known, body.pin):
        scene.flag(
            "pin_mismatch", dossier=scene.dossier(body.dossier), detail={"made": known is not None}
        )


def _fits(scene: Scene, known: DeliveryPin, typed: str) -> bool:
    """As at a counter: after too many wrong ones none is looked at."""
    if not take_try(scene.session, known.dossier_id) or not known.fits(typed):
        return False
    give_back(scene.session, known.dossier_id)
    return True


@handles("result.set_out", v=1, body=SetOut)
def set_out(scene: Scene, body: SetOut) -> None:
    """The citizen is told that the courier is on the way (DOMAIN §5.13)."""
    dossier = scene.dossier(body.dossier)
    evidence = scene.evidence(None, None)
    if report_note(scene, dossier, CustodyEventType.OUT_FOR_DELIVERY, evidence=evidence):
        day = clock.local_date(scene.origin.at)
        booking = scene.booking_of(dossier)
        matter = booking.id if booking else dossier.id
        tell_on_the_way(
            scene.session, dossier, at=scene.origin.at, once_for=f"{matter}:delivery:{day}"
        )


@handles("result.refused", v=1, body=ResultRefused)
def refused(scene: Scene, body: ResultRefused) -> None:
    """Signed by the receiver or a witness; the result goes back to its office."""
    dossier = scene.dossier(body.dossier)
    home = legs.find_home(scene.session, dossier)
    evidence = scene.evidence(
        PlaceKind.HOME if home else None,
        home[1] if home else None,
        reason=f"{body.reason.value}/{body.proof.value}",
    )
    if not report_note(scene, dossier, CustodyEventType.RESULT_REFUSED, evidence=evidence):
        return
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None:
        for visit in visits.list_visits(scene, leg):
            if visit.kind is VisitKind.DELIVERY and visit.status is VisitStatus.OPEN:
                visits.fail(scene, visit, "RESULT_REFUSED")
    office = PlaceKind.OFFICE, dossier.filing_office_id
    legs.turn_back(scene.session, dossier, leg, target=office, reason="RESULT_REFUSED")
    free = body.reason in {RefusalReason.MISTAKES, RefusalReason.INCOMPLETE}
    detail = {"reason": body.reason.value, "without_postage": free}
    scene.ask_person("result_refused", dossier=dossier, detail=detail)


@handles("result.returned_to_office", v=1, body=ReturnedToOffice)
def returned_to_office(scene: Scene, body: ReturnedToOffice) -> None:
    """Refused, or nobody came for it: the journey of this result is over."""
    dossier, office = scene.dossier(body.dossier), scene.office(body.office)
    leg = legs.find_active_leg(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.RETURNED_TO_OFFICE,
        giver=scene.me,
        receiver=Keeper.office(office.id),
        evidence=scene.evidence(PlaceKind.OFFICE, office.id),
    )
    if moved and leg is not None:
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.HAND_OVER)


def _check_authorisation(scene: Scene, dossier: Dossier, body: Delivered) -> None:
    """Another person's paper gives no right to receive, nor does an expired letter, one that is
    not about this item, or none; that it was given is a fact all the same."""
    if body.receiver is not ReceiverRole.AUTHORISED:
        return
    letter = body.authorisation
    judged = look_at_letter(
        scene.session,
        dossier,
        LetterShown(number=letter.number, valid_to=letter.valid_to) if letter else None,
        paper=body.identity.paper,
        last_digits=body.identity.last_digits,
        on=clock.local_date(scene.origin.at),
    )
    for fault in judged.faults:
        day = judged.valid_to if fault is LetterFault.EXPIRED else None
        dated = {"valid_to": day.isoformat()} if day else {}
        scene.flag(fault.value, dossier=dossier, detail=dated | {"call_owner": True})

"""The courier was there and it could not be done: reason, fault, and when it is tried again."""

import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import msgspec
from sqlalchemy import func, select

from backend import clock
from backend.booking.changes import Fault
from backend.booking.models import BookingStatus
from backend.booking.next_visit import note_next_visits
from backend.courier_day import form_contents, visits
from backend.courier_day.booking_ends import go_on_without_supplement, note_kept
from backend.courier_day.handlers.bodies import AtPlace
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_note
from backend.courier_day.notices import failure_in_words, tell_citizen
from backend.courier_day.scene import Scene
from backend.dossiers import custody, legs
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEvent, CustodyEventType, Dossier
from backend.dossiers.transitions import ALREADY_DONE, is_result
from backend.planning.models import Stop, Visit, VisitKind, VisitStatus


class FailureReason(StrEnum):
    """Why a visit could not be made."""

    CITIZEN_ABSENT = "CITIZEN_ABSENT"
    CITIZEN_CANCELLED = "CITIZEN_CANCELLED"
    ADDRESS_NOT_FOUND = "ADDRESS_NOT_FOUND"
    INCOMPLETE = "INCOMPLETE"
    IDENTITY_UNCLEAR = "IDENTITY_UNCLEAR"
    AUTHORISATION_EXPIRED = "AUTHORISATION_EXPIRED"
    SIGNATURE_REFUSED = "SIGNATURE_REFUSED"
    """At collection: without a signature nothing is accepted (DOMAIN §11)."""
    RESULT_REFUSED = "RESULT_REFUSED"
    OFFICE_CLOSED = "OFFICE_CLOSED"
    OFFICE_REFUSED = "OFFICE_REFUSED"
    RESULT_NOT_READY = "RESULT_NOT_READY"
    NO_TIME = "NO_TIME"
    VEHICLE_DOWN = "VEHICLE_DOWN"
    STORM = "STORM"


USUAL_FAULT: dict[FailureReason, Fault] = {
    FailureReason.CITIZEN_ABSENT: Fault.CITIZEN,
    FailureReason.CITIZEN_CANCELLED: Fault.CITIZEN,
    FailureReason.ADDRESS_NOT_FOUND: Fault.CITIZEN,
    FailureReason.INCOMPLETE: Fault.CITIZEN,
    FailureReason.IDENTITY_UNCLEAR: Fault.CITIZEN,
    FailureReason.AUTHORISATION_EXPIRED: Fault.CITIZEN,
    FailureReason.SIGNATURE_REFUSED: Fault.CITIZEN,
    FailureReason.RESULT_REFUSED: Fault.CITIZEN,
    FailureReason.OFFICE_CLOSED: Fault.OFFICE,
    FailureReason.OFFICE_REFUSED: Fault.OFFICE,
    FailureReason.RESULT_NOT_READY: Fault.OFFICE,
    FailureReason.NO_TIME: Fault.POST,
    FailureReason.VEHICLE_DOWN: Fault.POST,
    FailureReason.STORM: Fault.FORCE_MAJEURE,
}
"""Whose fault a reason is unless the courier says otherwise."""


CALLS_OWED = 2
WAIT_OWED_S = 5 * 60
"""DOMAIN §11 [G]: call twice and wait 5 to 10 minutes before a citizen counts as absent."""


class StopFailed(AtPlace, frozen=True, kw_only=True):
    """What could not be done at a stop. Without `dossiers`: everything still open there."""

    stop: uuid.UUID
    reason: FailureReason
    fault: Fault | None = None
    dossiers: Annotated[tuple[uuid.UUID, ...], msgspec.Meta(max_length=100)] = ()


class StopFailedAfterWaiting(StopFailed, frozen=True, kw_only=True):
    """The same with what the courier did before giving up on somebody absent."""

    calls: Annotated[int, msgspec.Meta(ge=0, le=99)]
    waited_s: Annotated[int, msgspec.Meta(ge=0, le=24 * 3600)]


@handles("stop.failed", v=1, body=StopFailed)
def stop_failed(scene: Scene, body: StopFailed) -> None:
    """Papers not picked up wait for another day; papers in hand go to the post office."""
    _fail_open_visits(scene, body)


@handles("stop.failed", v=2, body=StopFailedAfterWaiting)
def stop_failed_after_waiting(scene: Scene, body: StopFailedAfterWaiting) -> None:
    """As before; calls and waiting are kept with the visits, and too little of both is told."""
    failed = _fail_open_visits(scene, body)
    for visit in failed:
        visit.calls, visit.waited_s = body.calls, body.waited_s
    absent = body.reason is FailureReason.CITIZEN_ABSENT
    if failed and absent and (body.calls < CALLS_OWED or body.waited_s < WAIT_OWED_S):
        scene.flag(
            "absent_too_soon",
            stop=failed[0].stop,
            detail={"calls": body.calls, "waited_s": body.waited_s},
        )


def _fail_open_visits(scene: Scene, body: StopFailed) -> list[Visit]:
    stop = scene.stop(body.stop)
    scene.touch_stop(stop)
    if stop.route.courier_id != scene.courier.id:
        scene.flag("not_assignee", stop=stop)
    meant = [
        visit for visit in stop.visits if not body.dossiers or visit.leg.dossier_id in body.dossiers
    ]
    open_visits = [visit for visit in meant if visit.status is VisitStatus.OPEN]
    if not open_visits:
        scene.flag(ALREADY_DONE, stop=stop)
    for visit in open_visits:
        _fail(scene, stop, visit, body)
    _note_on_bookings(scene, open_visits)
    return open_visits


def _fail(scene: Scene, stop: Stop, visit: Visit, body: StopFailed) -> None:
    dossier = scene.dossier(visit.leg.dossier_id)
    by_post = _fault(body) is Fault.POST
    _record(scene, stop, dossier, body)
    visits.fail(scene, visit, body.reason.value)
    leg = visit.leg
    if visit.kind in visits.DROPS:
        legs.note_failure(leg, body.reason.value, by_post=by_post)
        if visit.kind is VisitKind.DELIVERY and is_result(dossier.state):
            _after_failed_delivery(scene, dossier, body.reason)
        return
    others = visits.list_visits(scene, leg)
    visits.drop([other for other in others if other.kind in visits.DROPS], scene)
    if body.reason is FailureReason.CITIZEN_CANCELLED:
        legs.cancel(leg)
        _cancel_booking(scene, dossier)
        return
    legs.put_off(
        scene.session,
        leg,
        failed_on=clock.local_date(scene.origin.at),
        reason=body.reason.value,
        by_post=by_post,
    )
    if visit.kind is VisitKind.COLLECTION:
        booking = scene.booking_of(dossier)
        tell_citizen(
            scene.session,
            dossier,
            "collection_failed",
            once_for=f"{booking.id if booking else dossier.id}:{stop.id}:{leg.attempt}",
            reason=failure_in_words(body.reason.value),
            day=leg.service_date,
        )


def _after_failed_delivery(scene: Scene, dossier: Dossier, reason: FailureReason) -> None:
    """Nobody at home finds an invitation; an owner whose letter has expired is called."""
    if reason is FailureReason.AUTHORISATION_EXPIRED:
        scene.ask_person("call_owner", dossier=dossier, detail={"reason": reason.value})
    if reason is not FailureReason.CITIZEN_ABSENT:
        if reason is not FailureReason.CITIZEN_CANCELLED:
            words = failure_in_words(reason.value)
            tell_citizen(scene.session, dossier, "delivery_failed", reason=words)
        return
    count = select(func.count()).where(
        CustodyEvent.dossier_id == dossier.id,
        CustodyEvent.type == CustodyEventType.INVITED,
        custody.took_effect(),
    )
    number = min(1 + (scene.session.scalar(count) or 0), legs.DELIVERY_ATTEMPTS)
    evidence = scene.evidence(None, None, reason=str(number))
    if report_note(scene, dossier, CustodyEventType.INVITED, evidence=evidence):
        content = form_contents.about(
            scene,
            dossier,
            post_office=form_contents.of_counter(scene.courier.post_office),
            invitation=number,
            comes_again=number < legs.DELIVERY_ATTEMPTS,
            working_days_to_next=legs.DAYS_TO_SECOND_DELIVERY,
            working_days_held=legs.DAYS_HELD_AT_COUNTER,
        )
        kind = FormKind.INVITATION_1 if number == 1 else FormKind.INVITATION_2
        scene.draft(kind, content, dossier)
        if number == 1:
            wait = legs.DAYS_TO_SECOND_DELIVERY
            tell_citizen(scene.session, dossier, "delivery_failed_1", days=wait)
        else:
            held = legs.DAYS_HELD_AT_COUNTER
            tell_citizen(scene.session, dossier, "delivery_failed_2", days=held)


def _record(scene: Scene, stop: Stop, dossier: Dossier, body: StopFailed) -> None:
    evidence = scene.evidence(
        stop.place_kind,
        stop.place_id,
        reason=f"{body.reason.value}/{_fault(body).value}",
    )
    report_note(scene, dossier, CustodyEventType.ATTEMPT_FAILED, evidence=evidence)


def _fault(body: StopFailed) -> Fault:
    return body.fault or USUAL_FAULT[body.reason]


def _cancel_booking(scene: Scene, dossier: Dossier) -> None:
    """The citizen said so at the door; what the dispatcher still has to do is on the list."""
    booking = scene.booking_of(dossier)
    if booking is None or booking.status is BookingStatus.CANCELLED:
        return
    if dossier.supplements_id is None:
        note_kept(scene.session, booking)
    else:
        go_on_without_supplement(scene.session, booking)
    scene.ask_person("cancelled_at_door", dossier=dossier)


def _note_on_bookings(scene: Scene, failed: Iterable[Visit]) -> None:
    """What was not picked up waits for another day, or for nobody: so its booking tells."""
    papers = (scene.dossier(v.leg.dossier_id) for v in failed if v.kind not in visits.DROPS)
    bookings = (scene.booking_of(dossier) for dossier in papers)
    note_next_visits(scene.session, [booking for booking in bookings if booking is not None])

"""What happened before the sample day, told by the operations that a courier's report calls.

A second try is worth showing only if it is one: the log tells of the first, the leg counts it.
"""

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.changes import Fault
from backend.booking.models import Booking, BookingMode
from backend.courier_day.handlers.failure import USUAL_FAULT
from backend.demo.sample_day import FirstTry
from backend.dossiers import custody, legs
from backend.dossiers.custody import Evidence, Keeper
from backend.dossiers.models import CustodyEventType, Dossier, Leg
from backend.fleet.models import Courier
from backend.places.models import PlaceKind, PostOffice


def fail_collection(session: Session, booking: Booking, first: FirstTry) -> None:
    """Nobody could hand over the papers: the visit is tried again the next working day."""
    assert booking.mode is not BookingMode.RETURN
    with clock.frozen(min(clock.now(), first.at)):
        for dossier, leg in _journeys(session, booking):
            _note_failure(session, dossier, booking, first)
            legs.put_off(
                session,
                leg,
                failed_on=booking.service_date,
                reason=first.reason.value,
                by_post=_by_post(first),
            )


def fail_delivery(
    session: Session,
    booking: Booking,
    first: FirstTry,
    *,
    courier: Courier,
    post_office: PostOffice,
) -> None:
    """Nobody took the result: fetched, brought to the door, left at a post office."""
    assert booking.mode is BookingMode.RETURN
    rider, safe = Keeper.courier(courier.id), Keeper.post_office(post_office.id)
    with clock.frozen(min(clock.now(), first.at)):
        for dossier, leg in _journeys(session, booking):
            _move(session, dossier, CustodyEventType.FETCHED, rider, PlaceKind.OFFICE)
            legs.begin(leg)
            _note_failure(session, dossier, booking, first)
            legs.note_failure(leg, first.reason.value, by_post=_by_post(first))
            _move(session, dossier, CustodyEventType.DEPOSITED, safe, PlaceKind.POST_OFFICE)
            legs.end_at_post_office(session, dossier, leg, post_office, clock.local_date(first.at))


def _journeys(session: Session, booking: Booking) -> list[tuple[Dossier, Leg]]:
    found = [(dossier, legs.find_active_leg(session, dossier)) for dossier in booking.dossiers]
    return [(dossier, leg) for dossier, leg in found if leg is not None]


def _by_post(first: FirstTry) -> bool:
    return USUAL_FAULT[first.reason] is Fault.POST


def _note_failure(session: Session, dossier: Dossier, booking: Booking, first: FirstTry) -> None:
    custody.record_event(
        session,
        dossier,
        CustodyEventType.ATTEMPT_FAILED,
        evidence=Evidence(
            place_kind=PlaceKind.HOME,
            place_id=booking.address_id,
            reason=f"{first.reason.value}/{USUAL_FAULT[first.reason].value}",
        ),
    )


def _move(
    session: Session,
    dossier: Dossier,
    kind: CustodyEventType,
    receiver: Keeper,
    place_kind: PlaceKind,
) -> None:
    giver = Keeper.of(dossier)
    place_id = giver.id if place_kind is PlaceKind.OFFICE else receiver.id
    custody.record_event(
        session,
        dossier,
        kind,
        giver=giver,
        receiver=receiver,
        evidence=Evidence(place_kind=place_kind, place_id=place_id),
    )

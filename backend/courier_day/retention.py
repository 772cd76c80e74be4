"""What is known of citizens is forgotten when its time is over: redacted, never deleted.

DOMAIN §10: least data, only while the task is open, electronic records for five years from
acceptance. What was done, when and by whom stays; the custody log never held any of it.
"""

import uuid
from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend import clock
from backend.booking.following.tokens import FollowToken
from backend.booking.models import OVER, Booking, BookingDossier, Contact
from backend.booking.receivers import AuthorisedReceiver
from backend.courier_day.counters.acts import ASKED_KEPT
from backend.courier_day.feedback.complaints import add_months
from backend.courier_day.feedback.models import Complaint, ComplaintStatus, Rating
from backend.courier_day.models import ComplaintAttachment
from backend.dossiers.models import CustodyEvent, Leg
from backend.places.models import Address, PlaceKind
from backend.planning.models import Stop

NEEDS_KEPT = timedelta(days=90)
"""After the end of a booking [G]: it may tell of somebody's health, and no visit needs it."""

RECEIVERS_KEPT = ASKED_KEPT
"""After the end of a booking, as who showed which paper at a counter."""

PEOPLE_KEPT_MONTHS = 60
"""Name, phone and door, words of complaints and ratings: so long electronic records must be kept
(DOMAIN §10 [L]). For a complaint from the answer; from its own day if nobody ever answers."""

FILES_OF_COMPLAINTS_KEPT = ASKED_KEPT
"""After the answer [G]: pictures show faces and doors, and nobody asks again after a year. Without
an answer as long as the words: who answers needs both."""

LINKS_KEPT = timedelta(days=90)
"""After the end of a booking [G]: for 30 days its links show how it ended, then they say that they
are over, then nobody knows them any more."""

COARSE_DEGREES = 0.01
"""About a kilometre: what is left of a door, for counts by area."""

AT_ONCE = 1_000
"""Rows of a kind in one transaction."""


def redact_people(session: Session) -> int:
    """Forgets whatever has had its time, at most AT_ONCE of a kind; returns how many rows."""
    today = clock.today_local()
    people = add_months(today, -PEOPLE_KEPT_MONTHS)
    return (
        _redact_needs(session, today - NEEDS_KEPT)
        + _redact_receivers(session, today - RECEIVERS_KEPT)
        + _redact_contacts(session, people)
        + _redact_doors(session, people)
        + _lapse_complaints(session, people)
        + _forget_files_of_complaints(session, today - FILES_OF_COMPLAINTS_KEPT)
        + _redact_complaints(session, people)
        + _redact_ratings(session, people)
    )


def forget_links(session: Session) -> int:
    """Deletes follow links that have long shown nothing, at most AT_ONCE; returns how many."""
    before = clock.today_local() - LINKS_KEPT
    heard = or_(
        Complaint.status == ComplaintStatus.OPEN,
        Complaint.answered_at >= clock.local_instant(before, time(0)),
    )
    complained = exists().where(Complaint.booking_id == Booking.id, heard).correlate(Booking)
    old = (
        select(FollowToken.digest)
        .join(Booking, Booking.id == FollowToken.booking_id)
        .where(_ended(before), ~complained)
        .limit(AT_ONCE)
    )
    return _delete(session, FollowToken.digest, old)


def _redact_needs(session: Session, before: date) -> int:
    old = select(Booking.id).where(Booking.special_needs.is_not(None), _ended(before))
    taken = _take(session, old, Booking.id)
    change = update(Booking).where(Booking.id.in_(taken)).values(special_needs=None)
    return len(session.scalars(change.returning(Booking.id)).all())


def _redact_receivers(session: Session, before: date) -> int:
    """Who it was goes; that somebody was named, and until when, stays."""
    old = (
        select(AuthorisedReceiver.id)
        .join(Booking, Booking.id == AuthorisedReceiver.booking_id)
        .where(AuthorisedReceiver.redacted_at.is_(None), _ended(before))
    )
    change = (
        update(AuthorisedReceiver)
        .where(AuthorisedReceiver.id.in_(_take(session, old, AuthorisedReceiver.id)))
        .values(full_name="", last_digits="", letter_no=None, redacted_at=clock.now())
    )
    return len(session.scalars(change.returning(AuthorisedReceiver.id)).all())


def _redact_contacts(session: Session, before: date) -> int:
    young = exists().where(Booking.contact_id == Contact.id, ~_silent_since(before))
    young = young.correlate(Contact)
    old = (
        select(Contact.id)
        .join(Booking, Booking.contact_id == Contact.id)
        .where(Contact.redacted_at.is_(None), _silent_since(before), ~young)
    )
    change = (
        update(Contact)
        .where(Contact.id.in_(_take(session, old, Contact.id)))
        .values(full_name="", phone=None, version=Contact.version + 1, redacted_at=clock.now())
    )
    return len(session.scalars(change.returning(Contact.id)).all())


def _redact_doors(session: Session, before: date) -> int:
    """The words go, and of the place only the neighbourhood stays, also in routes of that time."""
    change = (
        update(Address)
        .where(Address.id.in_(_take(session, _old_doors(before), Address.id)))
        .values(
            text="",
            text_key="",
            placement_note=None,
            point=func.ST_SnapToGrid(Address.point, COARSE_DEGREES),
            redacted_at=clock.now(),
        )
    )
    doors = session.scalars(change.returning(Address.id)).all()
    session.execute(
        update(Stop)
        .where(Stop.place_kind == PlaceKind.HOME, Stop.place_id.in_(doors))
        .values(point=func.ST_SnapToGrid(Stop.point, COARSE_DEGREES))
        .execution_options(synchronize_session=False)
    )
    return len(doors)


def _forget_files_of_complaints(session: Session, before: date) -> int:
    """What nothing names any more is removed from the disk by `proofs.remove_unnamed`."""
    old = (
        select(ComplaintAttachment.id)
        .join(Complaint, Complaint.id == ComplaintAttachment.complaint_id)
        .where(
            or_(
                Complaint.answered_at < clock.local_instant(before, time(0)),
                Complaint.status == ComplaintStatus.LAPSED,
            )
        )
        .limit(AT_ONCE)
    )
    return _delete(session, ComplaintAttachment.id, old)


def _lapse_complaints(session: Session, before: date) -> int:
    """What nobody answered: the words go, and the register says that it never was."""
    waits = Complaint.status == ComplaintStatus.OPEN
    old = select(Complaint.id).where(
        waits, Complaint.made_at < clock.local_instant(before, time(0))
    )
    change = (
        update(Complaint)
        .where(Complaint.id.in_(_take(session, old, Complaint.id)))
        .values(text="", status=ComplaintStatus.LAPSED, redacted_at=clock.now())
    )
    return len(session.scalars(change.returning(Complaint.id)).all())


def _redact_complaints(session: Session, before: date) -> int:
    """Text and answer go; number, kind and dates stay in the register."""
    old = select(Complaint.id).where(
        Complaint.redacted_at.is_(None),
        Complaint.answered_at < clock.local_instant(before, time(0)),
    )
    change = (
        update(Complaint)
        .where(Complaint.id.in_(_take(session, old, Complaint.id)))
        .values(text="", answer="", redacted_at=clock.now())
    )
    return len(session.scalars(change.returning(Complaint.id)).all())


def _redact_ratings(session: Session, before: date) -> int:
    """The words go; the score and its reasons stay."""
    old = (
        select(Rating.id)
        .where(Rating.text != literal_column("''"))  # as the index has it
        .where(Rating.rated_at < clock.local_instant(before, time(0)))
    )
    change = update(Rating).where(Rating.id.in_(_take(session, old, Rating.id))).values(text="")
    return len(session.scalars(change.returning(Rating.id)).all())


def _take(
    session: Session, old: Select[uuid.UUID], key: InstrumentedAttribute[uuid.UUID]
) -> Sequence[uuid.UUID]:
    """Locks at most AT_ONCE of these rows; what somebody else holds is left to the next round.

    Whoever waits for none of a thousand rows can be in nobody's way for good.
    """
    free = old.order_by(key).limit(AT_ONCE).with_for_update(of=key.class_, skip_locked=True)
    return session.scalars(free).all()


def _delete[Key](session: Session, key: InstrumentedAttribute[Key], old: Select[Key]) -> int:
    """Deletes the rows that `old` names by their key; how many there were."""
    gone = session.scalars(
        delete(key.class_)
        .where(key.in_(old))
        .returning(key)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _old_doors(before: date) -> Select[uuid.UUID]:
    """Doors of bookings or ways of that time, and of none since."""
    at_door = or_(
        and_(Leg.from_kind == PlaceKind.HOME, Leg.from_id == Address.id),
        and_(Leg.to_kind == PlaceKind.HOME, Leg.to_id == Address.id),
    )
    booked = exists().where(Booking.address_id == Address.id).correlate(Address)
    ridden = exists().where(at_door).correlate(Address)
    since = exists().where(Booking.address_id == Address.id, ~_silent_since(before))
    ridden_since = exists().where(at_door, Leg.service_date >= before)
    return select(Address.id).where(
        Address.redacted_at.is_(None),
        or_(booked, ridden),
        ~since.correlate(Address),
        ~ridden_since.correlate(Address),
    )


def _ended(before: date) -> ColumnElement[bool]:
    """Bookings that are over, and of which nothing was heard since."""
    return and_(Booking.status.in_(OVER), _silent_since(before))


def _silent_since(before: date) -> ColumnElement[bool]:
    """Bookings made for an earlier day whose papers' logs have no line since."""
    heard = (
        exists()
        .where(
            BookingDossier.booking_id == Booking.id,
            CustodyEvent.dossier_id == BookingDossier.dossier_id,
            CustodyEvent.received_at >= clock.local_instant(before, time(0)),
        )
        .correlate(Booking)
    )
    return and_(Booking.service_date < before, ~heard)

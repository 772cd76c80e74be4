"""A booking as its citizen follows it: states, keepers and dates, and nobody else's data."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.following.tokens import find_followed
from backend.booking.models import Booking, BookingDossier, BookingMode, BookingStatus
from backend.catalogue.models import ChecklistItem
from backend.courier_day.arrivals.for_citizens import Expected, find_expected
from backend.courier_day.feedback.complaints import list_of_booking
from backend.courier_day.feedback.models import Complaint
from backend.courier_day.feedback.ratings import MadeVisit, list_made_visits
from backend.courier_day.following.ending import End, end_of
from backend.courier_day.following.words import BOOKINGS, EVENTS, KEEPERS, STATES
from backend.dossiers.models import (
    CustodyEvent,
    Dossier,
    KeeperKind,
    Leg,
    LegPurpose,
    LegStatus,
)
from backend.dossiers.public_chain import ChainToken
from backend.errors import NotFound, Text
from backend.places.models import PlaceKind
from backend.places.operations import find_place_name


class FollowLinkUnknown(NotFound):
    code = "follow_link_not_found"
    detail = Text(
        vi="Đường dẫn theo dõi này không đúng hoặc đã hết hạn.",
        en="This follow link is not valid, or not any more.",
    )
    action = Text(
        vi="Mở đường dẫn mới nhất trong tin nhắn, hoặc hỏi bưu cục.",
        en="Open the newest link you were sent, or ask the post office.",
    )


class FollowEnded(NotFound):
    code = "follow_ended"
    detail = Text(
        vi="Phiếu này đã kết thúc ngày {day}; đường dẫn theo dõi không còn hiệu lực.",
        en="This booking ended on {day}; its follow link has ended too.",
    )
    action = Text(
        vi="Cần tra cứu thêm, liên hệ bưu cục và nêu mã phiếu.",
        en="For questions contact the post office with the booking's reference.",
    )


_PUBLIC = {KeeperKind.OFFICE: PlaceKind.OFFICE, KeeperKind.POST_OFFICE: PlaceKind.POST_OFFICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened. `place` is an office or a post office, never a home."""

    at: datetime
    what: Text
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedItem:
    """One dossier of the booking."""

    dossier_id: uuid.UUID
    item_code: str
    procedure: str
    state: Text
    keeper: Text
    office: str
    filed_at: datetime | None
    appointment_on: date | None
    due_on: date | None
    """Last day of the transit promise of the way that is open now."""
    chain_token: str | None
    """Of the public page that proves the chain, once a receipt has printed it."""
    expected: Expected | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A booking as its citizen follows it. When `outcome_only`, only how it ended is shown."""

    booking: Booking
    applicant: str
    """Masked by a link: it may be forwarded."""
    door: str
    """The address; by a link without house number."""
    status: Text
    end: End
    items: tuple[FollowedItem, ...]
    prepare: tuple[ChecklistItem, ...]
    visits: tuple[MadeVisit, ...]
    """At the door, and whether they can still be rated."""
    complaints: tuple[Complaint, ...]

    @property
    def outcome_only(self) -> bool:
        """Whether the stop and its short grace are over."""
        return self.end.outcome_only

    @property
    def expected(self) -> Expected | None:
        """The next arrival at the citizen's door, when it is near."""
        near = [each.expected for each in self.items if each.expected is not None]
        return min(near, key=lambda each: each.likely_at, default=None)


def show_followed(session: Session, booking: Booking) -> Followed:
    """What the link of a booking shows, which `find_open` has found."""
    applicant, door = mask_name(booking.contact.full_name), booking.address.text
    return _followed(
        session, booking, end_of(session, booking), applicant, _without_house_number(door)
    )


def get_own_followed(session: Session, booking: Booking) -> Followed:
    """What its signed-in owner sees: nothing is masked, and it is shown whole after its end."""
    end = replace(end_of(session, booking), outcome_only=False, over=False)
    return _followed(session, booking, end, booking.contact.full_name, booking.address.text)


def _followed(session: Session, booking: Booking, end: End, applicant: str, door: str) -> Followed:
    items = tuple(_item(session, each, end) for each in _dossiers(session, booking))
    return Followed(
        booking=booking,
        applicant=applicant,
        door=door,
        status=BOOKINGS[booking.status],
        end=end,
        items=items,
        prepare=_to_prepare(booking),
        visits=() if end.outcome_only else tuple(list_made_visits(session, booking)),
        complaints=tuple(list_of_booking(session, booking)),
    )


def find_open(session: Session, token: str) -> Booking:
    """The booking of a link that still shows something.

    Raises FollowLinkUnknown for a wrong token, FollowEnded for an old one.
    """
    booking = find_followed(session, token)
    if booking is None:
        raise FollowLinkUnknown
    end = end_of(session, booking)
    if end.over and end.ended_at is not None:
        raise FollowEnded(day=f"{clock.to_local(end.ended_at):%d/%m/%Y}")
    return booking


def mask_name(name: str) -> str:
    """Family name, and initials: Nguyễn Văn Mẫu → Nguyễn V. M."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in others)])


def _without_house_number(address: str) -> str:
    """What comes after the first comma; a number alone in front says too much to strangers."""
    _, comma, rest = address.partition(",")
    return rest.strip() if comma else ""


def _to_prepare(booking: Booking) -> tuple[ChecklistItem, ...]:
    """Papers that the courier will check, while they are still to be collected."""
    open_states = (BookingStatus.TO_PLACE, BookingStatus.REQUESTED, BookingStatus.SCHEDULED)
    if booking.mode is BookingMode.RETURN or booking.status not in open_states:
        return ()
    if any(dossier.supplements_id is not None for dossier in booking.dossiers):
        return ()  # what the office still misses stands on its form
    return tuple(booking.procedure.checklist)


def _dossiers(session: Session, booking: Booking) -> Sequence[Dossier]:
    return session.scalars(
        select(Dossier)
        .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .where(BookingDossier.booking_id == booking.id)
        .order_by(Dossier.item_code)
    ).all()


def _item(session: Session, dossier: Dossier, end: End) -> FollowedItem:
    expected = None if end.outcome_only else find_expected(session, dossier.id)
    if expected is not None and not expected.is_near(clock.now()):
        expected = None
    return FollowedItem(
        dossier_id=dossier.id,
        item_code=dossier.item_code,
        procedure=dossier.procedure.name,
        state=STATES[dossier.state],
        keeper=_keeper(session, dossier),
        office=dossier.filing_office.name,
        filed_at=dossier.filed_at,
        appointment_on=dossier.appointment_on,
        due_on=_due_on(session, dossier),
        chain_token=session.scalars(
            select(ChainToken.token).where(ChainToken.dossier_id == dossier.id)
        ).first(),
        expected=expected,
        steps=() if end.outcome_only else _steps(session, dossier),
    )


def _keeper(session: Session, dossier: Dossier) -> Text:
    words = KEEPERS[dossier.keeper_kind]
    kind = _PUBLIC.get(dossier.keeper_kind)
    if kind is None:
        return words
    return words.filled({"name": find_place_name(session, kind, dossier.keeper_id) or "—"})


def _due_on(session: Session, dossier: Dossier) -> date | None:
    return session.scalars(
        select(Leg.due_on)
        .where(
            Leg.dossier_id == dossier.id,
            Leg.purpose.in_((LegPurpose.COLLECTION, LegPurpose.RETURN)),
            Leg.status.in_((LegStatus.OPEN, LegStatus.PLANNED, LegStatus.UNDER_WAY)),
        )
        .order_by(Leg.ordinal.desc())
    ).first()


def _steps(session: Session, dossier: Dossier) -> tuple[Step, ...]:
    """The log from the first to the newest; reports that moved nothing are left out."""
    events = session.scalars(
        select(CustodyEvent).where(CustodyEvent.dossier_id == dossier.id).order_by(CustodyEvent.n)
    )
    return tuple(
        Step(
            at=event.at,
            what=EVENTS[event.type],
            place=find_place_name(session, event.place_kind, event.place_id),
        )
        for event in events
        if event.type in EVENTS and event.corrects_n is None
    )

"""A booking as its citizen follows it: states, keepers and dates, and nobody else's data."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.following.tokens import find_followed
from backend.booking.models import Booking, BookingMode, BookingStatus
from backend.catalogue.models import ChecklistItem
from backend.courier_day.arrivals.for_citizens import Expected
from backend.courier_day.feedback.complaints import list_of_booking
from backend.courier_day.feedback.models import Complaint
from backend.courier_day.feedback.ratings import MadeVisit, list_made_visits
from backend.courier_day.following.ending import End, end_of
from backend.courier_day.following.items import FollowedItem, list_items
from backend.courier_day.following.words import BOOKINGS
from backend.errors import NotFound, Text


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
    items = list_items(session, booking, end)
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

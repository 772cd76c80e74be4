"""What a citizen is told about a dossier, and an office about its result."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier
from backend.booking.notices.rendering import Fact
from backend.booking.notices.telling import contact_of, office_of, tell
from backend.booking.notices.texts import TEMPLATES
from backend.courier_day.arrivals.for_citizens import find_expected
from backend.dossiers.models import Dossier
from backend.errors import Text

STALE_NEWS = timedelta(minutes=30)
"""A phone without signal reports later; that a courier is on the way is then no news any more."""

HARM = {
    "SEAL_BROKEN": Text(vi="niêm phong bị rách", en="the seal was broken"),
    "WET": Text(vi="giấy tờ bị ướt", en="papers got wet"),
    "TORN": Text(vi="giấy tờ bị rách", en="papers were torn"),
}

_FAILURES = {
    "CITIZEN_ABSENT": Text(vi="vắng nhà", en="nobody was at home"),
    "ADDRESS_NOT_FOUND": Text(vi="chưa tìm thấy địa chỉ", en="the address was not found"),
    "INCOMPLETE": Text(vi="giấy tờ chưa đủ", en="papers were missing"),
    "IDENTITY_UNCLEAR": Text(vi="chưa xác minh được người nhận", en="identity was unclear"),
    "AUTHORISATION_EXPIRED": Text(vi="giấy ủy quyền hết hạn", en="the letter has expired"),
    "SIGNATURE_REFUSED": Text(vi="chưa ký phiếu gửi", en="the slip was not signed"),
    "STORM": Text(vi="thiên tai", en="force majeure"),
}
_OUR_FAILURE = Text(vi="bưu tá chưa đến được", en="the courier could not come")


def tell_citizen(
    session: Session, dossier: Dossier, template: str, *, once_for: str | None = None, **facts: Fact
) -> bool:
    """Tells the booking's contact; `{item_code}` is known here. Whether it was new.

    once_for: what happened, where several dossiers of a booking share it; without it every line of
    the dossier's log tells once. Without a phone nobody is told.
    """
    booking = _booking_of(session, dossier)
    if booking is None:
        return False
    cause = f"{dossier.id}:{dossier.event_count}" if once_for is None else once_for
    wanted = TEMPLATES[template].facts
    known: dict[str, Fact] = {"item_code": dossier.item_code}
    return tell(
        session,
        contact_of(booking),
        template,
        cause=cause,
        booking_id=booking.id,
        facts={name: value for name, value in known.items() if name in wanted} | facts,
    )


def tell_secret(session: Session, dossier: Dossier, template: str, **secrets: str) -> bool:
    """The same for a text with a part that only the citizen may read."""
    booking = _booking_of(session, dossier)
    if booking is None:
        return False
    return tell(
        session,
        contact_of(booking),
        template,
        cause=f"{dossier.id}:{dossier.event_count}",
        booking_id=booking.id,
        secrets=secrets,
        facts={"item_code": dossier.item_code},
    )


def tell_on_the_way(session: Session, dossier: Dossier, *, at: datetime, once_for: str) -> None:
    """The courier set out to the citizen's door at `at`; old news is not told.

    With the range of the forecast, if there is one.
    """
    now = clock.now()
    if now - at > STALE_NEWS:
        return
    found = find_expected(session, dossier.id)
    expected = Text(vi="sắp tới nơi", en="arriving soon")
    if found is not None and found.latest_at > now:
        expected = expected_in_words(found.earliest_at, found.latest_at)
    tell_citizen(session, dossier, "courier_on_the_way", once_for=once_for, expected=expected)


def expected_in_words(earliest_at: datetime, latest_at: datetime) -> Text:
    """A range of arrivals, never one minute."""
    hours = "–".join(f"{clock.to_local(moment):%H:%M}" for moment in (earliest_at, latest_at))
    return Text(vi=f"dự kiến {hours}", en=f"expected {hours}")


def tell_delivered(session: Session, dossier: Dossier, *, at: datetime) -> None:
    """Citizen and office hear that the result is in the right hands (DOMAIN §5.13)."""
    tell_citizen(session, dossier, "result_delivered")
    tell(
        session,
        office_of(dossier.filing_office),
        "office.result_delivered",
        cause=f"{dossier.id}:{dossier.event_count}",
        facts={"item_code": dossier.item_code, "at": at},
    )


def failure_in_words(reason: str) -> Text:
    """Why a visit failed, for a citizen; what lay with us is said as that."""
    return _FAILURES.get(reason, _OUR_FAILURE)


def _booking_of(session: Session, dossier: Dossier) -> Booking | None:
    return session.scalars(
        select(Booking)
        .join(BookingDossier, BookingDossier.booking_id == Booking.id)
        .where(BookingDossier.dossier_id == dossier.id)
    ).first()

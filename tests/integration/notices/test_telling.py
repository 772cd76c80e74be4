"""Whoever is told something is told once, after the commit, and not at night without need."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backend import clock, outbox
from backend.accounts.phones import plain_number
from backend.booking.following.tokens import FollowToken, find_followed
from backend.booking.models import Booking
from backend.booking.notices.opt_outs import set_wanted
from backend.booking.notices.sending import NoticeProvider
from backend.booking.notices.telling import contact_of, tell, tell_booking
from backend.database import unit_of_work
from backend.outbox import Channel, MessageStatus, OutboxMessage, Outgoing
from backend.outbox.quiet_hours import QuietHours
from backend.outbox.sending import KEPT, redact_old, send_due
from tests.builders.booking import a_booking

EVENING = datetime(2026, 11, 22, 15, tzinfo=UTC)
"""22:00 in Vietnam."""

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
QUIET = QuietHours.parse("21:00-07:00")
SITE = "https://tannoi.example.vn"


class Listening:
    """A gateway that keeps what it was given."""

    def __init__(self) -> None:
        self.heard: list[Outgoing] = []

    def send(self, message: Outgoing) -> None:
        self.heard.append(message)

    @property
    def texts(self) -> list[str]:
        return [each.content["text"] for each in self.heard]


def send(listening: Listening, quiet: QuietHours | None = None) -> int:
    provider = NoticeProvider(provider=listening, public_url=SITE)
    return send_due({Channel.SMS: provider, Channel.WEBHOOK: provider}, quiet=quiet)


def messages(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.fixture
def booking(session: Session) -> Booking:
    with clock.frozen(NOON):
        made = a_booking(session)
        session.flush()
        return made


def test_a_confirmation_names_visit_and_link(session: Session, booking: Booking) -> None:
    listening = Listening()
    with clock.frozen(NOON):
        assert tell_booking(session, booking, "booking.confirmed")
        session.commit()
        assert send(listening, QUIET) == 1
    (text,) = listening.texts
    assert booking.reference in text
    assert "08:00–10:00 ngày 23/11/2026" in text
    token = text.rsplit("/", 1)[1]
    assert text.endswith(f"{SITE}/theo-doi/{token}")
    assert find_followed(session, token) is booking
    assert listening.heard[0].content["segments"] >= 2
    assert listening.heard[0].recipient == plain_number(booking.contact.phone or "")


def test_the_database_cannot_open_the_link_it_sent(session: Session, booking: Booking) -> None:
    listening = Listening()
    with clock.frozen(NOON):
        tell_booking(session, booking, "booking.confirmed")
        session.commit()
        send(listening)
    (token,) = (text.rsplit("/", 1)[1] for text in listening.texts)
    session.expire_all()
    (message,) = messages(session)
    assert token not in str(message.content)
    assert "{link}" in message.content["text"]
    (row,) = session.scalars(select(FollowToken))
    assert row.digest == hashlib.sha256(token.encode()).digest()


@pytest.mark.parametrize("token", ["", "a", "a" * 24, "A" * 23 + "1", "%00", "a" * 25])
def test_a_wrong_token_opens_nothing(session: Session, booking: Booking, token: str) -> None:
    tell_booking(session, booking, "booking.confirmed")
    session.flush()
    assert find_followed(session, token) is None


def test_one_cause_tells_once_and_another_cause_again(session: Session, booking: Booking) -> None:
    assert tell_booking(session, booking, "booking.rescheduled", cause="2026-11-24")
    assert not tell_booking(session, booking, "booking.rescheduled", cause="2026-11-24")
    assert tell_booking(session, booking, "booking.rescheduled", cause="2026-11-25")
    assert session.scalar(select(func.count()).select_from(FollowToken)) == 2


def test_at_night_only_what_is_urgent_leaves(session: Session, booking: Booking) -> None:
    listening = Listening()
    with clock.frozen(EVENING) as frozen:
        tell_booking(session, booking, "booking.cancelled")
        facts = {"item_code": "EX123456785VN", "expected": "22:10–22:20"}
        tell(session, contact_of(booking), "courier_on_the_way", cause="stop", facts=facts)
        session.commit()
        assert send(listening, QUIET) == 1
        assert [each.template for each in listening.heard] == ["courier_on_the_way"]
        session.expire_all()
        waiting = session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "booking.cancelled")
        ).one()
        assert waiting.next_attempt_at == datetime(2026, 11, 23, 0, tzinfo=UTC), "07:00 there"
        assert waiting.attempts == 0
        frozen.advance(timedelta(hours=9))
        assert send(listening, QUIET) == 1
    assert listening.heard[1].template == "booking.cancelled"


def test_a_retry_in_the_night_waits_too(session: Session, booking: Booking) -> None:
    class Failing:
        def send(self, message: Outgoing) -> None:
            raise outbox.DeliveryFailed("gateway away")

    provider = NoticeProvider(provider=Failing(), public_url=SITE)
    with clock.frozen(EVENING - timedelta(hours=1, seconds=5)) as frozen:
        tell_booking(session, booking, "booking.cancelled")
        session.commit()
        send_due({Channel.SMS: provider}, quiet=QUIET)
        frozen.advance(timedelta(minutes=1))
        assert send(Listening(), QUIET) == 0
        frozen.advance(timedelta(hours=10))
        assert send(Listening(), QUIET) == 1


def test_who_does_not_want_notices_hears_only_what_must_be_said(
    session: Session, booking: Booking
) -> None:
    assert booking.contact.phone is not None
    set_wanted(session, booking.contact.phone.replace(" ", ""), wanted=False)
    assert not tell_booking(session, booking, "booking.confirmed")
    assert tell_booking(session, booking, "booking.cancelled")
    set_wanted(session, booking.contact.phone, wanted=True)
    assert tell_booking(session, booking, "booking.confirmed")


def test_without_a_phone_nobody_is_told(session: Session, booking: Booking) -> None:
    booking.contact.phone = None
    assert not tell_booking(session, booking, "booking.cancelled")
    assert messages(session) == []


def test_who_asked_for_english_is_written_in_english(session: Session, booking: Booking) -> None:
    booking.contact.language = "en"
    tell_booking(session, booking, "booking.cancelled")
    (message,) = messages(session)
    assert "no courier will come" in message.content["text"]


def test_nothing_is_told_if_the_cause_is_taken_back(committed_database: Engine) -> None:
    with clock.frozen(NOON):
        with unit_of_work() as session:
            booking_id = a_booking(session).id
        with pytest.raises(KeyError), unit_of_work() as session:
            tell_booking(session, session.get_one(Booking, booking_id), "booking.confirmed")
            raise KeyError
        listening = Listening()
        assert send(listening) == 0
        with unit_of_work() as session:
            assert session.scalar(select(func.count()).select_from(FollowToken)) == 0


def test_a_code_from_the_accounts_gets_its_text_when_it_leaves(session: Session) -> None:
    listening = Listening()
    outbox.post(
        session,
        province_code="48",
        channel=Channel.SMS,
        template="one_time_code",
        recipient="0900 000 009",
        content={"secret_code": "271828"},
    )
    session.commit()
    assert send(listening) == 1
    assert "271828" in listening.texts[0]


def test_a_message_that_has_no_text_waits_for_a_person(session: Session) -> None:
    outbox.post(
        session,
        province_code="48",
        channel=Channel.SMS,
        template="no_such_text",
        recipient="0900 000 009",
        content={},
    )
    session.commit()
    assert send(Listening()) == 0
    session.expire_all()
    (message,) = messages(session)
    assert message.status is MessageStatus.GIVEN_UP
    assert message.last_failure == "no text for no_such_text"


def test_after_its_time_to_whom_and_what_is_forgotten(session: Session, booking: Booking) -> None:
    with clock.frozen(NOON) as frozen:
        tell_booking(session, booking, "booking.cancelled")
        session.commit()
        send(Listening())
        frozen.advance(KEPT - timedelta(minutes=1))
        assert redact_old(session) == 0
        frozen.advance(timedelta(minutes=2))
        assert redact_old(session) == 1
        assert redact_old(session) == 0
    session.expire_all()
    (message,) = messages(session)
    assert (message.recipient, message.content) == ("", {})
    assert (message.template, message.status) == ("booking.cancelled", MessageStatus.SENT)

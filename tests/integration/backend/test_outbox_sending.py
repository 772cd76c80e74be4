"""Messages leave after the commit, at least once, and nobody waits for a dead provider."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.database import unit_of_work
from backend.outbox import (
    Channel,
    DeliveryFailed,
    MessageStatus,
    OutboxMessage,
    Outgoing,
    post,
)
from backend.outbox.gateway import TIMEOUT_S
from backend.outbox.sending import LEASE, MAX_ATTEMPTS, ROUND_S, LogProvider, send_due
from backend.queue import HEARTBEAT_STALE_S

START = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("committed_database")


class FakeProvider:
    """Keeps what it was given; fails as often as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.sent: list[Outgoing] = []

    def send(self, message: Outgoing) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)


def post_one(dedupe_key: str | None = None) -> None:
    with unit_of_work() as session:
        post(
            session,
            province_code="48",
            channel=Channel.SMS,
            template="on_the_way",
            recipient="0900 000 123",
            content={"window": "9–10 giờ"},
            dedupe_key=dedupe_key,
        )


def the_message() -> OutboxMessage:
    with unit_of_work() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_a_message_is_sent_once_and_then_rests() -> None:
    provider = FakeProvider()
    post_one()
    assert send_due({Channel.SMS: provider}) == 1
    assert send_due({Channel.SMS: provider}) == 0
    (sent,) = provider.sent
    assert (sent.recipient, sent.content) == ("0900 000 123", {"window": "9–10 giờ"})
    assert the_message().status is MessageStatus.SENT


def test_nothing_leaves_if_the_cause_was_taken_back() -> None:
    provider = FakeProvider()
    with pytest.raises(KeyError), unit_of_work() as session:
        post(
            session,
            province_code="48",
            channel=Channel.SMS,
            template="t",
            recipient="r",
            content={},
        )
        raise KeyError
    assert send_due({Channel.SMS: provider}) == 0


def test_the_same_cause_writes_one_message() -> None:
    for _ in range(3):
        post_one(dedupe_key="booking-1:on_the_way")
    the_message()


def test_a_failure_is_retried_later_and_the_row_says_why() -> None:
    provider = FakeProvider(DeliveryFailed("gateway busy"))
    with clock.frozen(START) as frozen:
        post_one()
        assert send_due({Channel.SMS: provider}) == 0
        waiting = the_message()
        assert (waiting.status, waiting.last_failure) == (MessageStatus.WAITING, "gateway busy")
        assert waiting.next_attempt_at > START
        assert send_due({Channel.SMS: provider}) == 0, "it is not due yet"
        frozen.move_to(waiting.next_attempt_at)
        assert send_due({Channel.SMS: provider}) == 1


def test_a_defect_in_a_provider_stops_neither_the_worker_nor_the_others() -> None:
    provider = FakeProvider(ZeroDivisionError("0900 000 123"))
    post_one()
    post_one()
    assert send_due({Channel.SMS: provider}) == 1
    with unit_of_work() as session:
        failures = session.scalars(select(OutboxMessage.last_failure)).all()
    assert sorted(map(str, failures)) == ["None", "ZeroDivisionError"]


def test_a_permanent_failure_and_too_many_attempts_wait_for_a_person() -> None:
    post_one()
    send_due({Channel.SMS: FakeProvider(DeliveryFailed("no such number", permanent=True))})
    assert the_message().status is MessageStatus.GIVEN_UP


def test_a_provider_that_never_works_is_given_up_after_the_last_attempt() -> None:
    provider = FakeProvider(*[DeliveryFailed("down")] * 100)
    with clock.frozen(START) as frozen:
        post_one()
        for attempt in range(1, MAX_ATTEMPTS + 1):
            assert the_message().status is MessageStatus.WAITING, attempt
            send_due({Channel.SMS: provider})
            frozen.advance(timedelta(hours=2))
    assert the_message().status is MessageStatus.GIVEN_UP


def test_a_message_whose_sender_died_is_sent_by_the_next_one_after_the_lease() -> None:
    class Died(BaseException):
        pass

    class DyingProvider:
        def send(self, message: Outgoing) -> None:
            raise Died

    with clock.frozen(START) as frozen:
        post_one()
        with pytest.raises(Died):
            send_due({Channel.SMS: DyingProvider()})
        provider = FakeProvider()
        assert send_due({Channel.SMS: provider}) == 0
        frozen.advance(LEASE)
        assert send_due({Channel.SMS: provider}) == 1


def test_a_message_that_kills_every_sender_is_given_up_too() -> None:
    class Died(BaseException):
        pass

    class DyingProvider:
        def send(self, message: Outgoing) -> None:
            raise Died

    with clock.frozen(START) as frozen:
        post_one()
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(Died):
                send_due({Channel.SMS: DyingProvider()})
            frozen.advance(LEASE)
        assert send_due({Channel.SMS: DyingProvider()}) == 0
    given_up = the_message()
    assert given_up.status is MessageStatus.GIVEN_UP
    assert given_up.last_failure == "the sender stopped in the middle"


def test_who_fails_after_the_lease_takes_nothing_back_from_who_sent_it_since() -> None:
    provider = FakeProvider()

    class SlowProvider:
        def send(self, message: Outgoing) -> None:
            frozen.advance(LEASE)
            assert send_due({Channel.SMS: provider}) == 1
            raise DeliveryFailed("no such number", permanent=True)

    with clock.frozen(START) as frozen:
        post_one()
        send_due({Channel.SMS: SlowProvider()})
    sent = the_message()
    assert (sent.status, sent.last_failure) == (MessageStatus.SENT, None)


def test_a_gateway_that_hangs_does_not_hold_up_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 0.0

    class HangingProvider:
        def send(self, message: Outgoing) -> None:
            nonlocal seconds
            seconds += ROUND_S
            raise DeliveryFailed("gateway away")

    for _ in range(3):
        post_one()
    monkeypatch.setattr(clock, "monotonic_s", lambda: seconds)
    send_due({Channel.SMS: HangingProvider()})
    assert seconds == ROUND_S, "the second message waits for the next round"
    assert ROUND_S + TIMEOUT_S < HEARTBEAT_STALE_S


def test_several_workers_share_the_messages_without_sending_one_twice() -> None:
    for _ in range(20):
        post_one()
    sent: list[uuid.UUID] = []
    together = threading.Barrier(4, timeout=10)

    class Collector:
        def send(self, message: Outgoing) -> None:
            sent.append(message.id)

    def work() -> None:
        together.wait()
        send_due({Channel.SMS: Collector()})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == len(set(sent)) == 20


def test_the_default_provider_does_not_say_to_whom(caplog: pytest.LogCaptureFixture) -> None:
    post_one()
    assert send_due({Channel.SMS: LogProvider()}) == 1
    assert "0900" not in caplog.text

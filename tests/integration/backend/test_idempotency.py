"""A repeated call has one effect and one answer, also when the repeat overtakes the first."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.database import unit_of_work
from backend.idempotency import (
    KEY_LIFE,
    Answer,
    IdempotencyKey,
    KeyReused,
    StillRunning,
    find_answer,
    forget_old_keys,
    keep_answer,
)

START = datetime(2026, 11, 23, tzinfo=UTC)
FIRST, OTHER = b"f" * 32, b"o" * 32
ANSWER = Answer(status=201, headers={"Location": "/v1/x/1"}, body='{"tên": 1}'.encode())


def find(
    session: Session, *, key: str = "key-0001", scope: str = "a", fp: bytes = FIRST
) -> Answer | None:
    return find_answer(session, scope=scope, key=key, fingerprint=fp)


def keep(session: Session, *, key: str = "key-0001") -> None:
    keep_answer(session, scope="a", key=key, fingerprint=FIRST, answer=ANSWER)


def test_the_first_call_has_no_answer_yet_and_a_repeat_gets_it_to_the_byte(
    session: Session,
) -> None:
    assert find(session) is None
    keep(session)
    assert find(session) == ANSWER


def test_another_content_under_the_same_key_is_refused(session: Session) -> None:
    find(session)
    keep(session)
    with pytest.raises(KeyReused):
        find(session, fp=OTHER)


def test_another_caller_may_use_the_same_key(session: Session) -> None:
    find(session)
    keep(session)
    assert find(session, scope="b", fp=OTHER) is None


def test_a_key_lives_thirty_days(session: Session) -> None:
    with clock.frozen(START) as frozen:
        find(session)
        keep(session)
        frozen.advance(KEY_LIFE)
        assert find(session) == ANSWER
        frozen.advance(timedelta(seconds=1))
        assert find(session, fp=OTHER) is None


def test_old_keys_are_forgotten_and_young_ones_kept(session: Session) -> None:
    with clock.frozen(START) as frozen:
        find(session, key="old-0001")
        keep(session, key="old-0001")
        frozen.advance(timedelta(days=20))
        find(session, key="young-01")
        keep(session, key="young-01")
        frozen.advance(timedelta(days=11))
        assert forget_old_keys(session) == 1
    assert session.scalars(select(IdempotencyKey.key)).all() == ["young-01"]


@pytest.mark.parametrize("status", [400, 422, 500, 503])
def test_the_answer_of_a_failed_call_is_never_kept(session: Session, status: int) -> None:
    failed = Answer(status=status, headers={}, body=b"")
    with pytest.raises(ValueError, match="no effect"):
        keep_answer(session, scope="a", key="key-0001", fingerprint=FIRST, answer=failed)


@pytest.mark.usefixtures("committed_database")
def test_a_call_that_failed_leaves_its_key_free() -> None:
    with pytest.raises(KeyError), unit_of_work() as session:
        find(session)
        keep(session)
        raise KeyError
    with unit_of_work() as session:
        assert find(session, fp=OTHER) is None


@pytest.mark.usefixtures("committed_database")
def test_a_repeat_that_overtakes_the_first_call_is_told_to_wait() -> None:
    with unit_of_work() as first:
        assert find(first) is None
        with pytest.raises(StillRunning) as told, unit_of_work() as second:
            find(second)
        assert told.value.retry_after_s == 1
        keep(first)
    with unit_of_work() as third:
        assert find(third) == ANSWER


@pytest.mark.usefixtures("committed_database")
def test_of_eight_callers_at_once_exactly_one_has_the_effect() -> None:
    effects: list[int] = []
    outcomes: list[str] = []
    together = threading.Barrier(8, timeout=10)

    def call(number: int) -> None:
        together.wait()
        try:
            with unit_of_work() as session:
                if find(session) is None:
                    effects.append(number)
                    keep(session)
                    outcomes.append("first")
                else:
                    outcomes.append("repeat")
        except StillRunning:
            outcomes.append("wait")

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 8
    assert len(effects) == 1

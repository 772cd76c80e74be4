"""How long a message waits after a failure."""

import pytest

from backend.outbox.sending import FIRST_RETRY, LONGEST_RETRY, MAX_ATTEMPTS, retry_delay


def test_the_first_retry_comes_soon() -> None:
    assert FIRST_RETRY / 2 <= retry_delay(1) <= FIRST_RETRY


@pytest.mark.parametrize("attempts", range(1, MAX_ATTEMPTS + 40))
def test_no_retry_waits_longer_than_the_longest(attempts: int) -> None:
    assert FIRST_RETRY / 2 <= retry_delay(attempts) <= LONGEST_RETRY


def test_later_retries_wait_longer_and_are_spread() -> None:
    assert retry_delay(6) > retry_delay(1)
    assert len({retry_delay(20) for _ in range(20)}) > 1

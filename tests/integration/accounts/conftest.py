"""A working morning on a clock that tests move."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from backend import clock

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def now() -> Iterator[clock.FrozenClock]:
    """Monday 23 November 2026, 08:00 in Vietnam."""
    with clock.frozen(MORNING) as frozen:
        yield frozen

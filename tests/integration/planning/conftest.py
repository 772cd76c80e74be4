"""Searches of a fifth of a second, on the evening before: small days need no more."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest

from backend import clock
from backend.planning import jobs
from routing import Result, solve
from tests.builders.booking import WORKING_DAY


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        yield


@pytest.fixture(autouse=True)
def short_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second asked for becomes 0.2; longer limits stay, so that cancelling can be seen."""

    def solve_soon(*problem: Any, time_limit_s: float, **options: Any) -> Result:
        soon = 0.2 if time_limit_s == 1 else time_limit_s
        return solve(*problem, time_limit_s=soon, **options)

    monkeypatch.setattr(jobs, "solve", solve_soon)

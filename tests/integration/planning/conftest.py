"""Searches of a few iterations, on the evening before: small days need no more."""

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
    """Who asks for one second gets a few iterations, however busy the machine is; longer limits
    stay, so that cancelling can be seen."""

    def solve_soon(*problem: Any, time_limit_s: float, **options: Any) -> Result:
        if time_limit_s == 1:
            return solve(*problem, time_limit_s=30, iterations=3, **options)
        return solve(*problem, time_limit_s=time_limit_s, **options)

    monkeypatch.setattr(jobs, "solve", solve_soon)

"""How soon a whole day has its first plan: the only tests that look at a clock.

Processor time of this process is measured, so that other work on the machine does not count.
"""

import time

import pytest

from routing import Progress, solve
from tests.builders.routing_days import DayShape, a_courier_day

FIRST_PLAN_WITHIN_S = 5


@pytest.mark.parametrize("mixed_hours", [False, True], ids=["one lunch gap", "three lunch gaps"])
def test_a_day_of_300_visits_has_a_plan_within_five_processor_seconds(mixed_hours: bool) -> None:
    problem = a_courier_day(7, DayShape(visits=300, couriers=20, mixed_hours=mixed_hours))
    solve(problem, time_limit_s=1, iterations=1)  # loads the search once, as a worker has done
    began = time.process_time()
    met: list[float] = []

    def note(progress: Progress) -> None:
        if progress.best_cost is not None and not met:
            met.append(time.process_time() - began)

    solve(problem, time_limit_s=240, on_progress=note, should_stop=lambda: bool(met))
    assert met[0] < FIRST_PLAN_WITHIN_S

"""What a dispatcher waits for: replanning, insertion, stopping, the first use on a machine.

Each part is measured alone in a process of its own: `python -m tests.bench.services NAME`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from routing import Problem, Shipment, Solution, Task, TimeWindow, solve
from routing.engines import warm_up
from routing.insertion import prepare
from routing.replan import Replan, replan
from routing.replanning.courier_state import CourierState
from tests.bench.days import a_bench_day
from tests.bench.stopping import stopping as stopping_at_many_moments

Figures = dict[str, Any]

NOW_S = 37_800
"""Half past ten."""

AFTERNOON_S, HALF_AN_HOUR_S = 46_800, 1_800

VISITS, MANY, URGENT = 300, 600, 15
REPEATS = 5


def _a_running_day(seconds: float, visits: int) -> tuple[Problem, Solution, tuple[Shipment, ...]]:
    """A day with a plan, and 15 visits more that nobody has booked yet."""
    whole = a_bench_day(visits + URGENT, seed=1)
    booked, urgent = whole.shipments[:visits], whole.shipments[visits:]
    problem = replace(whole, shipments=booked)
    found = solve(problem, time_limit_s=seconds, seed=1, engine="ruin_recreate")
    return problem, found.solution, urgent


def states_of(solution: Solution) -> list[CourierState]:
    """Everybody did what his plan says: what has begun is done, where he rides to comes next."""
    states = []
    for route in solution.routes:
        steps = [visit for visit in route.visits if visit.task_id is not None]
        begun = [visit for visit in steps if visit.start_s - visit.wait_s <= NOW_S]
        if not begun:
            continue
        states.append(
            CourierState(
                vehicle_id=route.vehicle_id,
                done=tuple(str(visit.task_id) for visit in begun),
                free_s=max(NOW_S, begun[-1].end_s),
                started={str(visit.task_id): visit.start_s for visit in begun},
            )
        )
    return states


def _now_urgent(shipments: Sequence[Shipment]) -> tuple[Shipment, ...]:
    """Booked now: nothing of it begins before, and morning slots become the first of the
    afternoon."""

    def later(task: Task) -> Task:
        windows = task.windows
        if task.id.startswith("home") and windows[0].start < NOW_S + HALF_AN_HOUR_S:
            windows = (TimeWindow(start=AFTERNOON_S, end=AFTERNOON_S + 7200),)
        return replace(task, windows=windows, release_s=max(task.release_s, NOW_S))

    return tuple(
        replace(
            shipment,
            pickups=tuple(later(task) for task in shipment.pickups),
            deliveries=tuple(later(task) for task in shipment.deliveries),
        )
        for shipment in shipments
    )


def replanning(seconds: float, visits: int = VISITS) -> Figures:
    """A courier drops out at 10:30; 15 urgent bookings come in; both at once."""
    problem, solution, drawn = _a_running_day(seconds, visits)
    states = states_of(solution)
    urgent = _now_urgent(drawn)
    busiest = max(solution.routes, key=lambda route: len(route.visits)).vehicle_id
    cases: dict[str, Callable[[], Replan]] = {
        "a courier drops out": lambda: replan(
            problem, solution, now_s=NOW_S, states=states, dropped=(busiest,)
        ),
        "15 urgent bookings": lambda: replan(
            problem, solution, now_s=NOW_S, states=states, new_works=urgent
        ),
        "both at once": lambda: replan(
            problem, solution, now_s=NOW_S, states=states, dropped=(busiest,), new_works=urgent
        ),
    }
    figures: Figures = {"visits": visits, "couriers": len(solution.routes)}
    for name, ask in cases.items():
        ask()  # loads what a running worker has loaded
        timed = [_timed(ask) for _ in range(REPEATS)]
        answer = timed[0][1]
        figures[name] = {
            "median_s": round(statistics.median(seconds for seconds, _ in timed), 3),
            "most_s": round(max(seconds for seconds, _ in timed), 3),
            "moved": len(answer.moved),
            "touched": len(answer.touched),
            "lost": len(answer.lost),
            "placed": len(answer.placed),
            "within_budget": answer.within_budget,
        }
    return figures


def insertion(seconds: float, visits: int = VISITS) -> Figures:
    """Questions to a prepared plan of 300 visits: the best place of one shipment in all routes."""
    problem, solution, asked = _a_running_day(seconds, visits)
    prepare(problem, solution).insert(asked[0])  # loads what a running worker has loaded
    preparing, prepared = _timed(lambda: prepare(problem, solution))
    timed = [
        _timed(lambda work=work: prepared.insert(work))[0] for _ in range(REPEATS) for work in asked
    ]

    def with_effects(work: Shipment) -> int:
        """What each of its places changes for others, told for every route."""
        return sum(len(offer.changes) for offer in prepared.insert(work).offers)

    whole = [
        _timed(lambda work=work: with_effects(work))[0] for _ in range(REPEATS) for work in asked
    ]
    return {
        "visits": visits,
        "routes": len(solution.routes),
        "questions": len(timed),
        "prepare_ms": round(preparing * 1000, 1),
        "median_ms": round(statistics.median(timed) * 1000, 2),
        "most_ms": round(max(timed) * 1000, 2),
        "with_effects_median_ms": round(statistics.median(whole) * 1000, 2),
        "with_effects_most_ms": round(max(whole) * 1000, 2),
    }


def stopping(seconds: float) -> Figures:
    """How long after a wish to stop a plan of 600 visits comes back, checked."""
    del seconds
    return stopping_at_many_moments(MANY)


def stopping_quick(seconds: float) -> Figures:
    """The same at fewer moments."""
    del seconds
    return stopping_at_many_moments(MANY, moments=12, ctrl_c=4)


def stages(seconds: float, sizes: Sequence[int] = (100, VISITS, MANY)) -> Figures:
    """Where the time of one plan goes, stage by stage, in wall seconds."""
    warm_up()
    figures: Figures = {}
    for visits in sizes:
        problem = a_bench_day(visits, seed=1)
        told: list[tuple[float, str]] = []

        def note(progress: Any, told: list[tuple[float, str]] = told) -> None:
            told.append((time.monotonic(), progress.stage))

        began = time.monotonic()
        result = solve(
            problem, time_limit_s=seconds, seed=1, engine="ruin_recreate", on_progress=note
        )
        ended = time.monotonic()
        spent: dict[str, float] = {}
        moments = [*told, (ended, "")]
        for (at, stage), (until, _) in pairwise(moments):
            spent[stage] = spent.get(stage, 0.0) + until - at
        figures[str(visits)] = {
            "iterations": result.iterations,
            "whole_s": round(ended - began, 3),
            "stages_s": {stage: round(length, 3) for stage, length in spent.items()},
        }
    return figures


def cold_warm_up(seconds: float) -> Figures:
    """The first use on a machine: compiled into an empty folder, then loaded from it."""
    del seconds
    code = (
        "import json, time\n"
        "from routing.engines import warm_up\n"
        "began, busy = time.monotonic(), time.process_time()\n"
        "warm_up()\n"
        "print(json.dumps([time.monotonic() - began, time.process_time() - busy]))\n"
    )
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cold", "from the cache"):
            said = subprocess.run(
                [sys.executable, "-c", code],
                env=os.environ | {"NUMBA_CACHE_DIR": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            wall, busy = json.loads(said.stdout)
            figures[name] = {"wall_s": round(wall, 1), "cpu_s": round(busy, 1)}
    return figures


def _timed[T](ask: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    answer = ask()
    return time.perf_counter() - began, answer


PARTS: Mapping[str, Callable[[float], Figures]] = {
    "replanning": replanning,
    "insertion": insertion,
    "stopping": stopping,
    "stages": stages,
    "cold-warm-up": cold_warm_up,
}
QUICK = {"replanning": replanning, "insertion": insertion, "stopping": stopping_quick}


def main() -> int:
    """Prints the figures of one part as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("--seconds", type=float, default=3.0, help="time limit of a plan")
    parser.add_argument("--quick", action="store_true", help="fewer moments of stopping")
    given = parser.parse_args()
    measure = (QUICK if given.quick else PARTS).get(given.part, PARTS[given.part])
    json.dump(measure(given.seconds), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

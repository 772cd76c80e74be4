"""How long whoever wants a search to stop waits: by `should_stop`, and with Ctrl-C."""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from routing import Problem, solve
from routing.engines import warm_up
from routing.formats.own import problem_to_json
from tests.bench.days import a_bench_day
from tests.bench.runs import ROOT
from tests.builders.wishes import Wish, press_ctrl_c

Figures = dict[str, Any]

SEARCH_S = 4.0
"""Time limit of the searches that are stopped: all stages lie in it, from the first plan to the
routes put together anew at 95 %."""

MOMENTS = 44
"""Of wishes in the library, evenly over the whole search: one falls every 90 ms."""

CTRL_C = 16
"""Moments of Ctrl-C in the command, evenly from its start to the middle of its search."""


def stopping(visits: int, moments: int = MOMENTS, ctrl_c: int = CTRL_C) -> Figures:
    """From the wish to the answer, checked; and from Ctrl-C to the end of the command's process."""
    problem = a_bench_day(visits, seed=1)
    return {
        "visits": visits,
        "search_s": SEARCH_S,
        "library": _in_the_library(problem, moments),
        "command": _in_the_command(problem, ctrl_c),
    }


def _summary(waits: Sequence[tuple[float, float, int]]) -> Figures:
    """Of (wall seconds, processor seconds, works undone) in the order of the moments."""
    if not waits:
        raise RuntimeError("no wish was answered: every search had ended, or none had begun")
    wall = [1000 * wait for wait, _, _ in waits]
    busy = [1000 * used for _, used, _ in waits]
    return {
        "moments": len(waits),
        "median_ms": round(statistics.median(wall)),
        "most_ms": round(max(wall)),
        "median_cpu_ms": round(statistics.median(busy)),
        "most_cpu_ms": round(max(busy)),
        "within_200_ms": sum(wait <= 200 for wait in wall),
        "with_undone": sum(undone > 0 for _, _, undone in waits),
        "most_undone": max(undone for _, _, undone in waits),
    }


def _in_the_library(problem: Problem, moments: int) -> Figures:
    warm_up()
    waits = []
    first, used_first = time.monotonic(), time.process_time()
    for number in range(moments):
        with Wish(SEARCH_S * number / moments, clock=time.monotonic) as wish:
            result = solve(
                problem,
                time_limit_s=SEARCH_S,
                seed=1,
                engine="ruin_recreate",
                should_stop=wish.is_there,
            )
            ended, busy = time.monotonic(), time.process_time()
        if wish.came_at is not None and result.stopped:
            undone = len(result.solution.unassigned)
            waits.append((ended - wish.came_at, busy - wish.came_at_cpu, undone))
    share = (time.process_time() - used_first) / (time.monotonic() - first)
    return _summary(waits) | {"share_of_a_core": round(share, 2)}


def _in_the_command(problem: Problem, moments: int) -> Figures:
    """Seconds to the end of the process, by when the plan is written."""
    waits, without = [], 0
    # A shell has its background jobs ignore Ctrl-C, and they hand that down.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        day, plan = Path(folder) / "day.json", Path(folder) / "plan.json"
        day.write_text(json.dumps(problem_to_json(problem)), encoding="utf-8")
        _pressed(day, plan, None)
        whole = _pressed(day, plan, None)[0]  # how long it takes by itself
        for number in range(moments):
            plan.unlink(missing_ok=True)
            wall, busy = _pressed(day, plan, (whole - SEARCH_S / 2) * (number + 0.5) / moments)
            if not plan.exists():  # nothing was known yet
                without += 1
                continue
            undone = len(json.loads(plan.read_text("utf-8")).get("unassigned", ()))
            waits.append((wall, busy, undone))
    return _summary(waits) | {"before_the_problem_was_read": without}


def _pressed(day: Path, plan: Path, after_s: float | None) -> tuple[float, float]:
    """Wall and processor seconds from Ctrl-C to the end of the process; without Ctrl-C the wall
    seconds of all of it."""
    command = [sys.executable, "-m", "routing", "solve", str(day), "--output", str(plan)]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(plan.parent / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second run does not compile sources
    began = time.monotonic()
    with subprocess.Popen(
        [*command, "--time-limit", str(SEARCH_S)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as running:
        if after_s is not None:
            time.sleep(after_s)
            return press_ctrl_c(running)
        running.wait()
        return time.monotonic() - began, 0.0

"""The same day on a clock without the lunch gap, for peers that know neither breaks nor several
windows: nobody works in the gap and everybody rests there.

A plan on the short clock is a plan on the real one, since a break that fits the gap never delays
an arrival beyond it; it may be a dearer one where work inside the gap would have been legal.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from routing import Problem, Task, TimeWindow, Vehicle
from routing.engines.ortools_routing.gap_clock import GapClock

LATEST = 2**31 - 1


def on_short_clock(problem: Problem) -> tuple[Problem, frozenset[str]]:
    """The problem with one window a task and no breaks, and the ids of the tasks that have no
    place on the short clock (their windows lie inside the gap). Orders of the answer are orders
    of the original. Releases become windows."""
    tasks = [task for work in problem.shipments for task in (*work.pickups, *work.deliveries)] + [
        job.task for job in problem.jobs
    ]
    clock = _most_shared_gap(tasks)
    lost: set[str] = set()

    def shortened(task: Task) -> Task:
        windows = clock.windows(_starts(task))
        if not windows:
            lost.add(task.id)
            windows = [(0, 0)]
        # One window only: the longest, where the cut leaves several.
        start, end = max(windows, key=lambda window: window[1] - window[0])
        return replace(task, windows=(TimeWindow(start=start, end=end),), release_s=0)

    return (
        replace(
            problem,
            vehicles=tuple(_rested(clock, vehicle) for vehicle in problem.vehicles),
            jobs=tuple(replace(job, task=shortened(job.task)) for job in problem.jobs),
            shipments=tuple(
                replace(
                    work,
                    pickups=tuple(shortened(task) for task in work.pickups),
                    deliveries=tuple(shortened(task) for task in work.deliveries),
                )
                for work in problem.shipments
            ),
        ),
        frozenset(lost),
    )


def _most_shared_gap(tasks: Iterable[Task]) -> GapClock:
    """The hole that most tasks have between two windows; no hole, nothing cut."""
    holes = Counter(
        (before.end, after.start) for task in tasks for before, after in pairwise(task.windows)
    )
    return GapClock(*max(holes, key=lambda hole: (holes[hole], hole))) if holes else GapClock()


def _starts(task: Task) -> list[tuple[int, int]]:
    windows = [(w.start, w.end) for w in task.windows] or [(0, LATEST)]
    cut = [(max(start, task.release_s), end) for start, end in windows]
    return [(start, end) for start, end in cut if start <= end]


def _rested(clock: GapClock, vehicle: Vehicle) -> Vehicle:
    """A rest that the gap does not cover is taken off the end of the shift."""
    opening = clock.shorten(vehicle.shift.start)
    closing = clock.shorten(vehicle.shift.end) - clock.reserved_s(vehicle)
    shift = TimeWindow(start=opening, end=max(opening, closing))
    return replace(vehicle, shift=shift, breaks=())

"""When the visits of running routes begin once a new work is in them, by the search's own clock.

A scratch plan holds a row per vehicle; one call of the kernel that times routes fills them all.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.every_route import time_routes
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan

NEW_TASKS = 2
"""Of a new work: a pickup and its delivery, or a job."""

type Inserted = Sequence[tuple[int, int]]
"""(task number, behind so many tasks of the present route), in order."""


class NewStarts:
    """Room to time every route of a plan with a new work in it."""

    def __init__(self, instance: Instance, plan: PlanState) -> None:
        self._present = plan
        works = len(instance.works)
        longest = int(plan.routes[:, c.LENGTH].max(initial=0)) + NEW_TASKS
        scratch = empty_plan(
            instance._replace(works=instance.works[:0]), seed=1, most_tasks=longest
        )
        self._plan = scratch._replace(delivered=np.zeros(works + 1, dtype=np.int64))

    def starts(self, instance: Instance, inserted: Mapping[int, Inserted]) -> dict[int, Ints]:
        """Per vehicle number the starts of the tasks of its present route, in their order. Routes
        of which slacks do not tell all, such as those with late prices, are left out."""
        plan, wide, there = self._plan, self._plan.saved.shape[1], self._present.saved.shape[1]
        plan.routes[:, c.LENGTH] = 0
        for v, new in inserted.items():
            length = int(self._present.routes[v, c.LENGTH])
            present = self._present.steps[v * there + 1 : v * there + 1 + length, c.TASK]
            row = v * wide + 1
            behind = 0
            for task, after in new:
                plan.steps[row : row + after - behind, c.TASK] = present[behind:after]
                row += after - behind
                plan.steps[row, c.TASK] = task
                row, behind = row + 1, after
            plan.steps[row : row + length - behind, c.TASK] = present[behind:]
            plan.routes[v, c.LENGTH] = length + len(new)
        time_routes(instance, plan)
        return {
            v: np.delete(self._starts_of(instance, v), [a + i for i, (_, a) in enumerate(new)])
            for v, new in inserted.items()
            if not instance.vehicles[v, c.TIMED]
        }

    def _starts_of(self, instance: Instance, v: int) -> Ints:
        """Starts of all tasks of a row, breaks taken as late as ends the route as early."""
        plan, vehicle = self._plan, instance.vehicles[v]
        first = v * plan.saved.shape[1]
        n = int(plan.routes[v, c.LENGTH])
        ends = plan.free[first : first + n + 1]
        steps = plan.steps[first : first + n + 1]
        tasks, sites = steps[1:, c.TASK], steps[:, c.STEP_SITE]
        paid = (sites[1:] != sites[:-1]).astype(np.int64)
        action = instance.action[vehicle[c.FAMILIARITY], tasks, paid]
        count, at = int(vehicle[c.BREAKS]), int(vehicle[c.BREAK_AT])
        breaks = instance.breaks[at : at + count]
        taken = np.zeros(n, dtype=np.int64)
        for number, leg in enumerate(_legs_of_breaks(ends, steps[:, c.LEG_S], breaks)):
            taken[leg:] = number + 1
        starts: Ints = ends[np.arange(1, n + 1), taken] - action
        return starts


def _legs_of_breaks(ends: Ints, rides: Ints, breaks: Ints) -> list[int]:
    """On which leg each break is taken; the first leg is 0, rows of `ends` are what it begins
    with. As `routing.clock.breaks` chooses: of equal arrivals the one with fewer breaks before."""
    legs: list[int] = []
    taken, last = len(breaks), len(ends) - 1
    while taken:
        if taken == 1:  # the usual case at once: which legs save time by having the break on them
            opens, closes, length = (int(breaks[0, k]) for k in _BREAK)
            free, ride = ends[: last + 1, 0], rides[: last + 1]
            with_break = np.maximum(free + ride, opens) + length
            better = (free <= closes) & (with_break <= ends[: last + 1, 1] + ride)
            return [int(np.flatnonzero(better)[-1]), *legs]
        for before in range(taken + 1):
            arrival = _arrival(ends[last, before], rides[last], breaks[before:taken])
            best = min(
                _arrival(ends[last, k], rides[last], breaks[k:taken]) for k in range(taken + 1)
            )
            if arrival == best:
                legs = [last] * (taken - before) + legs
                taken = before
                break
        last -= 1
    return legs


_BREAK = c.BREAK_FROM, c.BREAK_TO, c.BREAK_LENGTH


def _arrival(free: int, ride: int, breaks: Ints) -> int:
    """At the end of a leg left at `free` with these breaks taken on it; FAR if that cannot be."""
    now, left = int(free), int(ride)
    for pause in breaks:
        opens, closes, length = (int(pause[k]) for k in _BREAK)
        if now > closes:
            return c.FAR
        start = max(now, opens)
        left -= min(left, start - now)
        now = start + length
    return min(c.FAR, now + left)

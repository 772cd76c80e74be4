"""A part of a problem as tables of its own: some routes, their works, and only the places of both.

Small tables make fast rounds. Numbers inside are the part's; sequences go in and out of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Cells, Instance, Ints

ELSEWHERE = c.FAR
"""The vehicle before of a work whose vehicle is not in the part: any vehicle here moves it."""


@dataclass(frozen=True, slots=True)
class Part:
    """`vehicles` and `tasks` are the whole problem's numbers, in the part's order."""

    instance: Instance
    vehicles: Ints
    works: Ints
    tasks: Ints

    def into(self, sequences: Mapping[int, Ints]) -> dict[int, Ints]:
        """What of the whole problem's sequences the part's vehicles ride."""
        return {
            local: np.searchsorted(self.tasks, sequences[v])
            for local, v in enumerate(self.vehicles.tolist())
            if v in sequences
        }

    def out_of(self, sequences: Mapping[int, Ints]) -> dict[int, Ints]:
        """The part's sequences in the whole problem's numbers."""
        return {int(self.vehicles[v]): self.tasks[order] for v, order in sequences.items()}


def part_of(instance: Instance, vehicles: Ints, works: Ints) -> Part:
    """The part with these vehicles and works, both sorted."""
    local_work = _numbers(len(instance.works), works)
    belongs = instance.tasks[:, c.WORK] >= 0
    belongs[belongs] = local_work[instance.tasks[belongs, c.WORK]] >= 0
    tasks = np.flatnonzero(belongs)
    rows, riders = instance.tasks[tasks], instance.vehicles[vehicles]
    ends = riders[:, c.END]
    places = np.unique(np.concatenate((rows[:, c.PLACE], riders[:, c.START], ends[ends >= 0])))
    local_place = _numbers(instance.ride.shape[1], places)
    rows[:, c.PLACE] = local_place[rows[:, c.PLACE]]
    rows[:, c.WORK] = local_work[rows[:, c.WORK]]
    riders[:, c.START] = local_place[riders[:, c.START]]
    riders[:, c.END] = np.where(ends >= 0, local_place[ends], ends)
    riders[:, c.TWIN] = _first_alike(riders[:, c.TWIN])
    table, options = _works(instance, works, _numbers(len(instance.tasks), tasks))
    before = table[:, c.BEFORE]
    there = _numbers(len(instance.vehicles), vehicles)[before]
    table[:, c.BEFORE] = np.where(before < 0, before, np.where(there < 0, ELSEWHERE, there))
    ride, ride_to = rides_among(instance.ride, places)
    metres, metres_to = instance.metres, instance.metres_to
    if metres.shape[1] == instance.ride.shape[1]:
        metres, metres_to = rides_among(metres, places)
    part = instance._replace(
        tasks=rows,
        action=np.ascontiguousarray(instance.action[:, tasks]),
        change=instance.change[tasks],
        carried=instance.carried[tasks],
        works=table,
        options=options,
        allowed=np.ascontiguousarray(instance.allowed[np.ix_(works, vehicles)]),
        near=_within(instance.near, works, local_work),
        close=_within(instance.close, works, local_work),
        vehicles=riders,
        capacity=instance.capacity[vehicles],
        ride=ride,
        ride_to=ride_to,
        metres=metres,
        metres_to=metres_to,
    )
    return Part(part, vehicles, works, tasks)


def _numbers(count: int, kept: Ints) -> Ints:
    """New numbers by old ones; -1 for those that are not kept."""
    numbers = np.full(count, -1, dtype=np.int64)
    numbers[kept] = np.arange(len(kept))
    return numbers


def _first_alike(kinds: Ints) -> Ints:
    """The number of the first row of the same kind, per row."""
    _, first, kind = np.unique(kinds, return_index=True, return_inverse=True)
    return first[kind].astype(np.int64)


def _works(instance: Instance, works: Ints, local_task: Ints) -> tuple[Ints, Ints]:
    """Rows of works and the task numbers that they point to; a work's own stand in a row."""
    table = instance.works[works]
    begins, counts = table[:, c.PICK_AT].copy(), table[:, c.DROP_END] - table[:, c.PICK_AT]
    moved = np.concatenate(([0], np.cumsum(counts)))
    at = np.arange(moved[-1]) + np.repeat(begins - moved[:-1], counts)
    for column in (c.PICK_AT, c.PICK_END, c.DROP_AT, c.DROP_END):
        table[:, column] += moved[:-1] - begins
    return table, local_task[instance.options[at]]


def _within(neighbours: Cells, works: Ints, local_work: Ints) -> Cells:
    """Of the whole problem's neighbours of each work, the last axis, those in the part, the nearest
    first; where there are fewer than of others, the work itself stands behind them. Nearest ones
    looked for anew took more time than the rounds of a part of 2,500 works."""
    rows = local_work[neighbours[..., works, :]]
    order = np.argsort(rows < 0, axis=-1, kind="stable")
    rows = np.take_along_axis(rows, order, axis=-1)
    rows = rows[..., : max(1, int((rows >= 0).sum(axis=-1).max(initial=0)))]
    own = np.arange(len(works))[:, None]
    return np.ascontiguousarray(np.where(rows < 0, own, rows), dtype=np.int32)


def rides_among(rides: Cells, places: Ints) -> tuple[Cells, Cells]:
    """The tables between some places, both ways."""
    some: npt.NDArray[np.int32] = np.ascontiguousarray(rides[:, places[:, None], places])
    return some, np.ascontiguousarray(some.transpose(0, 2, 1))

"""Tasks as nodes of OR-Tools: one node for each window of each alternative on the short clock.

A node's time is the start of SERVICE: setup is paid on the way in when the place changes, which
an arc can know, while the end of the task before cannot.
"""

from collections import Counter
from dataclasses import dataclass

from routing.engines.ortools_routing.gap_clock import GapClock, Window, choose_gap
from routing.engines.request import SearchRequest
from routing.problem import Task, Work
from routing.trying.trial_model import INFINITE, TrialModel

MOST_ALTERNATIVES = 2
"""Nodes per side of a work at most: an office and one place to rest overnight."""


@dataclass(frozen=True, slots=True)
class Node:
    """One way to do a task. `earliest` and `latest` bound the start of service, short clock."""

    task: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class WorkNodes:
    """The node numbers of a work, side by side."""

    work: Work
    sides: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Nodes:
    """All nodes of a request. `left_out` works have no place on the short clock."""

    clock: GapClock
    horizon: int
    nodes: tuple[Node, ...]
    works: tuple[WorkNodes, ...]
    left_out: tuple[Work, ...]


def build_nodes(request: SearchRequest) -> Nodes:
    """Choose the gap, then lay out the nodes in the order of `request.works`."""
    model = request.model
    vehicles = [vehicle.vehicle for vehicle in model.vehicles]
    horizon = max(vehicle.shift.end for vehicle in vehicles)
    shared = Counter(model.places)
    sides = {work.id: _likely(model, model.sides(work)) for work in request.works}
    windows = {
        task: _legal_starts(model.tasks[task], horizon)
        for work_sides in sides.values()
        for side in work_sides
        for task in side
    }
    clock = choose_gap(vehicles, list(windows.values()))
    nodes: list[Node] = []
    works: list[WorkNodes] = []
    left_out: list[Work] = []
    for work in request.works:
        built = [
            [
                _node(model.tasks[task], task, window, shared[model.places[task]] > 1)
                for task in side
                for window in clock.windows(windows[task])
            ]
            for side in sides[work.id]
        ]
        if not all(built):
            left_out.append(work)
            continue
        numbers: list[tuple[int, ...]] = []
        for side_nodes in built:
            numbers.append(tuple(range(len(nodes), len(nodes) + len(side_nodes))))
            nodes.extend(side_nodes)
        works.append(WorkNodes(work, tuple(numbers)))
    return Nodes(clock, horizon, tuple(nodes), tuple(works), tuple(left_out))


def _likely(model: TrialModel, sides: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """The alternatives worth a node: of many, the cheapest to reach from the other end.

    The exact improvement after the search tries them all; a node for each would make a day with
    fifteen places to rest at night too large for a first plan.
    """
    if len(sides) == 1 or all(len(side) <= MOST_ALTERNATIVES for side in sides):
        return sides
    there, back = sides
    return _nearest(model, there, back[0]), _nearest(model, back, there[0])


def _nearest(model: TrialModel, side: tuple[int, ...], other: int) -> tuple[int, ...]:
    """The cheapest to choose and to ride to from another task, in their own order."""
    vehicle = model.vehicles[0]

    def reach(task: int) -> tuple[int, int]:
        seconds = vehicle.durations[model.locations[other]][model.locations[task]]
        ride = vehicle.per_second * seconds if seconds >= 0 else INFINITE
        return model.prices[task] + ride, task

    return tuple(sorted(sorted(side, key=reach)[:MOST_ALTERNATIVES]))


def _legal_starts(task: Task, horizon: int) -> list[Window]:
    """Real starts of the action, cut to the horizon."""
    action = task.setup_s + task.service_s if task.must_finish else 0
    windows = [(w.start, w.end - action) for w in task.windows] or [(0, INFINITE)]
    cut = [(max(start, task.release_s), min(end, horizon)) for start, end in windows]
    return [(start, end) for start, end in cut if start <= end]


def _node(task: Task, number: int, window: Window, shares_place: bool) -> Node:
    """Where tasks share a place, a later one pays no setup: its start is bounded by the window
    itself, and the bound holds for all, at the price of a setup's length at the very end."""
    start, end = window
    earliest = start + task.setup_s
    latest = max(earliest, end) if shares_place else end + task.setup_s
    return Node(number, earliest, latest)

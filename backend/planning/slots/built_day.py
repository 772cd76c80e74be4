"""A day with everything that is promised placed in it, and open for questions.

Pure: from rows, a problem and the kept orders. Reading them is `running_day`'s, and `moved_day`'s.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from backend.planning.day_rows import DayRows
from backend.planning.problem_builder import BuiltProblem
from geodata.growing_table import GrowingTable
from routing import PreparedPlan, Problem, Solution, Unassigned, prepare, schedule

type Orders = Mapping[str, Sequence[str]]
"""Shift id → task ids, without breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A day as it is promised."""

    plan_id: uuid.UUID
    rows: DayRows
    built: BuiltProblem
    kept: Orders
    """What the placing began with: the orders of the day's row, else the plan's."""
    placed: tuple[str, ...]
    """Works that are not in those and have got a place since, in the order of asking."""
    solution: Solution
    homeless: bool
    """Something promised has no place: nothing more is sold before a dispatcher looked."""
    prepared: PreparedPlan
    """Open for questions, one at a time: hold `lock`. Of each work it knows the chosen tasks."""
    travel: GrowingTable
    lock: Lock = field(default_factory=Lock, compare=False)

    @property
    def orders(self) -> dict[str, list[str]]:
        """As they are kept."""
        return {route.vehicle_id: list(route.task_ids) for route in self.solution.routes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a running day is made from."""

    plan_id: uuid.UUID
    rows: DayRows
    built: BuiltProblem
    kept: Orders
    not_planned: Collection[str]
    """Works that the plan itself left undone: they are the dispatcher's, and neither move in nor
    block a sale."""
    travel: GrowingTable


def place_all(day: Day, before: Running | None = None) -> Running:
    """Everything that waits gets its cheapest place, in the order in which it was asked for.

    `before` is the day as it was: its routes are not timed again where they stay, and where works
    have only come behind all others, the places of those that waited then stay too.
    """
    problem, orders, placed = day.built.problem, day.kept, list[str]()
    if before is not None and _only_came(day, before):
        orders, placed = before.orders, list(before.placed)
    like = None if before is None else before.solution
    done, solution = _timed(problem, _whole(problem, orders), like)
    prepared = prepare(done, replace(solution, unassigned=()))
    homeless = False
    works = {work.id: work for work in problem.shipments}
    for work_id in sorted(each.id for each in solution.unassigned):
        if work_id in day.not_planned:
            continue
        best = prepared.insert(works[work_id]).best
        if best is None:
            homeless = True
            continue
        placed.append(work_id)
        orders = {route.vehicle_id: route.task_ids for route in solution.routes}
        changed = {**orders, best.vehicle_id: best.task_ids}
        done, solution = _timed(problem, changed, solution)
        prepared = prepare(done, replace(solution, unassigned=()))
    return Running(
        plan_id=day.plan_id,
        rows=day.rows,
        built=day.built,
        kept=day.kept,
        placed=tuple(placed),
        solution=solution,
        homeless=homeless,
        prepared=prepared,
        travel=day.travel,
    )


def _only_came(day: Day, before: Running) -> bool:
    """Whether placing all anew would give those that waited the same places again."""
    if day.kept != before.kept or before.homeless:
        return False
    known, now = before.built.carriages, day.built.carriages
    came = now.keys() - known.keys()
    if len(came) != len(now) - len(known) or any(known[id_] != now[id_] for id_ in known):
        return False
    has_place = {task for order in day.kept.values() for task in order}
    kept = (task for task, of in day.built.meanings.items() if str(of.leg_ids[0]) in came)
    return has_place.isdisjoint(kept) and min(came, default="~") > max(before.placed, default="")


def _timed(problem: Problem, orders: Orders, like: Solution | None) -> tuple[Problem, Solution]:
    """The works that are done, and the orders on the clock; what they do not do is unassigned."""
    done = _as_ridden(problem, orders)
    timed = schedule(done, orders, place_breaks=True, like=like)
    ridden = {work.id for work in done.shipments}
    left = tuple(
        Unassigned(id=work.id, penalty=work.penalty or 0)
        for work in problem.shipments
        if work.id not in ridden
    )
    cost = timed.cost + sum(each.penalty for each in left)
    return done, replace(timed, unassigned=left, cost=cost)


def _as_ridden(problem: Problem, orders: Orders) -> Problem:
    """The works that are done, each with the tasks that do it: for questions about new works it
    does not matter what else they might have chosen, and their tables are a tenth of the size."""
    taken = {task for order in orders.values() for task in order}
    done = []
    for work in problem.shipments:
        pickups = tuple(task for task in work.pickups if task.id in taken)
        deliveries = tuple(task for task in work.deliveries if task.id in taken)
        if pickups and deliveries:
            done.append(replace(work, pickups=pickups, deliveries=deliveries))
    return replace(problem, shipments=tuple(done))


def _whole(problem: Problem, orders: Orders) -> dict[str, list[str]]:
    """The orders without what is not ridden any more: cancelled, moved to another day, expired."""
    work_of = {
        task.id: shipment.id
        for shipment in problem.shipments
        for task in (*shipment.pickups, *shipment.deliveries)
    }
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    kept = {}
    for vehicle, order in orders.items():
        if vehicle not in vehicles:
            continue
        known = [task for task in order if task in work_of]
        works = [work_of[task] for task in known]
        kept[vehicle] = [task for task in known if works.count(work_of[task]) == 2]
    return kept

"""What an engine of the bench is asked and what it hands over, and how it is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from routing import Problem, check, schedule

COST, VEHICLES_FIRST = "cost", "vehicles-first"
"""Objectives: the problem's own cost, or unserved, then vehicles, then cost."""

Orders = Mapping[str, Sequence[str]]
"""Vehicle id → task ids in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A problem, seconds of wall clock, and what counts. One thread."""

    problem: Problem
    seconds: float
    seed: int
    objective: str = COST


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`facts` are the engine's own figures: iterations, the first complete plan, what it left."""

    orders: Orders
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An answer on the real clock. With faults it counts as no answer. `cost` holds riding,
    couriers and the price of what is undone (cost units)."""

    cost: int
    ride_s: int
    vehicles: int
    undone: int
    faults: tuple[str, ...] = ()


def judge(problem: Problem, orders: Orders) -> Verdict:
    """Times the orders with `routing.schedule`, breaks where they fit best, and asks
    `routing.check`, which shares no line with any search."""
    solution = schedule(problem, orders, place_breaks=True)
    return Verdict(
        cost=solution.cost,
        ride_s=solution.ride_s,
        vehicles=len(solution.routes),
        undone=len(solution.unassigned),
        faults=tuple(str(fault) for fault in check(problem, solution)),
    )

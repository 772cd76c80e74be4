"""The last places of a replan: what is undone is tried everywhere, promises to spare included.

A search that keeps all promises but those given up leaves works undone for which one more promise,
that may be touched, would make room.
"""

from collections import Counter
from collections.abc import Callable

from routing.engines.request import Orders
from routing.problem import Problem
from routing.trying.repair import Repair
from routing.trying.trial_model import TrialModel

MOST_WORKS = 20
"""Works tried, the dearest to leave out first."""

MOST_PLACES = 200
"""Places asked about in all: each has the whole day timed, 20 ms at 300 visits."""


def with_last_places(
    problem: Problem,
    orders: Orders,
    keeps_budget: Callable[[Orders], bool],
    is_over: Callable[[], bool],
) -> Orders:
    """The orders with works put in that have a place anywhere with which the plan `keeps_budget`,
    by exact trials. What is planned keeps its order."""
    model = TrialModel(problem)
    works = tuple(problem.works())
    allowed = {
        work.id: tuple(v.number for v in model.vehicles if model.may_serve(v, work))
        for work in works
    }
    repair = Repair(model, allowed, works)
    whole = _whole_works_of(model, orders)
    repair.load(whole)
    if repair.orders() != whole:
        return orders
    asked = 0

    def suits(found: Orders) -> bool:
        nonlocal asked
        asked += 1
        return asked <= MOST_PLACES and not is_over() and keeps_budget(found)

    repair.use_all_room(MOST_WORKS, suits, is_over)
    return repair.orders()


def _whole_works_of(model: TrialModel, orders: Orders) -> dict[str, tuple[str, ...]]:
    """Without what stays in a bag: its pickup is over and its delivery in no order."""
    entries = model.lookup.entries
    tasks = Counter(entries[task].work.id for order in orders.values() for task in order)
    torn = {w for w, n in tasks.items() if n < len(model.lookup.sides_of(model.lookup.works[w]))}
    kept = {v: tuple(t for t in o if entries[t].work.id not in torn) for v, o in orders.items()}
    return {vehicle: order for vehicle, order in kept.items() if order}

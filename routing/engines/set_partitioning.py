"""The best choice among routes that a search met: each work in one of them, or undone at its price.

CP-SAT with one worker: repeatable where its limit is deterministic time, and ended from outside.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

LOOK_EVERY_S = 0.02
"""How often the caller's wish to stop is looked at."""

LOOK_EVERY_ROW = 200
"""The same while the model is made: so many rows or hints take some 10 ms at 600 visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitioning:
    """`routes` hold (kind of vehicle, works, cost); `vehicles` how many there are of each kind;
    `undone` the price of leaving a work out; `hint` the numbers of the routes of a known plan."""

    routes: Sequence[tuple[int, tuple[int, ...], int]]
    vehicles: dict[int, int]
    undone: Sequence[int]
    hint: frozenset[int]


def best_choice(
    problem: Partitioning,
    *,
    limit_s: float,
    effort: float | None,
    seed: int,
    is_over: Callable[[], bool],
) -> list[int] | None:
    """Numbers of the routes of the best choice found; None if none was found in time.

    `effort` is a limit in CP-SAT's deterministic time (about seconds), which makes it repeatable.
    """
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in problem.routes]
    left_out = [model.new_bool_var("") for _ in problem.undone]
    with_work: list[list[cp_model.IntVar]] = [[out] for out in left_out]
    of_kind: dict[int, list[cp_model.IntVar]] = {}
    for take, (kind, works, _) in zip(chosen, problem.routes, strict=True):
        of_kind.setdefault(kind, []).append(take)
        for work in works:
            with_work[work].append(take)
    for work, choices in enumerate(with_work):
        if work % LOOK_EVERY_ROW == 0 and is_over():
            return None
        model.add_exactly_one(choices)
    for kind, choices in of_kind.items():
        if len(choices) > problem.vehicles[kind]:
            model.add(sum(choices) <= problem.vehicles[kind])
    costs = [cost for _, _, cost in problem.routes]
    model.minimize(
        cp_model.LinearExpr.weighted_sum([*chosen, *left_out], [*costs, *problem.undone])
    )
    done = {work for number in problem.hint for work in problem.routes[number][1]}
    for number, take in enumerate(chosen):
        if number % LOOK_EVERY_ROW == 0 and is_over():
            return None
        model.add_hint(take, number in problem.hint)
    for work, out in enumerate(left_out):
        model.add_hint(out, work not in done)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % (1 << 31)
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_time_in_seconds = limit_s
    if effort is not None:
        solver.parameters.max_deterministic_time = effort
    if not _solve(solver, model, is_over):
        return None
    return [number for number, take in enumerate(chosen) if solver.boolean_value(take)]


def _solve(solver: cp_model.CpSolver, model: cp_model.CpModel, is_over: Callable[[], bool]) -> bool:
    """Solves in a thread of its own, so that a stop is heard meanwhile; whether there is a plan."""
    found: list[bool] = []

    def run() -> None:
        status = solver.solve(model)
        found.append(status in {cp_model.OPTIMAL, cp_model.FEASIBLE})

    thread = threading.Thread(target=run, name="routing-partition", daemon=True)
    thread.start()
    while thread.is_alive():
        if is_over():
            solver.stop_search()
        thread.join(LOOK_EVERY_S)
    return bool(found and found[0])

"""The last stage of a search: CP-SAT chooses anew among all routes that were met."""

from collections import Counter
from collections.abc import Callable

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.first_plan import take_plan
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_exchange import best_sequences
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.pool import MOST_ROUTES, PooledRoute, RoutePool
from routing.engines.set_partitioning import Partitioning, best_choice

LEAST_ROUTES, ROUTES_A_USED_ONE = 2, 5
"""A plan of fewer routes, or a pool with fewer met for each of them, has nothing to recombine."""


def recombine(
    instance: Instance,
    plan: PlanState,
    pool: RoutePool,
    *,
    limit_s: float,
    effort: float | None,
    seed: int,
    is_over: Callable[[], bool],
) -> bool:
    """Whether a better plan than the best was put together; it is the present one then."""
    best = best_sequences(plan)
    if len(best) < LEAST_ROUTES or len(pool) < ROUTES_A_USED_ONE * len(best):
        return False
    if instance.general[c.MOST_MOVED] < c.FAR:
        return False  # a limit over all routes is none that a choice of routes knows
    take_plan(instance, plan, best)
    pool.collect(plan)
    routes = list(pool)[-MOST_ROUTES:]
    number_of = {(route.kind, route.works): number for number, route in enumerate(routes)}
    hint = frozenset(number_of[key] for key in (_key(instance, v, best[v]) for v in best))
    chosen = best_choice(
        Partitioning(
            routes=[(route.kind, route.works, route.cost) for route in routes],
            vehicles=dict(Counter(instance.vehicles[:, c.TWIN].tolist())),
            undone=instance.works[:, c.PENALTY].tolist(),
            hint=hint,
        ),
        limit_s=limit_s,
        effort=effort,
        seed=seed,
        is_over=is_over,
    )
    if chosen is None or hint == set(chosen):
        return False
    return _take(instance, plan, [routes[number] for number in chosen])


def _key(instance: Instance, vehicle: int, tasks: Ints) -> tuple[int, tuple[int, ...]]:
    works = tuple(sorted(set(instance.tasks[tasks, c.WORK].tolist())))
    return int(instance.vehicles[vehicle, c.TWIN]), works


def _take(instance: Instance, plan: PlanState, routes: list[PooledRoute]) -> bool:
    free: dict[int, list[int]] = {}
    for vehicle in range(len(instance.vehicles) - 1, -1, -1):
        free.setdefault(int(instance.vehicles[vehicle, c.TWIN]), []).append(vehicle)
    sequences = {free[route.kind].pop(): route.tasks for route in routes}
    done = {work for route in routes for work in route.works}
    undone = [work for work in range(len(instance.works)) if work not in done]
    cost = sum(route.cost for route in routes) + int(instance.works[undone, c.PENALTY].sum())
    if cost >= int(plan.figures[c.BEST_COST]):
        return False
    take_plan(instance, plan, sequences)
    return True

"""What a plan costs. Cost units mean what VROOM's mean, so that figures can be compared.

| term | weight | reason |
|---|---|---|
| riding time | `Costs.per_hour` per 3600 s | a courier's paid hour; waiting is free as in VROOM |
| distance | `Costs.per_km` per 1000 m | fuel and wear |
| used vehicle | `Costs.fixed` once | calling a courier in |
| alternative | `Task.price` when chosen | a farther counter, a paid slot |
| undone work | its `penalty`, else by priority | undone work is worse than any cost |
"""

from routing.problem import MAX_PRIORITY, Costs, Problem, Vehicle, Work, tasks_of

SCALE = 18_000
"""Riding cost is exact in 1/18000 of a unit: the least common multiple of 3600 s and 1000 m."""


def scaled_ride_cost(costs: Costs, ride_s: int, distance_m: int) -> int:
    """Cost of riding in 1/SCALE of a cost unit."""
    return 5 * costs.per_hour * ride_s + 18 * costs.per_km * distance_m


def route_cost(vehicle: Vehicle, ride_s: int, distance_m: int, prices: int) -> int:
    """Whole cost units of one used vehicle: fixed + riding (rounded down, as VROOM) + prices."""
    return (
        vehicle.costs.fixed + scaled_ride_cost(vehicle.costs, ride_s, distance_m) // SCALE + prices
    )


class Penalties:
    """What leaving a work undone costs (cost units).

    Without an explicit `penalty` a work costs more than any whole plan can; a work of a higher
    priority costs more than all works of lower priority sums that fit below it, as VROOM maximises
    the sum of priorities first and the number of tasks second.
    """

    __slots__ = ("per_priority", "worse_than_any_plan")

    def __init__(self, problem: Problem) -> None:
        self.worse_than_any_plan = _bound_on_any_plan(problem) + 1
        works = len(problem.jobs) + len(problem.shipments)
        self.per_priority = self.worse_than_any_plan * (works + 1)

    def of(self, work: Work) -> int:
        """Penalty of one work."""
        if work.penalty is not None:
            return work.penalty
        return self.worse_than_any_plan + min(work.priority, MAX_PRIORITY) * self.per_priority


def _bound_on_any_plan(problem: Problem) -> int:
    """No plan costs more: every leg at the worst rate, every vehicle used, every dearest choice."""
    works = list(problem.works())
    legs = 2 * len(works) + len(problem.vehicles)
    worst_leg = 0
    for vehicle in problem.vehicles:
        matrix = problem.matrices[vehicle.profile]
        longest = max(0, int(matrix.duration_s.max()))
        farthest = max(0, int(matrix.distance_m.max()))
        worst_leg = max(worst_leg, scaled_ride_cost(vehicle.costs, longest, farthest))
    fixed = sum(vehicle.costs.fixed for vehicle in problem.vehicles)
    prices = sum(2 * max(task.price for task in tasks_of(work)) for work in works)
    return fixed + prices + -(-legs * worst_leg // SCALE)

"""What a plan costs. Cost units mean what VROOM's mean, so that figures can be compared.

| term | weight | reason |
|---|---|---|
| riding time | `Costs.per_hour` per 3600 s | a courier's paid hour; waiting is free as in VROOM |
| distance | `Costs.per_km` per 1000 m | fuel and wear |
| used vehicle | `Costs.fixed` once | calling a courier in |
| alternative | `Task.price` when chosen | a farther counter, a paid slot |
| late start | `SoftWindow.price_per_hour` per 3600 s after its end | a promise kept late |
| overtime | `Overtime.price_per_hour` per 3600 s after the shift | a dearer hour |
| moved work | `Stability.price_per_moved` once | somebody was told another courier |
| undone work | its `penalty`, else by priority | undone work is worse than any cost |
"""

from routing.problem import MAX_PRIORITY, Costs, Problem, Task, Vehicle, Work, tasks_of
from routing.rides import tables_of

SCALE = 18_000
"""Riding cost is exact in 1/18000 of a unit: the least common multiple of 3600 s and 1000 m."""


def scaled_ride_cost(costs: Costs, ride_s: int, distance_m: int) -> int:
    """Cost of riding in 1/SCALE of a cost unit."""
    return 5 * costs.per_hour * ride_s + 18 * costs.per_km * distance_m


def scaled_late_price(task: Task, start_s: int) -> int:
    """What a start costs by its soft windows, in 1/SCALE of a cost unit."""
    if not task.soft_windows:
        return 0
    return sum(5 * soft.price_per_hour * max(0, start_s - soft.end) for soft in task.soft_windows)


def scaled_overtime_price(vehicle: Vehicle, end_s: int) -> int:
    """What the end of a route costs by overtime, in 1/SCALE of a cost unit."""
    if vehicle.overtime is None:
        return 0
    return 5 * vehicle.overtime.price_per_hour * max(0, end_s - vehicle.shift.end)


def route_cost(
    vehicle: Vehicle, ride_s: int, distance_m: int, prices: int, scaled_prices: int = 0
) -> int:
    """Whole cost units of one used vehicle: fixed + whole prices + riding, lateness and overtime
    (`scaled_prices`, in 1/SCALE units), these together rounded down. VROOM does so where a problem
    has no windows; elsewhere it rounds to the nearest, which `formats.vroom_write` does again."""
    by_the_second = scaled_ride_cost(vehicle.costs, ride_s, distance_m) + scaled_prices
    return vehicle.costs.fixed + by_the_second // SCALE + prices


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
    """No plan costs more: every leg at the worst rate, every vehicle used, every dearest choice,
    every start at the end of the last shift, every work moved."""
    works = list(problem.works())
    legs = 2 * len(works) + len(problem.vehicles)
    worst_leg = 0
    for vehicle in {(v.profile, v.costs): v for v in problem.vehicles}.values():
        longest = max(0, *(int(t.max()) for t in tables_of(problem, vehicle.profile)))
        farthest = max(0, int(problem.matrices[vehicle.profile].distance_m.max()))
        worst_leg = max(worst_leg, scaled_ride_cost(vehicle.costs, longest, farthest))
    fixed = sum(vehicle.costs.fixed for vehicle in problem.vehicles)
    prices = late = 0
    last = max((vehicle.latest_end_s for vehicle in problem.vehicles), default=0)
    for work in works:
        tasks = tasks_of(work)
        prices += 2 * max([task.price for task in tasks])
        late += 2 * max([scaled_late_price(task, last) for task in tasks])
    moved = len(problem.stability.vehicle_of) * problem.stability.price_per_moved
    overtime = sum(scaled_overtime_price(v, v.latest_end_s) for v in problem.vehicles)
    return fixed + prices + moved + -(-(legs * worst_leg + late + overtime) // SCALE)

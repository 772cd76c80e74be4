"""How the day would be ridden by hand: district by district, courier after courier.

The largest district first. A courier who knows it takes its visits in the order of their slots
until six in a row do not fit; then the next courier does. Each half day: results are fetched at
the counters first, homes follow in the order of slots, papers are handed in at the end. What is
left at the end goes to whoever has room. A yardstick, no measured practice of any province.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from routing import Problem, Shipment, Task, Vehicle, ViolationCode, schedule
from tests.bench.answers import Answer, Ask

NOON_S = 12 * 3600
REFUSALS = 6


@dataclass(slots=True)
class _Roster:
    vehicle: Vehicle
    visits: list[Shipment] = field(default_factory=list)


def solve(ask: Ask) -> Answer:
    """Applies the rule; knows no time limit."""
    rosters = [_Roster(vehicle) for vehicle in ask.problem.vehicles]
    left: list[Shipment] = []
    for district, visits in _by_district(ask.problem):
        fresh = [roster for roster in rosters if not roster.visits]
        fresh.sort(key=lambda roster: district not in roster.vehicle.familiar_areas)
        left += _hand_out(ask.problem, fresh, visits)
    _hand_out(ask.problem, rosters, left)
    return Answer(orders={r.vehicle.id: _order(r.visits) for r in rosters if r.visits})


def _by_district(problem: Problem) -> list[tuple[str, list[Shipment]]]:
    districts: dict[str, list[Shipment]] = {}
    for visit in problem.shipments:
        districts.setdefault(_home(visit).location.area, []).append(visit)
    for visits in districts.values():
        visits.sort(key=lambda visit: (_slot(visit), visit.id))
    return sorted(districts.items(), key=lambda item: (-len(item[1]), item[0]))


def _hand_out(
    problem: Problem, rosters: Iterable[_Roster], visits: Sequence[Shipment]
) -> list[Shipment]:
    remaining = list(visits)
    for roster in rosters:
        refused: dict[int, int] = {}
        left: list[Shipment] = []
        for visit in remaining:
            slot = _slot(visit)
            fits = refused.get(slot, 0) < REFUSALS
            fits = fits and _is_legal(problem, roster.vehicle, [*roster.visits, visit])
            refused[slot] = 0 if fits else refused.get(slot, 0) + 1
            (roster.visits if fits else left).append(visit)
        remaining = left
    return remaining


def _is_legal(problem: Problem, vehicle: Vehicle, visits: Sequence[Shipment]) -> bool:
    alone = replace(problem, vehicles=(vehicle,), shipments=tuple(visits))
    order = _order(visits)
    hurried = schedule(alone, {vehicle.id: order})
    if any(v.code is not ViolationCode.MISSING_BREAK for v in hurried.violations):
        return False  # a break never makes a late route early
    return not schedule(alone, {vehicle.id: order}, place_breaks=True).violations


def _order(visits: Sequence[Shipment]) -> list[str]:
    order: list[str] = []
    for morning in (True, False):
        half = [visit for visit in visits if (_slot(visit) < NOON_S) is morning]
        half.sort(key=lambda visit: (_slot(visit), visit.id))
        fetched = sorted((visit for visit in half if not _is_collection(visit)), key=_counter_index)
        handed = sorted((visit for visit in half if _is_collection(visit)), key=_counter_index)
        order += [_counter(visit).id for visit in fetched]
        order += [_home(visit).id for visit in half]
        order += [_counter(visit).id for visit in handed]
    return order


def _is_collection(visit: Shipment) -> bool:
    return visit.pickups[0].id.startswith("home")


def _home(visit: Shipment) -> Task:
    return visit.pickups[0] if _is_collection(visit) else visit.deliveries[0]


def _counter(visit: Shipment) -> Task:
    return visit.deliveries[0] if _is_collection(visit) else visit.pickups[0]


def _counter_index(visit: Shipment) -> tuple[int, str]:
    return _counter(visit).location.matrix_index, visit.id


def _slot(visit: Shipment) -> int:
    return _home(visit).windows[0].start

"""The rules of a route that are not about the clock: counts, order of pairs, pins, duplicates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from routing.lookup import Lookup
from routing.problem import Job, Location, Pin, PinOrder, Shipment, Vehicle
from routing.solution import Route, Violation, ViolationCode, Visit, VisitKind


def count_halts(locations: Iterable[Location]) -> int:
    """Halts of a route through these: consecutive tasks at one place are one; the start is none."""
    halts = 0
    place: str | None = None
    for location in locations:
        halts += location.place_key != place
        place = location.place_key
    return halts


def route_violations(
    lookup: Lookup, vehicle: Vehicle, order: Sequence[str], ride_s: int, distance_m: int
) -> tuple[Violation, ...]:
    """Violations of one route as a whole."""
    task_ids = [step for step in order if step in lookup.entries]
    found = [
        *_limits(lookup, vehicle, task_ids, ride_s, distance_m),
        *_breaks(lookup, vehicle, order),
        *_pairs(lookup, task_ids),
        *_pins(lookup, vehicle, task_ids),
    ]
    return tuple(
        Violation(code=code, vehicle_id=vehicle.id, subject=subject, amount=amount, unit=unit)
        for code, subject, amount, unit in found
    )


_Found = Iterator[tuple[ViolationCode, str, int, str]]


def _limits(
    lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str], ride_s: int, distance_m: int
) -> _Found:
    stops = 0
    if vehicle.max_stops is not None:
        stops = count_halts(lookup.entries[task_id].task.location for task_id in task_ids)
    for code, value, limit, unit in (
        (ViolationCode.MAX_STOPS, stops, vehicle.max_stops, "stops"),
        (ViolationCode.MAX_TASKS, len(task_ids), vehicle.max_tasks, "tasks"),
        (ViolationCode.MAX_DISTANCE, distance_m, vehicle.max_distance_m, "m"),
        (ViolationCode.MAX_TRAVEL, ride_s, vehicle.max_travel_s, "s"),
    ):
        if limit is not None and value > limit:
            yield code, "", value - limit, unit


def _breaks(lookup: Lookup, vehicle: Vehicle, order: Sequence[str]) -> _Found:
    taken = [step for step in order if step not in lookup.entries]
    for pause in vehicle.breaks:
        times = taken.count(pause.id)
        if times == 0:
            yield ViolationCode.MISSING_BREAK, pause.id, 0, ""
        elif times > 1:
            yield ViolationCode.DUPLICATE, pause.id, times - 1, "times"


def _pairs(lookup: Lookup, task_ids: Sequence[str]) -> _Found:
    """Pickup before delivery in one route, one alternative a side, each task once."""
    seen: set[str] = set()
    sides: dict[tuple[str, VisitKind], str] = {}
    for task_id in task_ids:
        entry = lookup.entries[task_id]
        if task_id in seen:
            yield ViolationCode.DUPLICATE, task_id, 1, "times"
            continue
        seen.add(task_id)
        work_id, kind = entry.work.id, entry.kind
        if sides.setdefault((work_id, kind), task_id) != task_id:
            yield ViolationCode.ALTERNATIVE, task_id, 0, ""
        if kind is VisitKind.DELIVERY and (work_id, VisitKind.PICKUP) not in sides:
            yield ViolationCode.PRECEDENCE, task_id, 0, ""
    for (work_id, kind), task_id in sides.items():
        if kind is VisitKind.PICKUP and (work_id, VisitKind.DELIVERY) not in sides:
            yield ViolationCode.PRECEDENCE, task_id, 0, ""


def rides_too_long(
    lookup: Lookup, vehicle: Vehicle, visits: Sequence[Visit]
) -> Iterator[Violation]:
    """Shipments that are on board longer than they may, from pickup's end to delivery's start."""
    picked: dict[str | None, int] = {}
    for visit in visits:
        if visit.kind is VisitKind.PICKUP:
            picked[visit.work_id] = visit.end_s
        if visit.kind is not VisitKind.DELIVERY or visit.work_id not in picked:
            continue
        work = lookup.works[visit.work_id or ""]
        assert isinstance(work, Shipment)
        if work.max_ride_s is None:
            continue
        longer = visit.start_s - picked[visit.work_id] - work.max_ride_s
        if longer > 0:
            yield Violation(
                code=ViolationCode.MAX_RIDE,
                vehicle_id=vehicle.id,
                subject=visit.task_id or "",
                amount=longer,
                unit="s",
            )


def _pins(lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str]) -> _Found:
    if not lookup.problem.pins:
        return
    for task_id in task_ids:
        pin = lookup.pin_of_work.get(lookup.entries[task_id].work.id)
        if pin is None:
            continue
        if pin.vehicle_id != vehicle.id or lookup.pinned_sibling(task_id) is not None:
            yield ViolationCode.PIN, task_id, 0, ""
    for pin in lookup.problem.pins:
        if pin.vehicle_id == vehicle.id:
            yield from _pin_order(pin, task_ids)


def _pin_order(pin: Pin, task_ids: Sequence[str]) -> _Found:
    wanted = [task_id for task_id in pin.task_ids if task_id in task_ids]
    if pin.order is PinOrder.STRICT:
        found = list(task_ids[: len(wanted)])
    elif pin.order is PinOrder.SEQUENCE:
        found = [task_id for task_id in task_ids if task_id in wanted]
    else:
        return
    for want, have in zip(wanted, found, strict=False):
        if want != have:
            yield ViolationCode.PIN, want, 0, ""
            return


def cross_route_violations(lookup: Lookup, routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Routes again, with a violation where a task or its sibling is already in an earlier route,
    and where more works have moved than may."""
    owner: dict[tuple[str, VisitKind], tuple[str, str]] = {}
    moved: set[str] = set()
    final: list[Route] = []
    for route in routes:
        found = [*_done_elsewhere(lookup, route, owner), *_moved_beyond(lookup, route, moved)]
        final.append(replace(route, violations=(*route.violations, *found)) if found else route)
    return tuple(final)


def _done_elsewhere(
    lookup: Lookup, route: Route, owner: dict[tuple[str, VisitKind], tuple[str, str]]
) -> Iterator[Violation]:
    for task_id in dict.fromkeys(route.task_ids):
        entry = lookup.entries[task_id]
        first_vehicle, first_task = owner.setdefault(
            (entry.work.id, entry.kind), (route.vehicle_id, task_id)
        )
        if first_vehicle == route.vehicle_id:
            continue
        same = first_task == task_id or isinstance(entry.work, Job)
        code = ViolationCode.DUPLICATE if same else ViolationCode.ALTERNATIVE
        yield Violation(code=code, vehicle_id=route.vehicle_id, subject=task_id)


def _moved_beyond(lookup: Lookup, route: Route, moved: set[str]) -> Iterator[Violation]:
    stability = lookup.problem.stability
    if stability.most_moved is None:
        return
    for task_id in route.task_ids:
        work_id = lookup.entries[task_id].work.id
        if work_id in moved or not stability.moves(work_id, route.vehicle_id):
            continue
        moved.add(work_id)
        if len(moved) > stability.most_moved:
            yield Violation(
                code=ViolationCode.MOST_MOVED,
                vehicle_id=route.vehicle_id,
                subject=task_id,
                amount=len(moved) - stability.most_moved,
                unit="works",
            )

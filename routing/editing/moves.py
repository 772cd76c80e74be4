"""Move, swap, put in, take out: each gives new orders. Whether they are legal the schedule tells.

What has to follow a change (the other end of a shipment) goes where it costs least; where no place
is legal, where it is least wrong, so that a person sees by how much.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from routing.editing.desk import Desk, Orders
from routing.parts import Job, Task, Work, tasks_of
from routing.solution import Route, VisitKind


class Place(StrEnum):
    """Where something is put when no task is named that comes before it."""

    FIRST = "FIRST"  # in front of everything that is still open
    CHEAPEST = "CHEAPEST"


type After = str | Place
"""A task id of the route that comes directly before, or a place."""


class NoSuchPlace(ValueError):
    """The task that was named is not in that route, or the work is not where it should be."""


def vehicle_of(orders: Orders, task_id: str) -> str | None:
    """Who does a task."""
    return next((v for v, order in orders.items() if task_id in order), None)


def take_out(desk: Desk, orders: Orders, work_id: str) -> Orders:
    """Without a work. Raises NoSuchPlace when it has begun: what is on board stays."""
    ids = _ids_of(desk.lookup.works[work_id])
    if ids & desk.executed:
        raise NoSuchPlace(f"work {work_id!r} has begun")
    return _without(orders, ids)


def put_in(
    desk: Desk, orders: Orders, work_id: str, vehicle_id: str | None, after: After = Place.CHEAPEST
) -> Orders:
    """With a work that is in no route: its first task directly behind `after`. Without a vehicle
    the cheapest does it. Raises NoSuchPlace, also when no vehicle can take it at all."""
    work = desk.lookup.works[work_id]
    if after is Place.CHEAPEST:
        return _at_best(desk, orders, work, vehicle_id)
    if vehicle_id is None:
        raise NoSuchPlace("a place needs a vehicle")
    first = desk.lookup.sides_of(work)[0][0]
    return _both_ends(desk, orders, first.id, vehicle_id, after)


def move(
    desk: Desk,
    orders: Orders,
    task_id: str,
    vehicle_id: str,
    after: After = Place.CHEAPEST,
    *,
    partner_stays: bool = False,
) -> Orders:
    """A task behind another one, here or in another route. The other end of its work comes along
    to another route, and is put right where its order would be wrong, unless it is to stay.
    Raises NoSuchPlace."""
    work = desk.lookup.entries[task_id].work
    source = vehicle_of(orders, task_id)
    if source is None:
        raise NoSuchPlace(f"task {task_id!r} is in no route")
    if task_id in desk.executed:
        raise NoSuchPlace(f"task {task_id!r} is done")
    begun = _ids_of(work) & desk.executed
    if source == vehicle_id or partner_stays or begun:
        return _alone(desk, orders, task_id, vehicle_id, after, mend=not (partner_stays or begun))
    without = _without(orders, _ids_of(work))
    if after is Place.CHEAPEST:
        return _at_best_elsewhere(desk, orders, work, vehicle_id)
    return _both_ends(desk, without, task_id, vehicle_id, _still(orders, without, after))


def swap(desk: Desk, orders: Orders, one: str, other: str) -> Orders:
    """Two tasks take each other's places; the other ends of their works follow as with `move`.
    Raises NoSuchPlace."""
    places = {}
    for task_id in (one, other):
        vehicle_id = vehicle_of(orders, task_id)
        if vehicle_id is None or task_id in desk.executed:
            raise NoSuchPlace(f"task {task_id!r} is in no route, or done")
        places[task_id] = (vehicle_id, orders[vehicle_id].index(task_id))
    works = {task_id: desk.lookup.entries[task_id].work for task_id in places}
    if works[one].id == works[other].id:
        raise NoSuchPlace("both tasks belong to one work")
    if places[one][0] == places[other][0]:
        swapped = {one: other, other: one}
        vehicle_id = places[one][0]
        order = tuple(swapped.get(task_id, task_id) for task_id in orders[vehicle_id])
        changed: Orders = {**orders, vehicle_id: order}
        for task_id in (one, other):
            changed = _mended(desk, changed, task_id)
        return changed
    stand_ins = {one: f"place of {one}", other: f"place of {other}"}
    marked = {v: tuple(stand_ins.get(t, t) for t in order) for v, order in orders.items()}
    gone = set().union(*(_ids_of(work) for work in works.values()))
    if gone & desk.executed:
        raise NoSuchPlace("papers on board stay with their vehicle")
    marked = dict(_without(marked, gone))
    for task_id, taken in ((one, other), (other, one)):
        vehicle_id = places[taken][0]
        marked[vehicle_id] = tuple(
            task_id if t == stand_ins[taken] else t for t in marked[vehicle_id]
        )
    result: Orders = marked
    for task_id in (one, other):
        result = _with_partner(desk, result, task_id)
    return result


# ---- the places ----------------------------------------------------------------------------------


def _at_best(desk: Desk, orders: Orders, work: Work, vehicle_id: str | None) -> Orders:
    asked = None if vehicle_id is None else [vehicle_id]
    plan = desk.open_for_questions(orders)
    offer = plan.best(work, asked)
    if offer is not None:
        return {**orders, offer.vehicle_id: plan.order_with(offer.vehicle_id, offer.task_ids)}
    if vehicle_id is None:
        raise NoSuchPlace(f"no vehicle has room for work {work.id!r}")
    return {**orders, vehicle_id: _least_wrong(desk, orders, work, vehicle_id)}


def _at_best_elsewhere(desk: Desk, orders: Orders, work: Work, vehicle_id: str) -> Orders:
    """The same for a work that another vehicle has: the plan as it stands need not be made ready
    again without it."""
    ids = _ids_of(work)
    without = _without(orders, ids)
    if isinstance(work, Job) or work.id in desk.lookup.pin_of_work:
        return _at_best(desk, without, work, vehicle_id)
    holder = next(v for v, order in orders.items() if ids & set(order))
    order = desk.open_for_questions(orders).order_elsewhere(work, holder, vehicle_id)
    return {**without, vehicle_id: order or _least_wrong(desk, without, work, vehicle_id)}


def _both_ends(desk: Desk, orders: Orders, task_id: str, vehicle_id: str, after: After) -> Orders:
    order = _inserted(desk, orders.get(vehicle_id, ()), task_id, after)
    return _with_partner(desk, {**orders, vehicle_id: order}, task_id)


def _alone(
    desk: Desk, orders: Orders, task_id: str, vehicle_id: str, after: After, *, mend: bool
) -> Orders:
    """One task to another place; of its work's other end only the order is put right."""
    without = _without(orders, {task_id})
    if after is Place.CHEAPEST:
        order = _cheapest_of(desk, vehicle_id, _places(desk, without.get(vehicle_id, ()), task_id))
    else:
        after = _still(orders, without, after)
        order = _inserted(desk, without.get(vehicle_id, ()), task_id, after)
    moved = {**without, vehicle_id: order}
    return _mended(desk, moved, task_id) if mend else moved


def _mended(desk: Desk, orders: Orders, task_id: str) -> Orders:
    """The other end of a task's work put right, if it now stands on the wrong side."""
    entry = desk.lookup.entries[task_id]
    if isinstance(entry.work, Job):
        return orders
    vehicle_id = vehicle_of(orders, task_id) or ""
    order = orders[vehicle_id]
    others = _ids_of(entry.work) - {task_id}
    at = [n for n, each in enumerate(order) if each in others]
    is_first = entry.kind is VisitKind.PICKUP
    mine = order.index(task_id)
    if at and (at[0] > mine) == is_first:
        return orders
    return _with_partner(desk, _without(orders, others), task_id)


def _with_partner(desk: Desk, orders: Orders, task_id: str) -> Orders:
    """The other end of a task's work where it costs least behind (or in front of) the task."""
    entry = desk.lookup.entries[task_id]
    if isinstance(entry.work, Job):
        return orders
    vehicle_id = vehicle_of(orders, task_id) or ""
    order = orders[vehicle_id]
    mine = order.index(task_id)
    is_first = entry.kind is VisitKind.PICKUP
    partners = desk.lookup.sides_of(entry.work)[1 if is_first else 0]
    span = (mine + 1, len(order) + 1) if is_first else (_open_from(desk, order), mine + 1)
    tried = ((*order[:at], partner.id, *order[at:]) for partner in partners for at in range(*span))
    return {**orders, vehicle_id: _cheapest_of(desk, vehicle_id, tried)}


def _least_wrong(desk: Desk, orders: Orders, work: Work, vehicle_id: str) -> tuple[str, ...]:
    """Where no place is legal: both ends next to each other where that breaks least, then the
    second where it breaks less still."""
    order = orders.get(vehicle_id, ())
    first, *second = desk.lookup.sides_of(work)
    pairs: list[tuple[Task, ...]] = [(first[0], each) for each in second[0]] if second else [first]
    start = _open_from(desk, order)
    side_by_side = (
        (*order[:at], *(task.id for task in pair), *order[at:])
        for pair in pairs
        for at in range(start, len(order) + 1)
    )
    best = _cheapest_of(desk, vehicle_id, side_by_side)
    if not second:
        return best
    ends = {task.id for task in second[0]}
    alone = {vehicle_id: tuple(task_id for task_id in best if task_id not in ends)}
    apart = _with_partner(desk, alone, first[0].id)[vehicle_id]
    return _cheapest_of(desk, vehicle_id, (best, apart))


def _cheapest_of(
    desk: Desk, vehicle_id: str, tried: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]
) -> tuple[str, ...]:
    return min(tried, key=lambda order: _badness(desk.route(vehicle_id, order)))


def _badness(route: Route) -> tuple[int, int, int]:
    """Fewer broken rules first, then by less, then cheaper."""
    return len(route.violations), sum(v.amount for v in route.violations), route.cost


def _places(desk: Desk, order: tuple[str, ...], task_id: str) -> Iterator[tuple[str, ...]]:
    for at in range(_open_from(desk, order), len(order) + 1):
        yield (*order[:at], task_id, *order[at:])


def _inserted(desk: Desk, order: tuple[str, ...], task_id: str, after: After) -> tuple[str, ...]:
    if isinstance(after, Place):
        at = _open_from(desk, order)
    elif after in order:
        at = order.index(after) + 1
    else:
        raise NoSuchPlace(f"task {after!r} is not in that route")
    return (*order[:at], task_id, *order[at:])


def _open_from(desk: Desk, order: Sequence[str]) -> int:
    """The first place that is not behind yet."""
    return sum(task_id in desk.executed for task_id in order)


def _still(before: Orders, after: Orders, named: After) -> After:
    """The task named, or the one before it where it has been taken out with the work moved."""
    if isinstance(named, Place):
        return named
    vehicle_id = vehicle_of(before, named)
    if vehicle_id is None:
        raise NoSuchPlace(f"task {named!r} is in no route")
    left = set(after.get(vehicle_id, ()))
    order = before[vehicle_id]
    earlier = [t for t in order[: order.index(named) + 1] if t in left]
    return earlier[-1] if earlier else Place.FIRST


def _without(orders: Orders, task_ids: set[str]) -> dict[str, tuple[str, ...]]:
    return {
        vehicle_id: tuple(task_id for task_id in order if task_id not in task_ids)
        for vehicle_id, order in orders.items()
    }


def _ids_of(work: Work) -> set[str]:
    return {task.id for task in tasks_of(work)}

"""Which sold windows lose their room to each courier who could take a visit: asked often, so only
those are tried whose route has something sold in it, one route at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend.planning.edits.rooms import Rooms, SoldWindow
from routing import Shipment
from routing.editing.desk import TWIN, OpenPlan
from routing.parts import Work

type Found = Mapping[str, tuple[SoldWindow, ...]]
"""Vehicle → whose room its offer takes."""


def rooms_taken(
    rooms: Rooms, work: Work, orders: Mapping[str, Sequence[str]], *, holder: str | None
) -> Found:
    """`orders`: vehicle → order with the work, as the open plan offers it. A window that fits
    neither into that order nor into another route counts as lost; trying the change itself may
    still find it a place."""
    if work.id in rooms.sold:
        rooms = _without(rooms, work.id)
    theirs = {v: sold for v in orders if (sold := rooms.sold_in(v))}
    if not theirs:
        return {}
    beside = _beside(rooms, work, list(theirs), holder)
    return {
        vehicle: _lost(rooms, vehicle, tuple(orders[vehicle]), sold)
        for vehicle, sold in theirs.items()
        if rooms.without_sold(beside.get(vehicle, ()), sold) != tuple(orders[vehicle])
    }


def _without(rooms: Rooms, work_id: str) -> Rooms:
    """As it is without a place for one of them, which is asked about."""
    orders = {v: rooms.without_sold(order, [work_id]) for v, order in rooms.orders.items()}
    opened = rooms.wide.desk.open_for_questions(orders)
    sold = {work: each for work, each in rooms.sold.items() if work != work_id}
    return replace(rooms, orders=orders, open=opened, sold=sold)


def _beside(
    rooms: Rooms, work: Work, vehicles: Sequence[str], holder: str | None
) -> dict[str, tuple[str, ...]]:
    """Where these would do the work with everything sold in its place: who would do it at the same
    place without that takes nobody's room."""
    if holder is None:
        answer = rooms.open.prepared.insert(work, vehicles=vehicles)
    elif isinstance(work, Shipment):
        answer = rooms.open.offers_elsewhere(work, holder, vehicles)
    else:
        return {}
    return {o.vehicle_id: tuple(t.removeprefix(TWIN) for t in o.task_ids) for o in answer.offers}


def _lost(
    rooms: Rooms, vehicle: str, order: tuple[str, ...], sold: Sequence[str]
) -> tuple[SoldWindow, ...]:
    """Those that find no place in a route that no other of them needs, nor in the order."""
    opened, lost, taken = rooms.open, list[SoldWindow](), {vehicle}
    for work_id in sold:
        work = opened.prepared.model.lookup.works[work_id]
        elsewhere = _elsewhere(opened, work, vehicle, taken)
        if elsewhere is not None:
            taken.add(elsewhere)
        elif (place := opened.place_in(vehicle, order, work)) is not None:
            order = place[1]
        else:
            lost.append(rooms.sold[work_id])
    return tuple(lost)


def _elsewhere(opened: OpenPlan, work: Work, vehicle: str, taken: set[str]) -> str | None:
    if not isinstance(work, Shipment):
        return None
    others = [v.id for v in opened.prepared.problem.vehicles if v.id not in taken]
    best = opened.offers_elsewhere(work, vehicle, others).best
    return None if best is None else best.vehicle_id

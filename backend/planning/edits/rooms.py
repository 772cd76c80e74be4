"""Whose sold window would lose its room by a change: those booked since a version was made, and
holds, which no route has yet. Room is not taken silently, and not walled off (decision 0029)."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.errors import Text
from backend.planning.edits.applying import Stage
from backend.planning.edits.kept_room import with_sold
from backend.planning.edits.violations import Broken, give_way
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan
from geodata.travel_tables import TravelTimes
from routing.editing.desk import Desk, OpenPlan, Orders
from routing.parts import tasks_of

ROOM_SOLD = "ROOM_SOLD"

_BOOKED = Text(
    vi="Khung giờ {slot} đã bán cho phiếu {reference} không còn chỗ trong tuyến nào",
    en="The window {slot} sold to {reference} would have no room in any route",
)
_HELD = Text(
    vi="Khung giờ {slot} đang được một người đặt giữ chỗ không còn chỗ trong tuyến nào",
    en="The window {slot} that somebody holds would have no room in any route",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldWindow:
    """One that was sold; without reference it is a hold."""

    work_id: str
    leg_ids: tuple[uuid.UUID, ...]
    booking_reference: str
    slot: str

    @property
    def key(self) -> str:
        """To be confirmed by this."""
        return f"{ROOM_SOLD}:{self.work_id}"

    @property
    def words(self) -> Text:
        """That it has no room."""
        words = _BOOKED if self.booking_reference else _HELD
        return words.filled({"slot": self.slot, "reference": self.booking_reference})

    def as_broken(self) -> Broken:
        """As a rule that a dispatcher may confirm to break."""
        return Broken(
            key=self.key,
            code=ROOM_SOLD,
            confirmable=True,
            courier_code="",
            leg_ids=self.leg_ids if self.booking_reference else (),
            amount=0,
            unit="",
            detail=self.words,
            violation=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """An open plan with a place for every window sold that has one. `wide` knows their works."""

    wide: Workbench
    sold: Mapping[str, SoldWindow]
    orders: Orders
    open: OpenPlan
    """Of these orders."""

    @property
    def homeless(self) -> frozenset[str]:
        """Sold, and without a place before anybody changes anything."""
        return frozenset(self.sold.keys() - works_in(self.wide.desk, self.orders))

    def sold_in(self, vehicle_id: str) -> list[str]:
        """Those that have their place in one route, in the order of asking."""
        here = works_in(self.wide.desk, {vehicle_id: tuple(self.orders.get(vehicle_id, ()))})
        return sorted(here & self.sold.keys())

    def without_sold(self, task_ids: Iterable[str], works: Collection[str]) -> tuple[str, ...]:
        """An order without some of the works."""
        tasks = {t.id for work in works for t in tasks_of(self.wide.desk.lookup.works[work])}
        return tuple(task for task in task_ids if task not in tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What becomes of the windows sold: `lost` had room before, `homeless` have none after, those
    that had none before among them. `orders` hold the others in their places."""

    lost: tuple[SoldWindow, ...]
    homeless: tuple[SoldWindow, ...]
    orders: Orders

    @property
    def homeless_legs(self) -> list[str]:
        """As a version notes them, so that whoever looks at its new work reads it."""
        return [str(leg) for each in self.homeless for leg in each.leg_ids]


def open_rooms(
    session: Session,
    plan: Plan,
    bench: Workbench,
    travel: TravelTimes,
    *,
    known: Mapping[str, Sequence[str]] | None = None,
) -> Rooms | None:
    """None where nothing is sold. `known`: orders that had a place for some of them; where a route
    has stayed as it was, they keep it. The caller holds the plan's lock."""
    wide, _ = with_sold(session, plan, bench, travel)
    sold = {each.work_id: each for each in _sold(wide)}
    if not sold:
        return None
    begun = _as_known(wide, sold, known or {})
    pending = sorted(sold.keys() - works_in(wide.desk, begun))
    orders = placed(wide.desk, begun, pending)
    return Rooms(wide=wide, sold=sold, orders=orders, open=wide.desk.open_for_questions(orders))


def judge(rooms: Rooms, first: Stage, last: Stage, broken: Iterable[Broken] = ()) -> Judged:
    """What a change does to them. Where a route stays as it was they keep their place; the others
    look for a new one, first come first served, and if one finds none it looks first."""
    confirmed = [each for each in broken if each.confirmable and each.violation is not None]
    desk, begun = rooms.wide.desk, last.orders
    if confirmed or last.bench.locks != rooms.wide.locks:
        root = give_way(rooms.wide.root, confirmed)
        desk = rooms.wide.rebuilt(root, last.bench.locks, last.orders).desk
    else:
        begun = {
            vehicle: rooms.orders[vehicle]
            if vehicle in rooms.orders and tuple(order) == tuple(first.orders.get(vehicle, ()))
            else order
            for vehicle, order in last.orders.items()
        }
    ridden = rooms.sold.keys() & works_in(desk, last.orders)
    for work in ridden:  # it has got into a route by this change: its old place is free
        begun = {
            v: tuple(last.orders[v]) if _twice(rooms, order, last.orders[v], work) else order
            for v, order in begun.items()
        }
    open_ones = rooms.sold.keys() - ridden
    begun = placed(desk, begun, _in_turn(open_ones - works_in(desk, begun), rooms.homeless))
    homeless = open_ones - works_in(desk, begun)
    if lost := homeless - rooms.homeless:
        others = _in_turn(open_ones - lost, rooms.homeless)
        again = placed(desk, last.orders, [*sorted(lost), *others])
        left = open_ones - works_in(desk, again)
        if len(left - rooms.homeless) < len(lost):
            begun, homeless = again, left
    return Judged(
        lost=tuple(rooms.sold[work] for work in sorted(homeless - rooms.homeless)),
        homeless=tuple(rooms.sold[work] for work in sorted(homeless)),
        orders=begun,
    )


def placed(desk: Desk, orders: Orders, works: Iterable[str]) -> Orders:
    """Each at its cheapest place, one after the other; some may find none."""
    wanted = [desk.lookup.works[work] for work in works]
    return {**orders, **desk.open_for_questions(orders).placed(wanted)} if wanted else orders


def works_in(desk: Desk, orders: Orders) -> set[str]:
    """Works that some orders have."""
    entries = desk.lookup.entries
    return {entries[task].work.id for order in orders.values() for task in order if task in entries}


def _in_turn(works: Collection[str], last: Collection[str]) -> list[str]:
    """As they were asked for; who had no room goes behind who has."""
    return sorted(works, key=lambda work: (work in last, work))


def _twice(rooms: Rooms, order: Sequence[str], changed: Sequence[str], work: str) -> bool:
    """Whether an order that kept the places of what is sold also has the old place of a work."""
    tasks = {task.id for task in tasks_of(rooms.wide.desk.lookup.works[work])}
    return bool(tasks & set(order)) and not tasks & set(changed)


def _sold(wide: Workbench) -> Iterable[SoldWindow]:
    """Works with a window that the version neither rides nor leaves knowingly."""
    planned = {each.act[0] for each in wide.planned}
    ridden = works_in(wide.desk, wide.orders)
    for work, legs in wide.legend.works.items():
        rows = [wide.legs[leg] for leg in legs if leg in wide.legs]
        slot = next((row.slot for row in rows if row.slot is not None), None)
        if slot is None or work in ridden or work not in wide.desk.lookup.works:
            continue
        if planned.intersection(legs) or any(leg in wide.reasons for leg in legs):
            continue
        yield SoldWindow(
            work_id=work,
            leg_ids=legs,
            booking_reference=next((r for leg in legs if (r := wide.references.get(leg))), ""),
            slot="–".join(f"{at // 3600:02d}:{at % 3600 // 60:02d}" for at in slot),
        )


def _as_known(wide: Workbench, sold: Collection[str], known: Mapping[str, Sequence[str]]) -> Orders:
    """The plan's orders with the places that are known, where these still keep every rule."""
    desk, lookup = wide.desk, wide.desk.lookup
    theirs = {t.id for work in sold for t in tasks_of(lookup.works[work])}
    found, seen = dict(wide.orders), set[str]()
    for vehicle, order in wide.orders.items():
        there = tuple(t for t in known.get(vehicle, ()) if t in lookup.entries)
        if tuple(t for t in there if t not in theirs) != tuple(order) or there == tuple(order):
            continue
        works = [lookup.entries[task].work.id for task in there if task in theirs]
        if any(works.count(work) != 2 for work in works) or seen.intersection(works):
            continue
        if not desk.route(vehicle, there).violations:
            found[vehicle] = there
            seen.update(works)
    return found

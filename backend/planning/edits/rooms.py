"""The room of windows that were sold since a version was made, booked or held, and that no route
has yet: each in a place of the open plan. What a change does to them tells `rooms_judged`."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from backend.errors import Text
from backend.planning.edits.kept_room import with_sold
from backend.planning.edits.violations import Broken
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


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """An open plan with a place for every window sold that has one. `wide` knows their works."""

    wide: Workbench
    sold: Mapping[str, SoldWindow]
    orders: Orders

    @cached_property
    def open(self) -> OpenPlan:
        """With these orders, for whoever has to look for another place."""
        return self.wide.desk.open_for_questions(self.orders)

    @cached_property
    def bare(self) -> OpenPlan:
        """Without any of them, for whoever has to begin again."""
        return self.wide.desk.open_for_questions(self.wide.orders)

    @cached_property
    def homeless(self) -> frozenset[str]:
        """Sold, and without a place before anybody changes anything."""
        return frozenset(self.sold.keys() - self.among(self.orders))

    def sold_in(self, vehicle_id: str) -> frozenset[str]:
        """Those that have their place in one route."""
        return self.among({vehicle_id: self.orders.get(vehicle_id, ())})

    def among(self, orders: Orders) -> frozenset[str]:
        """Those that some orders have."""
        works = self._work_of
        return frozenset(works[t] for order in orders.values() for t in order if t in works)

    @cached_property
    def _work_of(self) -> dict[str, str]:
        return {task: work for work in self.sold for task in self.tasks_of(work)}

    def tasks_of(self, work_id: str) -> tuple[str, ...]:
        """Of one that was sold."""
        return tuple(task.id for task in tasks_of(self.wide.desk.lookup.works[work_id]))

    def without(self, work_ids: Collection[str]) -> "Rooms":
        """The same where some of them are not sold after all, or go to another day: their places
        are free."""
        gone = self.sold.keys() & set(work_ids)
        if not gone:
            return self
        tasks = {task for work in gone for task in self.tasks_of(work)}
        orders = {v: tuple(t for t in o if t not in tasks) for v, o in self.orders.items()}
        kept = {work: each for work, each in self.sold.items() if work not in gone}
        return replace(self, sold=kept, orders=orders)


def open_rooms(
    session: Session,
    plan: Plan,
    bench: Workbench,
    travel: TravelTimes,
    *,
    known: Mapping[str, Sequence[str]] | None = None,
    apart: Collection[uuid.UUID] = (),
) -> Rooms | None:
    """None where nothing is sold. `known`: orders that had a place for some of them; where a route
    has stayed as it was, they keep it. `apart`: legs of the open plan that have no room in it to
    lose, whatever their window. The caller holds the plan's lock."""
    wide, _ = with_sold(session, plan, bench, travel)
    sold = {each.work_id: each for each in _sold(wide) if not set(apart).intersection(each.leg_ids)}
    if not sold:
        return None
    begun = _as_known(wide, sold, known or {})
    pending = sorted(sold.keys() - works_in(wide.desk, begun))
    orders = placed(wide.desk, begun, pending)
    return Rooms(wide=wide, sold=sold, orders=orders)


def placed(desk: Desk, orders: Orders, works: Iterable[str]) -> Orders:
    """Each at its cheapest place, one after the other; some may find none."""
    wanted = [desk.lookup.works[work] for work in works]
    return {**orders, **desk.open_for_questions(orders).placed(wanted)} if wanted else orders


def works_in(desk: Desk, orders: Orders) -> set[str]:
    """Works that some orders have."""
    entries = desk.lookup.entries
    return {entries[task].work.id for order in orders.values() for task in order if task in entries}


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

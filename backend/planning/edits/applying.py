"""Makes a dispatcher's changes on an open plan, in order; what they cost is told elsewhere."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backend.planning.edits.asked import Edit, EditKind, LockKind, PartnerRule
from backend.planning.edits.errors import (
    EditCourierUnknown,
    EditFieldMissing,
    EditImpossible,
    EditVisitUnknown,
)
from backend.planning.edits.workbench import Workbench
from backend.planning.locks import Act, Lock, with_lock, without_acts
from routing import PinOrder
from routing.editing import moves
from routing.editing.desk import Orders
from routing.editing.moves import After, NoSuchPlace, Place

_PIN_ORDER = {
    LockKind.STOP: PinOrder.STRICT,
    LockKind.ROUTE: PinOrder.STRICT,
    LockKind.ORDER: PinOrder.SEQUENCE,
    LockKind.COURIER: PinOrder.ANY,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A plan between two changes."""

    bench: Workbench
    orders: Orders


def apply_edits(bench: Workbench, edits: Iterable[Edit]) -> Iterator[Stage]:
    """The plan after each change. Raises EditFieldMissing, EditVisitUnknown, EditCourierUnknown,
    EditImpossible."""
    stage = Stage(bench, bench.orders)
    for number, edit in enumerate(edits, start=1):
        stage = _Applied(stage, edit, number).stage()
        yield stage


class _Applied:
    """One change on one stage."""

    def __init__(self, stage: Stage, edit: Edit, number: int) -> None:
        self._bench, self._orders = stage.bench, stage.orders
        self._edit, self._number = edit, number

    def stage(self) -> Stage:
        kind = self._edit.kind
        if kind in (EditKind.LOCK, EditKind.UNLOCK):
            locks = self._locked() if kind is EditKind.LOCK else self._unlocked()
            bench = self._bench.rebuilt(self._bench.root, locks, self._orders)
            return Stage(bench, bench.orders)
        try:
            orders = {
                EditKind.MOVE: self._moved,
                EditKind.SWAP: self._swapped,
                EditKind.ADD: self._added,
                EditKind.DROP: self._dropped,
            }[kind]()
        except NoSuchPlace as error:
            raise EditImpossible(
                number=self._number, why_vi=_IN_VIETNAMESE, why_en=f"{error}."
            ) from None
        if kind is EditKind.DROP:
            return self._without_locks_of_dropped(orders)
        return Stage(self._bench, orders)

    # ---- the changes -----------------------------------------------------------------------------

    def _moved(self) -> Orders:
        orders, after = self._orders, self._after()
        for task_id in self._tasks(at_least=1):
            vehicle_id = self._vehicle() or moves.vehicle_of(orders, task_id)
            if vehicle_id is None:
                raise NoSuchPlace("the visit is in no route")
            orders = moves.move(
                self._bench.desk,
                orders,
                task_id,
                vehicle_id,
                after,
                partner_stays=self._edit.partner is PartnerRule.STAY,
            )
            if after is not Place.CHEAPEST:
                after = task_id
        return orders

    def _swapped(self) -> Orders:
        tasks = self._tasks(at_least=2)
        if len(tasks) != 2:
            raise self._missing("visits")
        return moves.swap(self._bench.desk, self._orders, tasks[0], tasks[1])

    def _added(self) -> Orders:
        leg = self._edit.leg
        if leg is None:
            raise self._missing("leg")
        work_id = self._bench.legend.work_of.get(leg)
        if work_id is None or work_id not in self._bench.desk.lookup.works:
            raise EditVisitUnknown(number=self._number, visit=leg)
        in_routes = {t.partition(":")[0] for order in self._orders.values() for t in order}
        if work_id in in_routes:
            raise NoSuchPlace("it is in a route already")
        return moves.put_in(self._bench.desk, self._orders, work_id, self._vehicle(), self._after())

    def _dropped(self) -> Orders:
        orders = self._orders
        for task_id in self._tasks(at_least=1):
            if moves.vehicle_of(orders, task_id) is not None:
                work = self._bench.desk.lookup.entries[task_id].work
                orders = moves.take_out(self._bench.desk, orders, work.id)
        return orders

    def _without_locks_of_dropped(self, orders: Orders) -> Stage:
        """What is taken out is not held any more."""
        works = {self._bench.desk.lookup.entries[t].work.id for t in self._tasks(at_least=1)}
        acts = [act for act, task in self._bench.tasks.items() if task.partition(":")[0] in works]
        locks = without_acts(self._bench.locks, acts)
        if locks == self._bench.locks:
            return Stage(self._bench, orders)
        bench = self._bench.rebuilt(self._bench.root, locks, orders)
        return Stage(bench, bench.orders)

    def _locked(self) -> tuple[Lock, ...]:
        kind = self._edit.lock
        if kind is None:
            raise self._missing("lock")
        acts = self._acts_to_lock(kind)
        vehicles = {moves.vehicle_of(self._orders, self._bench.tasks[act]) for act in acts}
        locks = self._bench.locks
        for vehicle in sorted(v for v in vehicles if v is not None):
            mine = tuple(
                act
                for act in acts
                if moves.vehicle_of(self._orders, self._bench.tasks[act]) == vehicle
            )
            shift_id = self._bench.shifts[vehicle].id
            locks = with_lock(locks, Lock(shift_id=shift_id, order=_PIN_ORDER[kind], acts=mine))
        return locks

    def _unlocked(self) -> tuple[Lock, ...]:
        kind = self._edit.lock
        if kind is None:
            raise self._missing("lock")
        return without_acts(self._bench.locks, self._acts_to_lock(kind))

    def _acts_to_lock(self, kind: LockKind) -> tuple[Act, ...]:
        """COURIER holds both ends of the works named; the others a route from its start."""
        if kind is LockKind.COURIER:
            works = {t.partition(":")[0] for t in self._tasks(at_least=1)}
            return tuple(
                act
                for order in self._orders.values()
                for task_id in order
                if task_id.partition(":")[0] in works
                for act in self._acts_of(task_id)
            )
        vehicle, last = self._route_to_lock(kind)
        order = self._orders.get(vehicle, ())
        if last is not None:
            order = order[: order.index(last) + 1]
        return tuple(act for task_id in order for act in self._acts_of(task_id))

    def _route_to_lock(self, kind: LockKind) -> tuple[str, str | None]:
        if kind is LockKind.STOP:
            if self._edit.stop is None:
                raise self._missing("stop")
            at = [p for p in self._bench.planned if p.stop_id == self._edit.stop]
            tasks = [self._present(each.task_id) for each in at]
            vehicle = moves.vehicle_of(self._orders, tasks[-1]) if tasks else None
            if vehicle is None:
                raise EditVisitUnknown(number=self._number, visit=self._edit.stop)
            return vehicle, max(tasks, key=self._orders[vehicle].index)
        vehicle = self._vehicle()
        if vehicle is None:
            raise self._missing("courier")
        return vehicle, None

    # ---- ids -------------------------------------------------------------------------------------

    def _acts_of(self, task_id: str) -> Iterator[Act]:
        meaning = self._bench.meanings.get(task_id)
        if meaning is not None:
            yield from ((leg, meaning.kind) for leg in meaning.leg_ids)

    def _tasks(self, *, at_least: int) -> list[str]:
        if len(self._edit.visits) < at_least:
            raise self._missing("visits")
        return list(dict.fromkeys(self._task(visit) for visit in self._edit.visits))

    def _task(self, visit_id: uuid.UUID) -> str:
        planned = self._bench.visits.get(visit_id)
        if planned is None or planned.task_id not in self._bench.desk.lookup.entries:
            raise EditVisitUnknown(number=self._number, visit=visit_id)
        return self._present(planned.task_id)

    def _present(self, task_id: str) -> str:
        """The task, or the alternative that an earlier change took instead of it."""
        lookup = self._bench.desk.lookup
        held = {t for order in self._orders.values() for t in order}
        entry = lookup.entries[task_id]
        if task_id in held:
            return task_id
        siblings = (
            other.id
            for side in lookup.sides_of(entry.work)
            if any(each.id == task_id for each in side)
            for other in side
        )
        return next((each for each in siblings if each in held), task_id)

    def _vehicle(self) -> str | None:
        code = self._edit.courier
        if code is None:
            return None
        vehicles = self._bench.vehicles_of(code)
        if not vehicles:
            raise EditCourierUnknown(courier=code)
        riding = [vehicle for vehicle in vehicles if self._orders.get(vehicle)]
        return (riding or vehicles)[0]

    def _after(self) -> After:
        after = self._edit.after
        return after if isinstance(after, Place) else self._task(after)

    def _missing(self, field: str) -> EditFieldMissing:
        return EditFieldMissing(number=self._number, kind=self._edit.kind.value, field=field)


_IN_VIETNAMESE = "việc đã làm, đang trên xe, hoặc vị trí chọn không còn trong tuyến."

"""What a change does: price, minutes, metres, broken rules, who comes when, and promises."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.planning.day_rows import LegRow
from backend.planning.edits.applying import Stage
from backend.planning.edits.violations import Broken, find_broken
from backend.planning.edits.workbench import Workbench
from backend.planning.models import AT_HOME, VisitKind
from backend.planning.tasks import TaskMeaning
from routing import Solution
from routing import VisitKind as StepKind

TOLERANCE_S = 900
"""A promise is a quarter of an hour wide, as in a replan (`routing.replanning.change_budget`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A visit at another moment or with another courier; None where it is not in that plan."""

    leg_ids: tuple[uuid.UUID, ...]
    kind: VisitKind
    booking_reference: str
    slot: str
    courier_before: str | None
    courier_after: str | None
    starts_before: datetime | None
    starts_after: datetime | None

    @property
    def by_s(self) -> int:
        """Seconds later; 0 where one of them is missing."""
        if self.starts_before is None or self.starts_after is None:
            return 0
        return round((self.starts_after - self.starts_before).total_seconds())

    @property
    def told(self) -> bool:
        """Whether a promise is touched, so that its citizen should be told."""
        elsewise = self.courier_before != self.courier_after or abs(self.by_s) > TOLERANCE_S
        return self.kind in AT_HOME and elsewise


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseChange:
    """A leg whose promise stands otherwise: KEPT today, AT_RISK (tomorrow is in time), BROKEN."""

    leg_id: uuid.UUID
    booking_reference: str
    due_on: date
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One plan against another."""

    price: int
    ride_s: int
    work_s: int
    distance_m: int
    couriers: int
    violations: tuple[Broken, ...]
    touched: tuple[Touched, ...]
    promises: tuple[PromiseChange, ...]


def effect_between(before: Stage, after: Stage) -> Effect:
    """What `after` does to `before`."""
    old, new = _timed(before), _timed(after)
    bench = after.bench
    return Effect(
        price=_cost(new) - _cost(old),
        ride_s=new.ride_s - old.ride_s,
        work_s=_work_s(new) - _work_s(old),
        distance_m=new.distance_m - old.distance_m,
        couriers=_riding(bench, new) - _riding(bench, old),
        violations=violations_between(before, after),
        touched=touched_between(bench, old, new),
        promises=promise_changes(bench, old, new),
    )


def violations_between(before: Stage, after: Stage) -> tuple[Broken, ...]:
    """Rules that `after` breaks and `before` did not."""
    bench = after.bench
    return find_broken(_timed(before), _timed(after), meanings=bench.meanings, shifts=bench.shifts)


def _timed(stage: Stage) -> Solution:
    return stage.bench.desk.timed(stage.orders)


def touched_between(bench: Workbench, old: Solution, new: Solution) -> tuple[Touched, ...]:
    """Visits that differ, in the order of the new plan, then those that are gone."""
    before, after = _starts(bench, old), _starts(bench, new)
    found = []
    for key in (*after, *(key for key in before if key not in after)):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        legs, kind = key
        row = bench.legs.get(legs[0])
        found.append(
            Touched(
                leg_ids=legs,
                kind=kind,
                booking_reference=bench.references.get(legs[0], ""),
                slot=_slot(row),
                courier_before=_courier(bench, was),
                courier_after=_courier(bench, now),
                starts_before=None if was is None else bench.root.epoch + timedelta(seconds=was[1]),
                starts_after=None if now is None else bench.root.epoch + timedelta(seconds=now[1]),
            )
        )
    return tuple(found)


def promise_changes(bench: Workbench, old: Solution, new: Solution) -> tuple[PromiseChange, ...]:
    """Legs whose promise stands otherwise, the worst first."""
    before, after = _arrivals(bench.meanings, old), _arrivals(bench.meanings, new)
    found = []
    for leg_id, row in bench.legs.items():
        was, now = (
            promise_of(ends_today=bool(ends.get(leg_id)), days_left=row.days_left)
            for ends in (before, after)
        )
        if was != now:
            found.append(
                PromiseChange(
                    leg_id=leg_id,
                    booking_reference=bench.references.get(leg_id, ""),
                    due_on=row.due_on,
                    before=was,
                    after=now,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.after, each.due_on, each.leg_id)))


def promise_of(*, ends_today: bool, days_left: int) -> str:
    """As the summary counts them."""
    if ends_today:
        return "KEPT" if days_left >= 0 else "BROKEN"
    return "AT_RISK" if days_left >= 1 else "BROKEN"


def _arrivals(meanings: Mapping[str, TaskMeaning], plan: Solution) -> dict[uuid.UUID, bool]:
    """Legs that end today; False: they rest overnight."""
    return {
        leg: not meaning.overnight
        for route in plan.routes
        for visit in route.visits
        if visit.kind is StepKind.DELIVERY
        and visit.task_id is not None
        and (meaning := meanings.get(visit.task_id)) is not None
        for leg in meaning.leg_ids
    }


type _Key = tuple[tuple[uuid.UUID, ...], VisitKind]


def _starts(bench: Workbench, plan: Solution) -> dict[_Key, tuple[str, int]]:
    """Act → vehicle and start, of what is still open."""
    done = bench.desk.executed
    return {
        (meaning.leg_ids, meaning.kind): (route.vehicle_id, visit.start_s)
        for route in plan.routes
        for visit in route.visits
        if visit.task_id is not None
        and visit.task_id not in done
        and (meaning := bench.meanings.get(visit.task_id)) is not None
    }


def _courier(bench: Workbench, at: tuple[str, int] | None) -> str | None:
    return None if at is None else bench.shifts[at[0]].courier_code


def _slot(row: LegRow | None) -> str:
    if row is None or row.slot is None:
        return ""
    return "–".join(f"{at // 3600:02d}:{at % 3600 // 60:02d}" for at in row.slot)


def _cost(plan: Solution) -> int:
    return sum(route.cost for route in plan.routes)


def _work_s(plan: Solution) -> int:
    return sum(route.end_s - route.start_s for route in plan.routes)


def _riding(bench: Workbench, plan: Solution) -> int:
    return sum(any(t in bench.meanings for t in route.task_ids) for route in plan.routes)

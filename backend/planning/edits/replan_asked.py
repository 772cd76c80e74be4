"""Asks for a replan of a day: a row as any plan, made by a worker, cancelled and followed alike."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift
from backend.places.operations import get_office
from backend.places.zones import demand_known_zones
from backend.planning.edits.errors import EditCourierUnknown, LegNotInPlan
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.models import Plan, PlanOrigin, PlanStage, PlanStatus
from backend.planning.operations import RUN_REPLAN, get_finished_plan, next_number
from backend.planning.read_day import select_ridable_legs
from backend.queue import enqueue_after_commit
from routing import ChangeBudget

MOST_SEARCH_S = 30
"""A dispatcher waits for it; a search from the beginning is another plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanAsked:
    """What happened, and how much may change. `dropped` are codes of couriers who cannot go on,
    `urgent` legs that shall be ridden today although no route has them, `closed_…` codes of offices
    and zones where nothing can be done from now on. Limits of None are none;
    prices are in seconds of riding."""

    dropped: Sequence[str] = ()
    urgent: Sequence[uuid.UUID] = ()
    closed_offices: Sequence[str] = ()
    closed_zones: Sequence[str] = ()
    most_moved: int | None = None
    most_touched: int | None = None
    price_per_moved: int = 0
    price_per_touched: int = 0
    tolerance_min: int = 15
    improve: bool = False
    time_limit_s: int = 2
    publish: bool = False
    """Couriers ride by the answer at once, without a look at the draft."""
    closings: Sequence[uuid.UUID] = ()
    """Closings that this replan carries out, or takes back."""
    rescheduled: bool = False
    """The urgent legs are visits that citizens moved to this day."""

    @property
    def budget(self) -> ChangeBudget:
        """As the library knows it."""
        return ChangeBudget(
            most_moved=self.most_moved,
            most_touched=self.most_touched,
            price_per_moved=self.price_per_moved,
            price_per_touched=self.price_per_touched,
            tolerance_s=60 * self.tolerance_min,
        )

    def to_json(self) -> JsonObject:
        """The stored form."""
        return {
            "dropped": list(self.dropped),
            "urgent": [str(leg) for leg in self.urgent],
            "closed_offices": list(self.closed_offices),
            "closed_zones": list(self.closed_zones),
            "most_moved": self.most_moved,
            "most_touched": self.most_touched,
            "price_per_moved": self.price_per_moved,
            "price_per_touched": self.price_per_touched,
            "tolerance_min": self.tolerance_min,
            "improve": self.improve,
            "time_limit_s": self.time_limit_s,
            "publish": self.publish,
            "closings": [str(each) for each in self.closings],
            "rescheduled": self.rescheduled,
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> "ReplanAsked":
        """From its stored form."""
        ids = {
            name: [uuid.UUID(each) for each in stored.get(name, ())]
            for name in ("urgent", "closings")
        }
        return cls(**{**stored, **ids})


def request_replan(
    session: Session, plan_id: uuid.UUID, asked: ReplanAsked, *, enqueue: bool = True
) -> Plan:
    """A queued version that grows from this one; a worker makes it as of the moment when it runs.
    The caller holds the plans of the day.

    Raises PlanNotFound, PlanHasNoRoutesYet, PlanNotInForce, DayOver, EditCourierUnknown,
    OfficeNotFound, ZoneUnknown, LegNotInPlan (an urgent leg that waits on no day, or on another),
    and QueueNotConfigured.
    """
    base = get_finished_plan(session, plan_id)
    refuse_uneditable(base)
    _refuse_strangers(session, base, asked)
    plan = Plan(
        province_code=base.province_code,
        planning_area_id=base.planning_area_id,
        planning_area=base.planning_area,
        service_date=base.service_date,
        number=next_number(session, base.planning_area, base.service_date),
        status=PlanStatus.QUEUED,
        stage=PlanStage.QUEUED,
        engine=base.engine,
        seed=base.seed,
        time_limit_s=asked.time_limit_s,
        origin=PlanOrigin.REPLAN,
        derived_from_id=base.id,
        request={"replan": asked.to_json()},
        requested_at=clock.now(),
    )
    session.add(plan)
    session.flush()
    if enqueue:
        enqueue_after_commit(session, RUN_REPLAN, plan.id)
    return plan


def _refuse_strangers(session: Session, base: Plan, asked: ReplanAsked) -> None:
    known = set(
        session.scalars(
            select(Courier.code)
            .join(Shift, Shift.courier_id == Courier.id)
            .where(
                Courier.province_code == base.province_code,
                Shift.service_date == base.service_date,
                Courier.code.in_(asked.dropped),
            )
        )
    )
    for code in asked.dropped:
        if code not in known:
            raise EditCourierUnknown(courier=code)
    for code in asked.closed_offices:
        get_office(session, base.province_code, code)
    demand_known_zones(session, base.province_code, asked.closed_zones, field="closed_zones")
    ridable = select_ridable_legs(base.planning_area_id, base.service_date)
    of_day = set(session.scalars(ridable.with_only_columns(Leg.id).where(Leg.id.in_(asked.urgent))))
    for leg in asked.urgent:
        if leg not in of_day:
            raise LegNotInPlan(leg=leg)

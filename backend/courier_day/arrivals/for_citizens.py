"""When a courier will be at a citizen's door: a range, and only once it is near (ISSUE: following).

What the worker forecast last is read; nothing is looked at anew for a citizen.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from backend import clock
from backend.courier_day.arrivals.models import ArrivalEstimate, RouteOutlook
from backend.courier_day.arrivals.shown import FRESH_FOR
from backend.dossiers.models import Leg
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    StopKind,
    StopStatus,
    Visit,
    VisitKind,
    VisitStatus,
)

NEAR_STOPS = 3
"""A courier with at most so many halts before this one is near [G]."""

NEAR = timedelta(hours=2)
"""Or one who is likely there within this [G]: farther ahead a range promises too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A range of one arrival, as it was last forecast."""

    visit: VisitKind
    earliest_at: datetime
    likely_at: datetime
    latest_at: datetime
    stops_before: int
    """Halts that the courier makes first."""

    def is_near(self, now: datetime) -> bool:
        """Whether it may be shown to a citizen."""
        return self.stops_before <= NEAR_STOPS or self.likely_at - now < NEAR


def halts_before() -> ScalarSelect[int]:
    """How many halts with work a courier makes before the stop of the row."""
    earlier = aliased(Stop)
    return (
        select(func.count())
        .where(
            earlier.route_id == Stop.route_id,
            earlier.ordinal < Stop.ordinal,
            earlier.kind == StopKind.VISITS,
            earlier.status == StopStatus.OPEN,
        )
        .scalar_subquery()
    )


def find_expected(session: Session, dossier_id: uuid.UUID) -> Expected | None:
    """The courier who is to visit this dossier's home today; None without a fresh forecast."""
    return list_expected(session, [dossier_id]).get(dossier_id)


def list_expected(session: Session, dossier_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Expected]:
    """The same of many dossiers; those without a fresh forecast are left out."""
    rows = session.execute(
        select(ArrivalEstimate, Visit.kind, Leg.dossier_id, halts_before().label("stops_before"))
        .join(Stop, Stop.id == ArrivalEstimate.stop_id)
        .join(Visit, Visit.stop_id == Stop.id)
        .join(Leg, Leg.id == Visit.leg_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .join(RouteOutlook, RouteOutlook.route_id == Route.id)
        .where(
            Leg.dossier_id.in_(dossier_ids),
            Plan.status == PlanStatus.PUBLISHED,
            Visit.status == VisitStatus.OPEN,
            Visit.kind.in_((VisitKind.COLLECTION, VisitKind.DELIVERY)),
            ArrivalEstimate.replaced_at.is_(None),
            ArrivalEstimate.arrived_at.is_(None),
            RouteOutlook.looked_at > clock.now() - FRESH_FOR,
            RouteOutlook.stale.is_(False),
            RouteOutlook.paused.is_(False),
        )
        .order_by(ArrivalEstimate.scheduled_at.desc())
    )
    return {  # of several visits the first one stays
        row.dossier_id: Expected(
            visit=row.kind,
            earliest_at=row.ArrivalEstimate.earliest_at,
            likely_at=row.ArrivalEstimate.likely_at,
            latest_at=row.ArrivalEstimate.latest_at,
            stops_before=row.stops_before,
        )
        for row in rows
    }

"""How good the forecasts were: what ranges are learned from, and the share that they held.

Of the many forecasts of one arrival the first one in each bucket of minutes ahead is counted:
those after it share its luck, and one slow stop would count twenty times.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.arrivals import ranges
from backend.courier_day.arrivals.keeping import settle_arrivals
from backend.courier_day.arrivals.models import ArrivalEstimate, LearnedRange
from backend.courier_day.arrivals.shift_news import ShiftNews, read_shift_news
from backend.planning.models import Plan, PlanStatus, Route

LEARN_FROM = timedelta(days=60)
"""Older days tell little about the streets of today [G]."""

KEPT = timedelta(days=90)
"""As long as the positions that they were computed from (DOMAIN §10)."""


READ_AT_ONCE = 1_000
"""Past errors in memory at once while ranges are learned: a province has millions in LEARN_FROM, of
which learning keeps the newest days alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How the ranges of one bucket of minutes ahead held. Times in seconds."""

    horizon_min: int
    arrivals: int
    inside: int
    early: int
    """Arrivals before the range began."""
    late: int
    learned: int
    """Of `arrivals`, those whose range was learned and not the rule."""
    derived: int
    """Of `arrivals`, those that nobody reported."""
    median_error_s: int
    """Of the absolute difference from the likely moment."""
    median_width_s: int

    @property
    def share(self) -> float:
        return self.inside / self.arrivals


def read_learned(session: Session, province_code: str) -> dict[ranges.Key, ranges.Spread]:
    """The ranges that hold now."""
    rows = session.scalars(select(LearnedRange).where(LearnedRange.province_code == province_code))
    return {
        (row.horizon_min, row.hour_band): ranges.Spread(
            early_s=row.early_s,
            middle_s=row.middle_s,
            late_s=row.late_s,
            observations=row.observations,
        )
        for row in rows
    }


def learn_ranges(session: Session, province_code: str) -> int:
    """Learns every range anew from what has arrived; returns how many there are."""
    now = clock.now()
    session.execute(delete(LearnedRange).where(LearnedRange.province_code == province_code))
    learned = ranges.learn_each(_newest_errors(session, province_code, now - LEARN_FROM))
    for (horizon, band), spread in learned.items():
        session.add(
            LearnedRange(
                province_code=province_code,
                horizon_min=horizon,
                hour_band=band,
                observations=spread.observations,
                early_s=spread.early_s,
                middle_s=spread.middle_s,
                late_s=spread.late_s,
                learned_at=now,
            )
        )
    session.flush()
    return len(learned)


def _newest_errors(
    session: Session, province_code: str, since: datetime
) -> Iterator[ranges.Observed]:
    """What was known to be wrong, the newest first, READ_AT_ONCE at a time from the server."""
    counted = _first_of_bucket(province_code, since).subquery()
    rows = session.execute(
        select(
            counted.c.horizon_min,
            counted.c.hour_band,
            counted.c.scheduled_at,
            Route.courier_id,
            func.extract("epoch", counted.c.arrived_at - counted.c.scheduled_at).label("error_s"),
        )
        .join(Route, Route.id == counted.c.route_id)
        .order_by(counted.c.arrived_at.desc())
        .execution_options(yield_per=READ_AT_ONCE)
    )
    for row in rows:
        yield ranges.Observed(
            horizon_min=row.horizon_min,
            hour_band=row.hour_band,
            courier_day=(row.courier_id, clock.to_local(row.scheduled_at).date()),
            error_s=round(row.error_s),
        )


def measure_coverage(
    session: Session, province_code: str, *, since: datetime
) -> tuple[Coverage, ...]:
    """How forecasts made since a moment held, by minutes ahead; only arrivals that are known."""
    rows = session.scalars(_first_of_bucket(province_code, since)).all()
    rows = sorted(rows, key=lambda row: row.horizon_min)
    return tuple(
        _coverage(horizon, list(group))
        for horizon, group in groupby(rows, key=lambda row: row.horizon_min)
    )


def settle_day(session: Session, province_code: str, day: date) -> None:
    """Writes arrivals that were reported after the last look at their route."""
    routes = session.scalars(
        select(Route)
        .join(Plan, Plan.id == Route.plan_id)
        .where(
            Plan.province_code == province_code,
            Plan.service_date == day,
            Plan.status == PlanStatus.PUBLISHED,
        )
        .order_by(Route.id)
    ).all()
    news = read_shift_news(session, {route.courier_id for route in routes}, day)
    for route in routes:
        settle_arrivals(session, route, news.get(route.courier_id, ShiftNews()).back_at)


def list_provinces(session: Session) -> list[str]:
    """Provinces of which there are forecasts, by code."""
    return list(
        session.scalars(
            select(ArrivalEstimate.province_code).distinct().order_by(ArrivalEstimate.province_code)
        )
    )


def forget_old(session: Session) -> None:
    """Drops forecasts that are older than KEPT."""
    session.execute(delete(ArrivalEstimate).where(ArrivalEstimate.computed_at < clock.now() - KEPT))


def _first_of_bucket(province_code: str, since: datetime) -> Select[ArrivalEstimate]:
    """The first forecast of each stop and bucket, of arrivals that are known."""
    return (
        select(ArrivalEstimate)
        .ext(distinct_on(ArrivalEstimate.stop_id, ArrivalEstimate.horizon_min))
        .where(
            ArrivalEstimate.province_code == province_code,
            ArrivalEstimate.computed_at >= since,
            ArrivalEstimate.arrived_at.is_not(None),
        )
        .order_by(ArrivalEstimate.stop_id, ArrivalEstimate.horizon_min, ArrivalEstimate.computed_at)
    )


def _coverage(horizon_min: int, rows: Sequence[ArrivalEstimate]) -> Coverage:
    known = [(row, row.arrived_at) for row in rows if row.arrived_at is not None]
    early = sum(arrived < row.earliest_at for row, arrived in known)
    late = sum(arrived > row.latest_at for row, arrived in known)
    errors = [abs((arrived - row.likely_at).total_seconds()) for row, arrived in known]
    widths = [(row.latest_at - row.earliest_at).total_seconds() for row, _ in known]
    return Coverage(
        horizon_min=horizon_min,
        arrivals=len(known),
        inside=len(known) - early - late,
        early=early,
        late=late,
        learned=sum(row.learned_from > 0 for row, _ in known),
        derived=sum(row.derived for row, _ in known),
        median_error_s=round(median(errors)),
        median_width_s=round(median(widths)),
    )

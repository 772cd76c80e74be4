"""Keeps forecasts as they were shown, and writes into them what really happened.

A forecast stays while it moves by less than is worth telling: people are not told a new time every
minute, and the history holds every time that they were told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.courier_day.arrivals.models import ArrivalEstimate, Basis, RouteOutlook
from backend.courier_day.arrivals.ranges import Spread
from backend.courier_day.arrivals.standing import Standing, arrival_of
from backend.planning.models import Route, Stop, StopKind

WORTH_TELLING = timedelta(seconds=60)
WORTH_TELLING_SHARE = 0.05
"""A minute, or a twentieth of the time ahead: far ahead nobody needs a new time every minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One scheduled arrival with the range around it."""

    scheduled_at: datetime
    spread: Spread
    horizon_min: int
    hour_band: int

    def around(self, now: datetime) -> tuple[datetime, datetime, datetime]:
        """(earliest, likely, latest); nobody arrives before now."""
        moments = (
            self.scheduled_at + timedelta(seconds=seconds)
            for seconds in (self.spread.early_s, self.spread.middle_s, self.spread.late_s)
        )
        earliest, likely, latest = (max(now, moment) for moment in moments)
        return earliest, likely, latest


def keep(
    session: Session,
    route: Route,
    standing: Standing,
    forecasts: Mapping[Stop, Forecast],
    *,
    now: datetime,
    paused: bool,
    source: str,
) -> None:
    """Makes these forecasts the shown ones; what they replace stays as history."""
    shown = {
        row.stop_id: row
        for row in session.scalars(
            select(ArrivalEstimate).where(
                ArrivalEstimate.route_id == route.id, ArrivalEstimate.replaced_at.is_(None)
            )
        )
    }
    new = []
    for stop, each in forecasts.items():
        row = _row(route, stop, each, standing, now)
        if (before := shown.get(stop.id)) is not None and _says_the_same(before, row, now):
            del shown[stop.id]
        else:
            new.append(row)
    for gone in shown.values():
        gone.replaced_at = now
    session.flush()  # what is shown is unique, and rows would be added before others are changed
    session.add_all(new)
    _write_outlook(
        session,
        route,
        {
            "looked_at": now,
            "basis": standing.basis,
            "evidence_at": standing.known_at,
            "stale": standing.stale,
            "paused": paused,
            "finished": False,
            "travel_source": source,
        },
    )


def close_outlook(session: Session, route: Route, now: datetime, *, source: str) -> None:
    """Nothing lies ahead any more."""
    session.execute(
        update(ArrivalEstimate)
        .where(ArrivalEstimate.route_id == route.id, ArrivalEstimate.replaced_at.is_(None))
        .values(replaced_at=now)
    )
    values = {
        "looked_at": now,
        "basis": Basis.EXECUTED,
        "evidence_at": None,
        "stale": False,
        "paused": False,
        "finished": True,
        "travel_source": source,
    }
    _write_outlook(session, route, values)


def settle_arrivals(session: Session, route: Route, back_at: datetime | None) -> None:
    """Writes every arrival that is known by now into the forecasts of it; none is written twice."""
    known = {stop.id: found for stop in route.stops if (found := _known(stop, back_at))}
    waiting = session.scalars(
        select(ArrivalEstimate.stop_id)
        .where(ArrivalEstimate.stop_id.in_(known), ArrivalEstimate.arrived_at.is_(None))
        .distinct()
    ).all()
    for stop_id in waiting:
        arrived_at, derived = known[stop_id]
        session.execute(
            update(ArrivalEstimate)
            .where(
                ArrivalEstimate.stop_id == stop_id,
                ArrivalEstimate.arrived_at.is_(None),
                ArrivalEstimate.computed_at <= arrived_at,
            )
            .values(arrived_at=arrived_at, derived=derived)
            .execution_options(synchronize_session=False)
        )


def _known(stop: Stop, back_at: datetime | None) -> tuple[datetime, bool] | None:
    if stop.kind is StopKind.END and back_at is not None:
        return back_at, False
    return arrival_of(stop)


def _row(
    route: Route, stop: Stop, each: Forecast, standing: Standing, now: datetime
) -> ArrivalEstimate:
    earliest, likely, latest = each.around(now)
    return ArrivalEstimate(
        province_code=route.province_code,
        route_id=route.id,
        stop_id=stop.id,
        computed_at=now,
        basis=standing.basis,
        stale=standing.stale,
        out_of_order=stop in standing.passed_over,
        scheduled_at=each.scheduled_at,
        earliest_at=earliest,
        likely_at=likely,
        latest_at=latest,
        horizon_min=each.horizon_min,
        hour_band=each.hour_band,
        learned_from=each.spread.observations,
    )


def _says_the_same(before: ArrivalEstimate, row: ArrivalEstimate, now: datetime) -> bool:
    """Whether a person would read the new one as the old one; a range that has begun to lie in
    the past is read anew."""
    marks = ("basis", "stale", "out_of_order", "horizon_min", "hour_band", "learned_from")
    if any(getattr(before, mark) != getattr(row, mark) for mark in marks):
        return False
    worth = max(WORTH_TELLING, (row.likely_at - now) * WORTH_TELLING_SHARE)
    return before.likely_at >= now and abs(before.likely_at - row.likely_at) < worth


def _write_outlook(session: Session, route: Route, values: Mapping[str, object]) -> None:
    session.execute(
        insert(RouteOutlook)
        .values(route_id=route.id, **values)
        .on_conflict_do_update(index_elements=[RouteOutlook.route_id], set_=dict(values))
    )

"""Looks at routes that are being ridden and keeps what it forecasts; what is shown is what is kept.

Never part of a day's revision (SYNC §1). Whoever asks looks: a dispatcher's screen, the worker.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend import clock
from backend.courier_day.arrivals import keeping, ranges
from backend.courier_day.arrivals.forecast import Act, Halt, Rest, Start, forecast
from backend.courier_day.arrivals.history import read_learned
from backend.courier_day.arrivals.hours import Spans, read_office_hours
from backend.courier_day.arrivals.models import RouteOutlook
from backend.courier_day.arrivals.shift_news import ShiftNews, read_shift_news
from backend.courier_day.arrivals.standing import Standing, find_standing, open_visits
from backend.courier_day.position_models import LastPosition
from backend.fleet.models import Shift
from backend.places.models import PlaceKind
from backend.places.points import find_point
from backend.planning.models import Plan, PlanStatus, Route, Stop, StopKind, Visit
from backend.planning.points import matrices, profile_of
from backend.planning.windows import seconds_of_day
from geodata.point import Point
from geodata.travel_tables import TravelTimes
from routing import TravelMatrix

LOOK_EVERY = timedelta(seconds=60)
"""A route is looked at anew when the last look is older, by whoever asks."""

AFTER_END = timedelta(hours=3)
"""So long after its planned end a route without news is not forecast any more."""


def look_at_routes(
    session: Session,
    province_code: str,
    open_roads: Callable[[], TravelTimes],
    *,
    route_id: uuid.UUID | None = None,
    most: int | None = None,
) -> int:
    """Looks at every route of today that is due, the longest unseen first; returns how many.

    A route that somebody else is looking at right now is left to them. open_roads: called when
    there is anything to look at.
    """
    now = clock.now()
    due = (
        select(Route.id)
        .join(Plan, Plan.id == Route.plan_id)
        .outerjoin(RouteOutlook, RouteOutlook.route_id == Route.id)
        .where(
            Plan.status == PlanStatus.PUBLISHED,
            Plan.province_code == province_code,
            Plan.service_date == clock.local_date(now),
            Route.ends_at > now - AFTER_END,
            func.coalesce(RouteOutlook.looked_at <= now - LOOK_EVERY, True),
        )
        .order_by(RouteOutlook.looked_at.asc().nulls_first(), Route.id)
        .limit(most)
    )
    if route_id is not None:
        due = due.where(Route.id == route_id)
    ids = [each for each in session.scalars(due) if _is_mine(session, each)]
    if not ids:
        return 0
    look = _Look(session, province_code, now, open_roads())
    look.at(_load(session, ids))
    session.flush()
    return len(ids)


def list_provinces_under_way(session: Session) -> list[str]:
    """Provinces whose couriers ride today, by code."""
    return list(
        session.scalars(
            select(Plan.province_code)
            .where(
                Plan.status == PlanStatus.PUBLISHED,
                Plan.service_date == clock.local_date(clock.now()),
            )
            .distinct()
            .order_by(Plan.province_code)
        )
    )


class _Look:
    """What all routes of one look share, read in a few queries."""

    def __init__(
        self, session: Session, province_code: str, now: datetime, travel: TravelTimes
    ) -> None:
        self._session = session
        self._province = province_code
        self._now = now
        self._day = clock.local_date(now)
        self._midnight = clock.local_instant(self._day, time(0))
        self._travel = travel
        self._learned = read_learned(session, province_code)

    def at(self, routes: Sequence[Route]) -> None:
        couriers = {route.courier_id for route in routes}
        lasts = {
            row.courier_id: row
            for row in self._session.scalars(
                select(LastPosition).where(LastPosition.courier_id.in_(couriers))
            )
        }
        news = read_shift_news(self._session, couriers, self._day)
        offices = {
            stop.place_id
            for route in routes
            for stop in route.stops
            if stop.place_kind is PlaceKind.OFFICE and stop.place_id
        }
        hours = read_office_hours(self._session, self._province, self._day, offices)
        for route in routes:
            heard = news.get(route.courier_id, ShiftNews())
            self._one(route, lasts.get(route.courier_id), heard, hours)

    def _one(
        self,
        route: Route,
        last: LastPosition | None,
        news: ShiftNews,
        hours: dict[uuid.UUID, Spans],
    ) -> None:
        keeping.settle_arrivals(self._session, route, news.back_at)
        standing = None if news.over else find_standing(route, route.stops, last, self._now)
        if standing is None or standing.point is None:
            keeping.close_outlook(self._session, route, self._now, source=self._travel.source)
            return
        free_at, ahead = _with_breaks(standing, news, self._now)
        start = Start(point=standing.point, free_s=self._seconds(free_at))
        steps = [step for stop in ahead if (step := self._step(stop, hours)) is not None]
        found = forecast(
            start,
            steps,
            lambda points: self._rides(route, points),
            now_s=self._seconds(self._now),
        )
        keeping.keep(
            self._session,
            route,
            standing,
            {stop: self._forecast(found[str(stop.id)]) for stop in ahead if str(stop.id) in found},
            now=self._now,
            paused=news.paused,
            source=self._travel.source,
        )

    def _forecast(self, arrival_s: int) -> keeping.Forecast:
        scheduled_at = self._midnight + timedelta(seconds=arrival_s)
        ahead_s = (scheduled_at - self._now).total_seconds()
        hour = clock.to_local(scheduled_at).hour
        spread = ranges.spread_for(self._learned, ahead_s, hour)
        return keeping.Forecast(
            scheduled_at=scheduled_at,
            spread=spread,
            horizon_min=ranges.horizon_of(ahead_s),
            hour_band=ranges.band_of(hour),
        )

    def _step(self, stop: Stop, hours: dict[uuid.UUID, Spans]) -> Halt | Rest | None:
        key = str(stop.id)
        if stop.kind is StopKind.BREAK:
            length = int((stop.ends_at - stop.starts_at).total_seconds())
            return Rest(key=key, earliest_s=self._seconds(stop.starts_at), seconds=length)
        point = find_point(stop.point)
        if point is None:
            return None
        counter = hours.get(stop.place_id, ()) if stop.place_id else ()
        acts = [_act(visits, counter) for visits in _in_one_go(stop)]
        return Halt(key=key, point=point, acts=tuple(acts))

    def _rides(self, route: Route, points: Sequence[Point]) -> TravelMatrix:
        profile = profile_of(route.shift.vehicle.kind)
        return matrices(self._travel.matrix(points), [profile])[profile]

    def _seconds(self, instant: datetime) -> int:
        return int((instant - self._midnight).total_seconds())


def _with_breaks(
    standing: Standing, news: ShiftNews, now: datetime
) -> tuple[datetime, tuple[Stop, ...]]:
    """When the courier is free and what lies ahead, once reported breaks are counted."""
    free_at, ahead = standing.free_at, standing.ahead
    began, ended = news.break_began_at, news.break_ended_at
    if began is None:
        return free_at, ahead
    rest = next((stop for stop in ahead if stop.kind is StopKind.BREAK), None)
    left = tuple(stop for stop in ahead if stop is not rest)
    if news.on_break:
        length = rest.ends_at - rest.starts_at if rest is not None else timedelta()
        return max(free_at, now, began + length), left
    return (max(free_at, ended) if ended else free_at), left


def _in_one_go(stop: Stop) -> list[list[Visit]]:
    """Open visits of a stop by the action that the plan made of them."""
    groups: dict[tuple[datetime, datetime], list[Visit]] = {}
    for visit in open_visits(stop):
        groups.setdefault((visit.starts_at, visit.ends_at), []).append(visit)
    return [groups[span] for span in sorted(groups)]


def _act(visits: Sequence[Visit], counter: Spans) -> Act:
    first = visits[0]
    seconds = int((first.ends_at - first.starts_at).total_seconds())
    leg = first.leg
    if counter:
        return Act(seconds=seconds, windows=counter)
    at_home = first.stop.place_kind is PlaceKind.HOME
    if at_home and leg.window_start is not None and leg.window_end is not None:
        slot = (seconds_of_day(leg.window_start), seconds_of_day(leg.window_end))
        return Act(seconds=seconds, windows=(slot,))
    return Act(seconds=seconds)


def _is_mine(session: Session, route_id: uuid.UUID) -> bool:
    """One look at a route at a time; the lock goes with the transaction."""
    key = int.from_bytes(route_id.bytes[-8:], signed=True)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))


def _load(session: Session, route_ids: Sequence[uuid.UUID]) -> list[Route]:
    return list(
        session.scalars(
            select(Route)
            .where(Route.id.in_(route_ids))
            .order_by(Route.id)
            .options(
                joinedload(Route.shift).joinedload(Shift.vehicle),
                selectinload(Route.stops).selectinload(Stop.visits).joinedload(Visit.leg),
            )
            .execution_options(populate_existing=True)
        )
    )

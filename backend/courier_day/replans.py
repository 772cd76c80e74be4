"""Replans as the worker makes them: with the breaks and places that phones have reported."""

import uuid
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.arrivals.shift_news import read_shift_news
from backend.courier_day.position_models import LastPosition
from backend.planning.edits.moved_visits import insert_moved
from backend.planning.edits.news import News
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, Route
from backend.settings import Settings
from geodata.point import Point

FRESH = timedelta(minutes=30)
"""An older place says little about where somebody waits now."""

MOST_ACC_M = 300
"""Worse fixes are a cell of the network, not a street."""

E7 = 10_000_000
"""Positions are kept in 1e-7 degree."""


def run_replan(plan_id: str) -> None:
    """The queue's entry point; settings come from the environment of the worker."""
    execute_replan(uuid.UUID(plan_id), Settings.from_environment(), read_news=read_news)


def run_insertion(area_id: str, day: str) -> None:
    """The same for visits that citizens moved to a day that is published."""
    settings = Settings.from_environment()
    insert_moved(uuid.UUID(area_id), date.fromisoformat(day), settings, read_news=read_news)


def read_news(session: Session, plan: Plan) -> News:
    """Of the couriers of a plan's routes, on its day."""
    riding = select(Route.courier_id).where(Route.plan_id == plan.id)
    couriers = set(session.scalars(riding))
    shifts = read_shift_news(session, couriers, plan.service_date)
    since = clock.now() - FRESH
    places = session.scalars(
        select(LastPosition).where(
            LastPosition.courier_id.in_(couriers),
            LastPosition.at >= since,
            LastPosition.coarse.is_(False),
        )
    )
    return News(
        rests={
            courier_id: news.break_began_at
            for courier_id, news in shifts.items()
            if news.break_began_at is not None
        },
        places={
            row.courier_id: (row.at, Point(row.lat / E7, row.lon / E7))
            for row in places
            if row.acc_m is None or row.acc_m <= MOST_ACC_M
        },
    )

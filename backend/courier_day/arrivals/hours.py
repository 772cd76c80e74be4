"""When a counter serves on a day, for forecasts: who comes late waits for the next opening."""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.places.models import Office, OfficeClosure
from backend.planning.windows import seconds_of_day
from geodata.offices import Closure, WeeklyHours

type Spans = tuple[tuple[int, int], ...]
"""Seconds after local midnight, from opening to closing."""

DAY_S = 24 * 3600


def read_office_hours(
    session: Session, province_code: str, day: date, office_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Spans]:
    """The open spans of offices on a local date; an office that is shut has none."""
    if not office_ids:
        return {}
    calendar = load_calendar(session, province_code)
    shut = {
        row.office_id: row.reason
        for row in session.scalars(
            select(OfficeClosure).where(
                OfficeClosure.office_id.in_(office_ids), OfficeClosure.day == day
            )
        )
    }
    offices = session.scalars(select(Office).where(Office.id.in_(office_ids)))
    found: dict[uuid.UUID, Spans] = {}
    for office in offices:
        reason = shut.get(office.id)
        closures = () if reason is None else (Closure.of_days(day, day, reason),)
        hours = WeeklyHours.from_json(office.weekly_hours)
        found[office.id] = tuple(
            (seconds_of_day(span.opens.time()), seconds_of_day(span.closes.time()) or DAY_S)
            for span in hours.open_intervals(day, calendar, closures)
        )
    return found

"""A day that a process keeps ready, moved on by the rows that were written since.

Own and foreign holds, bookings, cancellations: each is a few rows, while reading and building the
whole day of 300 visits takes a second.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.places.models import PlaceKind
from backend.planning.day_rows import DayRows, HomeRow, LegRow
from backend.planning.grown_problem import add_legs, with_added, without_legs
from backend.planning.models import Plan
from backend.planning.problem_builder import BuiltProblem
from backend.planning.read_day import read_legs
from backend.planning.read_places import read_homes, read_offices, read_post_offices
from backend.planning.slots.built_day import Running
from backend.planning.slots.held import as_visit
from backend.planning.slots.models import SlotHold
from backend.planning.slots.written import Versions

MOST_MOVED = 40
"""With more legs than this at once the day is read anew: an import, a plan published."""

MOST_LEFT_BEHIND = 200
"""Places in the matrices that nobody rides to any more, from holds let go; then it begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rows of a day stand for: versions of legs and doors, and active holds."""

    versions: Versions
    holds: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class _Touched:
    """Rows to be read: legs and doors that were written, holds that came."""

    legs: set[uuid.UUID]
    homes: set[uuid.UUID]
    holds: set[uuid.UUID]


def move_rows(
    session: Session, plan: Plan, known: Running, before: Seen, now: Seen
) -> tuple[DayRows, BuiltProblem] | None:
    """The day's rows and its problem after the change; None where it must be read anew."""
    homes = _changed(before.versions.homes, now.versions.homes)
    touched = _changed(before.versions.legs, now.versions.legs)
    touched |= {leg.id for leg in known.rows.legs if _ends(leg) & homes}
    came, went = set(now.holds) - set(before.holds), set(before.holds) - set(now.holds)
    if len(touched) + len(came) + len(went) > MOST_MOVED:
        return None
    rows = known.rows
    read = _read(session, plan, rows, _Touched(touched, homes, came))
    altered = {id_ for id_, home in rows.homes.items() if read.homes[id_] != home}
    if any(read.homes[id_].point != rows.homes[id_].point for id_ in altered):
        return None  # a door has moved, and its rides with it
    if len(known.built.places) - len(read.homes) > MOST_LEFT_BEHIND:
        return None
    gone = touched | {leg.id for leg in rows.legs if leg.booking_id in went}
    came_again = {leg.id: leg for leg in read.legs}
    same = {
        leg.id for leg in rows.legs if came_again.get(leg.id) == leg and not _ends(leg) & altered
    }
    return _moved(known, read, gone - same, same)


def _read(session: Session, plan: Plan, rows: DayRows, written: _Touched) -> DayRows:
    """The day's frame with the new legs only, and all ends."""
    area, day = plan.planning_area, plan.service_date
    calendar = load_calendar(session, area.province_code)
    legs = tuple(read_legs(session, area, day, calendar, only=written.legs))
    ends = [end for leg in legs for end in (leg.origin, leg.destination)]

    def lacking(kind: PlaceKind, have: Mapping[uuid.UUID, object]) -> set[uuid.UUID]:
        return {place for of, place in ends if of is kind and place not in have}

    wanted = lacking(PlaceKind.HOME, rows.homes) | (written.homes & rows.homes.keys())
    doors: dict[uuid.UUID, HomeRow] = {row.id: row for row in read_homes(session, area, wanted)}
    visits = [as_visit(session.get_one(SlotHold, id_), calendar) for id_ in sorted(written.holds)]
    held = [visit for visit in visits if visit is not None]
    counters = lacking(PlaceKind.OFFICE, rows.offices) | {each.office.id for each, _ in held}
    offices = read_offices(session, day, calendar, counters - rows.offices.keys())
    posts = lacking(PlaceKind.POST_OFFICE, rows.post_offices)
    return replace(
        rows,
        legs=(*legs, *(leg for each, window in held for leg in each.legs(window.span))),
        homes={**rows.homes, **doors, **{each.work_id: each.home() for each, _ in held}},
        offices={**rows.offices, **{row.id: row for row in offices}},
        post_offices={
            **rows.post_offices,
            **{row.id: row for row in read_post_offices(session, day, calendar, posts)},
        },
    )


def _moved(
    known: Running, read: DayRows, gone: set[uuid.UUID], same: set[uuid.UUID]
) -> tuple[DayRows, BuiltProblem]:
    """Legs of one booking travel together, so all of a booking are taken out and put in again."""
    stay = [leg for leg in known.rows.legs if leg.id not in gone]
    new = [leg for leg in read.legs if leg.id not in same]
    bookings = {_booking(leg) for leg in (*known.rows.legs, *new) if leg.id in gone}
    bookings |= {_booking(leg) for leg in new}
    out = {leg.id for leg in known.rows.legs if _booking(leg) in bookings}
    again = [leg for leg in stay if leg.id in out] + new
    legs = tuple(sorted([*stay, *new], key=lambda leg: leg.id))
    rows = replace(read, legs=legs, homes=_needed(read, legs))
    built = without_legs(known.built, out) if out else known.built
    if again:
        built = with_added(built, add_legs(built, read, again, known.travel))
    return rows, built


def _ends(leg: LegRow) -> set[uuid.UUID]:
    return {leg.origin[1], leg.destination[1]}


def _booking(leg: LegRow) -> uuid.UUID:
    return leg.booking_id or leg.id


def _needed(rows: DayRows, legs: Iterable[LegRow]) -> dict[uuid.UUID, HomeRow]:
    """The doors of the legs: a door of a hold that is over is forgotten."""
    ends = {place for leg in legs for place in _ends(leg)}
    return {id_: home for id_, home in rows.homes.items() if id_ in ends}


def _changed(before: Mapping[uuid.UUID, str], now: Mapping[uuid.UUID, str]) -> set[uuid.UUID]:
    """Rows that came, went or were written."""
    return {id_ for id_ in before.keys() | now.keys() if before.get(id_) != now.get(id_)}

"""The rows of a working morning: couriers with shifts and published routes, each with papers."""

import uuid
from dataclasses import dataclass
from datetime import time
from itertools import count

from sqlalchemy.orm import Session

from backend import clock, database
from backend.places.models import PostOffice
from backend.planning.models import Plan
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import a_post_office

MORNING = clock.local_instant(WORKING_DAY, time(9, 0))
"""When the bench begins, by the server's clock: in the middle of every shift."""

IN_ONE_TRANSACTION = 10
"""Couriers: a session that holds all of them grows slow."""

_people = count(1)


@dataclass(frozen=True, slots=True)
class Riders:
    """Codes of couriers by what they do in the bench."""

    steady: tuple[str, ...]
    """Ride, report their places and collect at one door."""
    wave: tuple[str, ...]
    """Come out of a tunnel with many collections each."""
    long_day: str
    """Has forty stops."""


def make_rows(*, steady: int, wave: int, papers_in_wave: int) -> Riders:
    """Books and publishes through the service's own operations; the day is WORKING_DAY."""
    with clock.frozen(clock.local_instant(WORKING_DAY, time(6, 0))):
        with database.unit_of_work() as session:
            post_office, plan = a_post_office(session).id, a_published_plan(session).id
        return Riders(
            steady=_riders(post_office, plan, steady, 1),
            wave=_riders(post_office, plan, wave, papers_in_wave),
            long_day=_riders(post_office, plan, 1, 20)[0],
        )


def _riders(post_office: uuid.UUID, plan: uuid.UUID, couriers: int, papers: int) -> tuple[str, ...]:
    codes: list[str] = []
    while len(codes) < couriers:
        with database.unit_of_work() as session:
            more = range(min(IN_ONE_TRANSACTION, couriers - len(codes)))
            codes += [_rider(session, post_office, plan, papers) for _ in more]
    return tuple(codes)


def _rider(session: Session, post_office: uuid.UUID, plan: uuid.UUID, papers: int) -> str:
    courier = a_courier(session, post_office=session.get_one(PostOffice, post_office))
    bookings = [
        a_booking(session, expected_fee_vnd=50_000, phone=_a_phone()) for _ in range(papers)
    ]
    a_route(session, courier, schedule(*bookings), plan=session.get_one(Plan, plan))
    return courier.code


def _a_phone() -> str:
    """Nobody's number, and nobody's twice: no person asks two times."""
    number = next(_people)
    return f"0900 {number // 1000:03d} {number % 1000:03d}"

"""A day moved on change by change is the day that is read anew, whatever was booked and let go."""

import random
import uuid
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.lookups import Lookups
from backend.booking.models import Booking, BookingMode
from backend.database import unit_of_work
from backend.fleet.models import Courier
from backend.places.models import Address, Office
from backend.places.points import to_geometry
from backend.planning.models import Plan
from backend.planning.slots import running_day
from backend.planning.slots.asked import VisitAsked, ask_for_day
from backend.planning.slots.bookings import Applicant, confirm_hold
from backend.planning.slots.built_day import Running
from backend.planning.slots.candidate import best_offer, find_candidate
from backend.planning.slots.errors import SlotGone
from backend.planning.slots.grid import list_windows
from backend.planning.slots.holds import hold_window, release_hold
from backend.planning.slots.models import SlotHold
from backend.planning.slots.running_day import read_anew, read_running
from backend.storage import BlobStore
from geodata.great_circle import GreatCircleTravelTimes
from routing import check
from tests.builders.booking import WORKING_DAY, a_booking, cancel
from tests.builders.places import CENTRE, PROVINCE, near

TRAVEL = GreatCircleTravelTimes()
STEPS = 25


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[clock.FrozenClock]:
    """Sunday 09:00, the day before."""
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(9))) as frozen:
        yield frozen


@pytest.fixture
def read_whole(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time that the day had to be read whole."""
    times: list[object] = []

    def counted(*args: Any, **named: Any) -> Running:
        times.append(args)
        return read_anew(*args, **named)

    monkeypatch.setattr(running_day, "read_anew", counted)
    return times


def a_visit(drawn: random.Random) -> VisitAsked:
    return VisitAsked(
        province_code=PROVINCE,
        procedure_code="1.777",
        mode=drawn.choice([BookingMode.SEND, BookingMode.RETURN]),
        door=near(CENTRE, north_m=drawn.randrange(-900, 900), east_m=drawn.randrange(-900, 900)),
        dossier_count=drawn.choice([1, 1, 2, 7]),
    )


class Town:
    """People who hold, confirm, let go and cancel, drawn by a seed."""

    def __init__(self, seed: int, blobs: BlobStore, frozen: clock.FrozenClock) -> None:
        self.drawn = random.Random(seed)
        self.blobs = blobs
        self.frozen = frozen
        self.holds: list[uuid.UUID] = []
        self.booked: list[uuid.UUID] = []

    def act(self) -> None:
        act = self.drawn.choice(
            [self.hold, self.hold, self.confirm, self.let_go, self.cancel, self.book, self.wait]
        )
        act()

    def hold(self) -> None:
        try:
            with unit_of_work() as session:
                window = self.drawn.choice(list_windows())
                visit = a_visit(self.drawn)
                held = hold_window(
                    session, visit, WORKING_DAY, window, travel=TRAVEL, blobs=self.blobs
                )
                self.holds.append(held.id)
        except SlotGone:
            pass

    def confirm(self) -> None:
        if self.holds:
            with unit_of_work() as session:
                number = len(self.booked) + 1
                somebody = Applicant(
                    full_name=f"Nguyễn Văn Mẫu {number}",
                    phone=f"0900 000 {number:03d}",
                    address=f"{number} Đường Mẫu",
                    fees_at_door=self.drawn.random() < 0.5,
                )
                hold = self.holds.pop(self.drawn.randrange(len(self.holds)))
                self.booked.append(confirm_hold(session, hold, somebody).id)

    def let_go(self) -> None:
        if self.holds:
            with unit_of_work() as session:
                release_hold(session, self.holds.pop(self.drawn.randrange(len(self.holds))))

    def cancel(self) -> None:
        if self.booked:
            with unit_of_work() as session:
                cancel(session, self.booked.pop(self.drawn.randrange(len(self.booked))))

    def book(self) -> None:
        """On the phone, without a window."""
        with unit_of_work() as session:
            office = session.scalars(select(Office)).first()
            east = self.drawn.randrange(-900, 900)
            door = near(CENTRE, east_m=east)
            a_booking(session, point=door, office=office, service_date=WORKING_DAY)

    def wait(self) -> None:
        """Long enough for the oldest holds to be over, sometimes."""
        self.frozen.advance(timedelta(minutes=self.drawn.choice([2, 11])))
        with unit_of_work() as session:
            still = SlotHold.id.in_(self.holds), SlotHold.expires_at > clock.now()
            self.holds = list(session.scalars(select(SlotHold.id).where(*still)))


def windows_of(session: Session, running: Running, visit: VisitAsked) -> list[object]:
    """Who would take a visit in each window, and what it costs."""
    asked = ask_for_day(Lookups(session, PROVINCE), visit, WORKING_DAY, uuid.UUID(int=1))
    candidate = find_candidate(session, running, asked)
    assert candidate is not None
    offers = (best_offer(running, candidate, window.span) for window in list_windows())
    return [
        each and (each.vehicle_id, each.task_ids, each.extra_s, each.extra_m) for each in offers
    ]


def told(running: Running) -> dict[str, object]:
    """All that a day says, in words that do not depend on how it came about."""
    problem = running.built.problem
    return {
        "legs": {leg.id: leg for leg in running.rows.legs},
        "homes": running.rows.homes,
        "offices": running.rows.offices,
        "works": {work.id for work in problem.shipments},
        "tasks": {
            task: (meaning.kind, meaning.place) for task, meaning in running.built.meanings.items()
        },
        "carriages": running.built.carriages,
        "set_aside": set(running.built.set_aside),
        "orders": running.orders,
        "times": {
            (route.vehicle_id, visit.task_id): (visit.arrival_s, visit.start_s, visit.load)
            for route in running.solution.routes
            for visit in route.visits
        },
        "costs": {route.vehicle_id: route.cost for route in running.solution.routes},
        "cost": running.solution.cost,
        "undone": {each.id for each in running.solution.unassigned},
        "homeless": running.homeless,
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_moved_on_is_the_day_read_anew(
    planned: uuid.UUID,
    blobs: BlobStore,
    evening_before: clock.FrozenClock,
    read_whole: list[object],
    seed: int,
) -> None:
    town = Town(seed, blobs, evening_before)
    for _ in range(STEPS):
        town.act()
        visit = a_visit(town.drawn)
        with unit_of_work() as session:
            plan = session.get_one(Plan, planned)
            moved = read_running(session, plan, travel=TRAVEL, blobs=blobs)
            offers = windows_of(session, moved, visit)
            anew = read_anew(session, plan, travel=TRAVEL, blobs=blobs)
            assert offers == windows_of(session, anew, visit)
        assert told(moved) == told(anew)
        assert check(moved.built.problem, moved.solution) == []
    assert len(read_whole) == 1, "only the first time the whole day"


def test_a_courier_who_drops_out_or_a_door_that_moves_is_read_anew(
    planned: uuid.UUID, blobs: BlobStore, read_whole: list[object]
) -> None:
    def look() -> Running:
        with unit_of_work() as session:
            plan = session.get_one(Plan, planned)
            return read_running(session, plan, travel=TRAVEL, blobs=blobs)

    first = look()
    assert look() is first
    with unit_of_work() as session:
        session.execute(update(Courier).values(revision=Courier.revision + 1))
    assert look() is first, "a courier's counter moves all day and changes no day of tomorrow"
    with unit_of_work() as session:
        booking = session.scalars(select(Booking).order_by(Booking.id)).first()
        assert booking is not None
        address = session.get_one(Address, booking.address_id)
        address.point = to_geometry(near(CENTRE, north_m=777))
    second = look()
    assert len(read_whole) == 2
    assert second.rows.homes[address.id] != first.rows.homes[address.id]
    with unit_of_work() as session:
        courier = session.scalars(select(Courier).order_by(Courier.code)).first()
        assert courier is not None
        courier.active = False
    third = look()
    assert len(read_whole) == 3
    assert len(third.rows.shifts) == len(second.rows.shifts) - 1

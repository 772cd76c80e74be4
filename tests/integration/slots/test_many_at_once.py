"""Two hundred people book at the same moment: what fits is sold, once, and the rest is told so."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.booking.models import Booking, BookingMode
from backend.database import unit_of_work
from backend.planning.models import Plan
from backend.planning.slots.asked import VisitAsked
from backend.planning.slots.bookings import Applicant, confirm_hold
from backend.planning.slots.built_day import Running
from backend.planning.slots.errors import SlotGone
from backend.planning.slots.grid import Window, list_windows
from backend.planning.slots.holds import hold_window
from backend.planning.slots.models import HoldStatus, SlotHold
from backend.planning.slots.running_day import read_anew, read_running
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.great_circle import GreatCircleTravelTimes
from routing import check
from tests.builders.booking import WORKING_DAY
from tests.builders.places import CENTRE, PROVINCE, near

TRAVEL = GreatCircleTravelTimes()
PEOPLE = 200
WORKERS = 8
"""Threads of a server: so many are in the operations at once, the others wait at its door."""


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(9))):
        yield


@pytest.fixture
def blobs(settings: Settings) -> BlobStore:
    return BlobStore(settings.blob_dir)


def a_visit(seed: int, dossiers: int) -> VisitAsked:
    drawn = random.Random(seed)
    return VisitAsked(
        province_code=PROVINCE,
        procedure_code="1.777",
        mode=drawn.choice([BookingMode.SEND, BookingMode.RETURN]),
        door=near(CENTRE, north_m=drawn.randrange(-800, 800), east_m=drawn.randrange(-800, 800)),
        dossier_count=dossiers,
    )


def book(
    blobs: BlobStore, number: int, window: Window, dossiers: int, *, door: int | None = None
) -> uuid.UUID:
    """Hold and confirm, each in a transaction of its own."""
    visit = a_visit(number if door is None else door, dossiers)
    with unit_of_work() as session:
        hold = hold_window(session, visit, WORKING_DAY, window, travel=TRAVEL, blobs=blobs).id
    somebody = Applicant(
        full_name=f"Nguyễn Văn Mẫu {number}",
        phone=f"0900 {number:06d}",
        address=f"{number} Đường Mẫu",
    )
    with unit_of_work() as session:
        return confirm_hold(session, hold, somebody).id


def all_at_once(act: Callable[[int], uuid.UUID], people: int) -> tuple[list[uuid.UUID], list[int]]:
    """(what was booked, who was told that the window is gone); anything else fails."""
    won: list[uuid.UUID] = []
    lost: list[int] = []
    broken: list[Exception] = []
    together = threading.Barrier(people)
    workers = threading.BoundedSemaphore(WORKERS)

    def one(number: int) -> None:
        together.wait()
        try:
            with workers:
                won.append(act(number))
        except SlotGone:
            lost.append(number)
        except Exception as error:  # told by the assertion below, with its reason
            broken.append(error)

    crowd = [threading.Thread(target=one, args=(number,)) for number in range(people)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert broken == []
    assert len(won) + len(lost) == people
    return won, lost


def the_day(plan_id: uuid.UUID, blobs: BlobStore) -> tuple[Running, Running]:
    """As this process has moved it on, and as its rows tell it."""
    with unit_of_work() as session:
        plan = session.get_one(Plan, plan_id)
        moved = read_running(session, plan, travel=TRAVEL, blobs=blobs)
        return moved, read_anew(session, plan, travel=TRAVEL, blobs=blobs)


@pytest.mark.timeout(300)
def test_two_hundred_bookings_at_once_sell_what_fits_and_nothing_twice(
    planned: uuid.UUID, blobs: BlobStore
) -> None:
    windows = list_windows()
    won, lost = all_at_once(
        lambda number: book(blobs, number, windows[number % len(windows)], 4), PEOPLE
    )
    assert won
    assert lost, "the day has an end"
    moved, anew = the_day(planned, blobs)
    for day in (moved, anew):
        assert not day.homeless
        assert day.solution.violations == ()
        assert day.solution.unassigned == ()
        assert check(day.built.problem, day.solution) == []
    assert moved.orders == anew.orders
    with unit_of_work() as session:
        booked = select(func.count()).where(Booking.reference.startswith("TN-"))
        assert session.scalar(booked) == len(won) == len(set(won))
        left = select(func.count()).where(SlotHold.status == HoldStatus.HELD)
        assert session.scalar(left) == 0


def test_two_people_on_the_last_place(planned: uuid.UUID, blobs: BlobStore) -> None:
    """The window is sold until one big visit more fits; two ask for it at the same moment."""
    window, taken = Window(time(9), time(11)), 0
    while _fits(blobs, window, visits=2):
        book(blobs, 1000 + taken, window, 10, door=0)
        taken += 1
    won, lost = all_at_once(lambda number: book(blobs, 2000 + number, window, 10, door=0), 2)
    assert (len(won), len(lost)) == (1, 1)


def _fits(blobs: BlobStore, window: Window, *, visits: int) -> bool:
    """Whether so many more fit; tried and taken back."""
    asked = a_visit(0, 10)
    try:
        with unit_of_work() as session:
            for _ in range(visits):
                hold_window(session, asked, WORKING_DAY, window, travel=TRAVEL, blobs=blobs)
            raise _TakenBack
    except _TakenBack:
        return True
    except SlotGone:
        return False


class _TakenBack(Exception):
    """Rolls the trial back."""

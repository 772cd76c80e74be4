"""Windows are offered as the running plan can hold them, held, confirmed, and never sold twice."""

import threading
import uuid
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from backend import clock
from backend.booking.errors import ProcedureNotByPost, PublicHoliday
from backend.booking.models import Booking, BookingMode, BookingStatus
from backend.database import unit_of_work
from backend.planning.models import Plan
from backend.planning.slots.asked import VisitAsked
from backend.planning.slots.bookings import Applicant, confirm_hold
from backend.planning.slots.errors import HoldNotFound, HoldOver, HoldTaken, NoSuchWindow, SlotGone
from backend.planning.slots.grid import Window, list_windows
from backend.planning.slots.holds import hold_window, release_hold
from backend.planning.slots.models import HoldStatus, RunningDay, SlotBasis, SlotHold
from backend.planning.slots.offers import NO_ROOM, DayOffers, find_windows
from backend.planning.slots.running_day import read_running
from backend.storage import BlobStore
from routing import check
from tests.builders.booking import WORKING_DAY, cancel
from tests.builders.catalogue import a_holiday, a_procedure
from tests.builders.places import CENTRE, PROVINCE, near
from tests.builders.planning import a_day
from tests.integration.slots.conftest import TRAVEL

EVENING_BEFORE = clock.local_instant(WORKING_DAY - timedelta(days=1), time(9, 0))
MORNING = Window(time(9), time(11))
AFTERNOON = Window(time(13, 30), time(15, 30))


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[clock.FrozenClock]:
    """Sunday 09:00, the day before."""
    with clock.frozen(EVENING_BEFORE) as frozen:
        yield frozen


def a_visit(**fields: Any) -> VisitAsked:
    values: dict[str, Any] = {
        "province_code": PROVINCE,
        "procedure_code": "1.777",
        "mode": BookingMode.SEND,
        "door": near(CENTRE, north_m=300),
    }
    return VisitAsked(**values | fields)


def somebody(number: int = 1) -> Applicant:
    return Applicant(
        full_name=f"Nguyễn Văn Mẫu {number}",
        phone=f"0900 000 {number:03d}",
        address=f"{number} Đường Mẫu, Phường Mẫu",
    )


def windows_of(blobs: BlobStore, day: date = WORKING_DAY, **fields: Any) -> DayOffers:
    with unit_of_work() as session:
        (found,) = find_windows(session, a_visit(**fields), [day], travel=TRAVEL, blobs=blobs)
        return found


def held(blobs: BlobStore, window: Window = MORNING, **fields: Any) -> uuid.UUID:
    with unit_of_work() as session:
        visit = a_visit(**fields)
        return hold_window(session, visit, WORKING_DAY, window, travel=TRAVEL, blobs=blobs).id


def test_windows_of_a_plan_tell_what_they_cost_and_which_is_greenest(
    planned: uuid.UUID, blobs: BlobStore
) -> None:
    offers = windows_of(blobs)
    assert offers.basis is SlotBasis.PLAN
    assert [each.window for each in offers.windows] == sorted(w.window for w in offers.windows)
    assert sum(each.greenest for each in offers.windows) == 1
    greenest = next(each for each in offers.windows if each.greenest)
    assert greenest.extra_m == min(each.extra_m or 0 for each in offers.windows)


def test_a_held_window_becomes_a_booking_in_the_same_place(
    planned: uuid.UUID, blobs: BlobStore
) -> None:
    hold_id = held(blobs)
    with unit_of_work() as session:
        before = session.scalars(select(RunningDay)).one().orders
        booking = confirm_hold(session, hold_id, somebody())
        assert (booking.slot_start, booking.slot_end) == (MORNING.start, MORNING.end)
        assert booking.status is BookingStatus.REQUESTED
        hold = session.get_one(SlotHold, hold_id)
        assert (hold.status, hold.point) == (HoldStatus.CONFIRMED, None)
        after = session.scalars(select(RunningDay)).one().orders
    assert {shift: len(order) for shift, order in before.items()} == {
        shift: len(order) for shift, order in after.items()
    }
    assert not any(str(hold_id) in task for order in after.values() for task in order)
    again = windows_of(blobs)  # the booking's own legs stand where the hold stood
    assert again.windows


def test_a_hold_ends_by_itself_and_its_door_is_forgotten(
    planned: uuid.UUID, blobs: BlobStore, evening_before: clock.FrozenClock
) -> None:
    hold_id = held(blobs)
    evening_before.advance(timedelta(minutes=10))
    with unit_of_work() as session, pytest.raises(HoldOver):
        confirm_hold(session, hold_id, somebody())
    held(blobs)
    with unit_of_work() as session:
        over = session.get_one(SlotHold, hold_id)
        assert (over.status, over.point) == (HoldStatus.EXPIRED, None)
        assert session.scalar(select(func.count()).select_from(Booking)) == 6


def test_a_hold_is_let_go_once_and_a_booking_is_not(planned: uuid.UUID, blobs: BlobStore) -> None:
    first, second = held(blobs), held(blobs)
    with unit_of_work() as session:
        assert release_hold(session, first).status is HoldStatus.RELEASED
        assert release_hold(session, first).status is HoldStatus.RELEASED
        reference = confirm_hold(session, second, somebody()).reference
    for act in (
        lambda s: confirm_hold(s, second, somebody(2)),
        lambda s: release_hold(s, second),
    ):
        with unit_of_work() as session, pytest.raises(HoldTaken, match=reference):
            act(session)
    with unit_of_work() as session, pytest.raises(HoldOver):
        confirm_hold(session, first, somebody(3))
    with unit_of_work() as session, pytest.raises(HoldNotFound):
        release_hold(session, uuid.uuid4())


def test_what_is_refused_leaves_the_hold_as_it_was(planned: uuid.UUID, blobs: BlobStore) -> None:
    hold_id = held(blobs)
    nameless = Applicant(full_name=" ", phone="0900 000 001", address="1 Đường Mẫu")
    with pytest.raises(Exception, match="booking_incomplete"), unit_of_work() as session:
        confirm_hold(session, hold_id, nameless)
    with unit_of_work() as session:
        assert session.get_one(SlotHold, hold_id).status is HoldStatus.HELD
        assert confirm_hold(session, hold_id, somebody()).reference.startswith("TN-")


def test_the_last_place_goes_to_one_of_many_who_ask_at_once(
    planned: uuid.UUID, blobs: BlobStore
) -> None:
    """Ten dossiers a visit take 35 minutes at the door: a window of two couriers holds few."""
    won, lost, broken = [], [], []

    def try_to_book(number: int) -> None:
        try:
            hold_id = held(blobs, MORNING, dossier_count=10)
            with unit_of_work() as session:
                confirm_hold(session, hold_id, somebody(number))
            won.append(hold_id)
        except SlotGone:
            lost.append(number)
        except Exception as error:  # told by the assertion below, with its reason
            broken.append(error)

    crowd = [threading.Thread(target=try_to_book, args=(n,)) for n in range(12)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert broken == []
    assert won
    assert lost
    assert len(won) + len(lost) == 12
    with unit_of_work() as session:
        booked = session.scalars(select(Booking).where(Booking.reference.startswith("TN-"))).all()
        assert len(booked) == len(won)
        plan = session.get_one(Plan, planned)
        running = read_running(session, plan, travel=TRAVEL, blobs=blobs)
    assert not running.homeless
    assert running.solution.violations == ()
    assert running.solution.unassigned == ()
    assert check(running.built.problem, running.solution) == []


def test_a_cancelled_booking_frees_its_place(planned: uuid.UUID, blobs: BlobStore) -> None:
    booked = []
    while True:
        try:
            hold_id = held(blobs, MORNING, dossier_count=10)
        except SlotGone:
            break
        with unit_of_work() as session:
            booked.append(confirm_hold(session, hold_id, somebody(len(booked))).id)
    with unit_of_work() as session:
        cancel(session, booked[0])
    assert held(blobs, MORNING, dossier_count=10)


def test_without_a_plan_places_are_counted_and_said_to_be(
    committed_database: Engine, blobs: BlobStore
) -> None:
    with unit_of_work() as session:
        a_day(session, collections=0, returns=0, couriers=1)
        a_procedure(session, code="1.777")
    assert windows_of(blobs).basis is SlotBasis.CAPACITY
    sold = 0
    with pytest.raises(SlotGone):
        while True:
            held(blobs, AFTERNOON)
            sold += 1
    assert sold == 120 // 24
    later = windows_of(blobs)
    assert AFTERNOON not in [each.window for each in later.windows]
    assert MORNING in [each.window for each in later.windows]


def test_nobody_on_shift_means_no_window(committed_database: Engine, blobs: BlobStore) -> None:
    with unit_of_work() as session:
        a_day(session, collections=0, returns=0, couriers=0)
        a_procedure(session, code="1.777")
    offers = windows_of(blobs)
    assert (list(offers.windows), offers.reason) == ([], NO_ROOM)


def test_windows_that_begin_too_soon_or_do_not_exist_are_refused(
    planned: uuid.UUID, blobs: BlobStore, evening_before: clock.FrozenClock
) -> None:
    with pytest.raises(NoSuchWindow):
        held(blobs, Window(time(9, 5), time(11, 5)))
    evening_before.advance(timedelta(hours=13))
    with pytest.raises(NoSuchWindow):
        held(blobs, MORNING)
    assert MORNING not in [each.window for each in windows_of(blobs).windows]


def test_a_day_that_is_refused_says_why_among_days_that_are_not(
    planned: uuid.UUID, blobs: BlobStore
) -> None:
    holiday = WORKING_DAY + timedelta(days=1)
    with unit_of_work() as session:
        a_holiday(session, holiday)
        found = find_windows(session, a_visit(), [WORKING_DAY, holiday], travel=TRAVEL, blobs=blobs)
    assert found[0].windows
    assert found[1].reason is not None
    assert "ngày nghỉ" in found[1].reason.vi
    with unit_of_work() as session, pytest.raises(PublicHoliday):
        find_windows(session, a_visit(), [holiday], travel=TRAVEL, blobs=blobs)


def test_what_does_not_go_by_post_is_refused_at_once(planned: uuid.UUID, blobs: BlobStore) -> None:
    with unit_of_work() as session:
        a_procedure(session, code="1.778", eligible_by_post=False)
    with pytest.raises(ProcedureNotByPost):
        windows_of(blobs, procedure_code="1.778")


def test_a_result_is_brought_within_its_window(planned: uuid.UUID, blobs: BlobStore) -> None:
    hold_id = held(blobs, AFTERNOON, mode=BookingMode.RETURN)
    with unit_of_work() as session:
        booking = confirm_hold(session, hold_id, somebody())
        assert booking.mode is BookingMode.RETURN
    assert windows_of(blobs, mode=BookingMode.RETURN).windows


def test_every_window_of_the_grid_lasts_two_hours_and_lies_in_the_day() -> None:
    windows = list_windows()
    assert windows[0].start == time(7, 30)
    assert all(each.span[1] - each.span[0] == 7200 for each in windows)
    assert windows[-1].end <= time(18, 0)

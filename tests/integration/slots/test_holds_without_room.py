"""Windows that somebody holds for ten minutes have room that others may take from them: trying,
saving, publishing and replanning say so, and what became of the hold since is known by it."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.database import unit_of_work
from backend.fleet.models import Courier
from backend.planning.edits.asked import Edit, EditKind, LockKind
from backend.planning.edits.errors import EditRefused, RoomSold
from backend.planning.edits.publishing_rooms import keep_room_in
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.edits.saving import save_edits
from backend.planning.edits.takers import Whose, find_takers
from backend.planning.edits.trying import try_edits
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.edits.violations import Broken
from backend.planning.models import Plan, PlanStatus, Route
from backend.planning.new_work import NO_ROOM_LEFT, WITHOUT_ROOM, find_new_work, read_new_work
from backend.planning.publishing import publish_plan
from backend.planning.room_orders import read_room_orders
from backend.planning.slots.bookings import confirm_hold
from backend.planning.slots.errors import SlotGone
from backend.planning.slots.holds import release_hold
from backend.planning.slots.running_day import read_running
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import a_booking
from tests.integration.slots.conftest import TRAVEL
from tests.integration.slots.test_slots import EVENING_BEFORE, MORNING, held, somebody


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[clock.FrozenClock]:
    with clock.frozen(EVENING_BEFORE) as frozen:
        yield frozen


@pytest.fixture
def published(planned: uuid.UUID, blobs: BlobStore) -> uuid.UUID:
    publish(planned, blobs)
    return planned


@pytest.fixture
def holds(published: uuid.UUID, blobs: BlobStore) -> list[uuid.UUID]:
    """A morning that is sold out, all of it only held."""
    return sell_out(blobs)


def sell_out(blobs: BlobStore) -> list[uuid.UUID]:
    """Holds the morning while it has room."""
    found = []
    while True:
        try:
            found.append(held(blobs, MORNING, dossier_count=10))
        except SlotGone:
            return found


def publish(plan_id: uuid.UUID, blobs: BlobStore, *confirmed: str) -> None:
    """As the dispatcher's console does."""
    with unit_of_work() as session:
        plan = lock_day_plans(session, plan_id)
        assert plan is not None
        keep_room_in(session, plan, confirmed, travel=TRAVEL, blobs=blobs)
        publish_plan(session, plan_id, expected_version=plan.version, blobs=blobs, force=True)


def long_work() -> uuid.UUID:
    """Booked by telephone for the same morning, as long as what is held."""
    with unit_of_work() as session:
        window = {"slot_start": MORNING.start, "slot_end": MORNING.end}
        booking = a_booking(session, dossier_count=10, **window)
        return min(leg.id for dossier in booking.dossiers for leg in dossier.legs)


def add(leg: uuid.UUID) -> Edit:
    return Edit(kind=EditKind.ADD, leg=leg)


def lock_of(plan_id: uuid.UUID) -> Edit:
    """The first route stays as it is."""
    with unit_of_work() as session:
        of_plan = select(Courier.code).join(Route, Route.courier_id == Courier.id)
        code = session.scalars(
            of_plan.where(Route.plan_id == plan_id).order_by(Route.number)
        ).first()
    return Edit(kind=EditKind.LOCK, lock=LockKind.ROUTE, courier=code)


def rooms_said(plan_id: uuid.UUID, edit: Edit, blobs: BlobStore) -> list[Broken]:
    with unit_of_work() as session:
        tried = try_edits(session, plan_id, [edit], travel=TRAVEL, folder=blobs.folder)
        return [each for each in tried.total.violations if each.code == "ROOM_SOLD"]


def save(plan_id: uuid.UUID, edit: Edit, blobs: BlobStore, *confirmed: str) -> uuid.UUID:
    with unit_of_work() as session:
        assert lock_day_plans(session, plan_id) is not None
        return save_edits(
            session, plan_id, [edit], confirmed=confirmed, note="", travel=TRAVEL, blobs=blobs
        ).plan.id


def confirmed_by_its_citizen(hold_id: uuid.UUID) -> set[str]:
    """The legs that it becomes."""
    with unit_of_work() as session:
        booking = confirm_hold(session, hold_id, somebody())
        return {str(leg.id) for dossier in booking.dossiers for leg in dossier.legs}


def without_room(plan_id: uuid.UUID) -> set[str]:
    """Legs of the new work of a version that are said to have no room."""
    with unit_of_work() as session:
        found = read_new_work(session, find_new_work(session, session.get_one(Plan, plan_id)))
        return {str(e.leg.leg_id) for e in found if e.reasons[0]["code"] == NO_ROOM_LEFT}


def test_a_hold_that_an_edit_would_leave_without_room_is_named_as_one(
    published: uuid.UUID, holds: list[uuid.UUID], blobs: BlobStore
) -> None:
    leg = long_work()
    (said,) = rooms_said(published, add(leg), blobs)
    assert said.key.removeprefix("ROOM_SOLD:") in {str(hold) for hold in holds}
    assert "đặt giữ chỗ" in said.detail_vi
    assert "that somebody holds" in said.detail_en
    assert (said.confirmable, said.leg_ids) == (True, ()), "a hold has no papers yet"
    with unit_of_work() as session:
        whose = Whose(leg=leg)
        found = find_takers(session, published, whose, blobs.folder, travel=TRAVEL).takers
    assert {each.key for taker in found for each in taker.rooms_lost} == {said.key}
    with pytest.raises(EditRefused, match=r"09:00.11:00"):
        save(published, add(leg), blobs)


@pytest.mark.parametrize("how", ["let go", "over"])
def test_what_is_not_held_any_more_has_no_room_to_lose(
    published: uuid.UUID,
    holds: list[uuid.UUID],
    blobs: BlobStore,
    evening_before: clock.FrozenClock,
    how: str,
) -> None:
    leg = long_work()
    assert rooms_said(published, add(leg), blobs)
    if how == "over":
        evening_before.advance(timedelta(minutes=11))
    else:
        with unit_of_work() as session:
            release_hold(session, holds[0])
    assert rooms_said(published, add(leg), blobs) == [], "there is room for it now"
    save(published, add(leg), blobs)


def test_a_hold_that_lost_its_room_knowingly_is_said_once_and_is_known_as_a_booking(
    published: uuid.UUID, holds: list[uuid.UUID], blobs: BlobStore
) -> None:
    leg = long_work()
    (said,) = rooms_said(published, add(leg), blobs)
    draft = save(published, add(leg), blobs, said.key)
    legs = confirmed_by_its_citizen(uuid.UUID(said.key.removeprefix("ROOM_SOLD:")))
    assert without_room(draft) == legs
    publish(draft, blobs)
    assert without_room(draft) == legs
    with unit_of_work() as session:
        plan = session.get_one(Plan, draft)
        assert plan.status is PlanStatus.PUBLISHED
        assert read_running(session, plan, travel=TRAVEL, blobs=blobs).homeless


def test_holds_made_after_a_draft_are_named_before_the_draft_is_published(
    published: uuid.UUID, blobs: BlobStore
) -> None:
    """Its routes are locked as they are; the published plan, by which windows are sold, is not."""
    draft = save(published, lock_of(published), blobs)
    sell_out(blobs)
    with pytest.raises(RoomSold) as refused:
        publish(draft, blobs)
    assert "đặt giữ chỗ" in refused.value.detail.vi
    keys = [field.removeprefix("confirmed.") for field in refused.value.fields]
    publish(draft, blobs, *keys)
    legs = confirmed_by_its_citizen(uuid.UUID(keys[0].removeprefix("ROOM_SOLD:")))
    assert legs <= without_room(draft)


def test_a_hold_goes_on_from_the_room_that_a_replan_kept_also_as_a_booking(
    published: uuid.UUID, holds: list[uuid.UUID], blobs: BlobStore, settings: Settings
) -> None:
    with unit_of_work() as session:
        asked = ReplanAsked(time_limit_s=1)
        draft = request_replan(session, published, asked, enqueue=False).id
    execute_replan(draft, settings, travel=TRAVEL)
    with unit_of_work() as session:
        plan = session.get_one(Plan, draft)
        assert plan.request.get(WITHOUT_ROOM, []) == []
        kept = read_room_orders(plan, blobs.folder)
    assert kept is not None
    legs = confirmed_by_its_citizen(holds[0])
    publish(draft, blobs)
    with unit_of_work() as session:
        plan = session.get_one(Plan, draft)
        running = read_running(session, plan, travel=TRAVEL, blobs=blobs)
    assert not running.homeless
    as_booked = {
        shift: [task.replace(str(holds[0]), min(legs)) for task in order]
        for shift, order in kept.items()
    }
    assert {shift: order for shift, order in running.orders.items() if order} == as_booked

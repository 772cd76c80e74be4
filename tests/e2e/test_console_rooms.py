"""Windows that were sold and that no route has, on the board: who goes back or takes a repair reads
whose room that takes, and ticks that it is known."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend import clock
from backend.database import unit_of_work
from backend.planning.edits.asked import Edit, EditKind
from backend.planning.edits.saving import save_edits
from backend.planning.models import Plan, PlanOrigin, PlanStatus, Route, Stop, Visit
from backend.planning.operations import list_plans
from backend.planning.publishing import publish_plan
from backend.planning.roads import open_live_roads
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import PROVINCE, a_planning_area, a_post_office, an_office
from tests.builders.planning import make_plan
from tests.e2e.board import open_board

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        yield


def newest() -> Plan:
    with unit_of_work() as session:
        found = list_plans(session, province_code=PROVINCE, service_date=WORKING_DAY, limit=20)
        return max(found, key=lambda plan: plan.number)


def publish(plan_id: UUID, settings: Settings) -> None:
    with unit_of_work() as session:
        version = session.get_one(Plan, plan_id).version
        blobs = BlobStore(settings.blob_dir)
        publish_plan(session, plan_id, expected_version=version, blobs=blobs, force=True)


@pytest.fixture
def sold(live_server: str, settings: Settings) -> str:
    """The only visit was taken out of a published day, and two windows were sold in its room. Tells
    the reference of the one that loses if the visit comes back."""
    with unit_of_work() as session:
        courier = a_courier(session, post_office=a_post_office(session), code="BT-MOT")
        a_shift(session, service_date=WORKING_DAY, courier=courier, max_stops=4)
        a_booking(session, office=an_office(session), slot_start=time(10, 30), slot_end=time(11))
        area_id = a_planning_area(session).id
    first = make_plan(area_id, settings)
    publish(first, settings)
    with unit_of_work() as session:
        in_plan = select(Visit.id).join(Stop).join(Route).where(Route.plan_id == first)
        drop = Edit(kind=EditKind.DROP, visits=tuple(session.scalars(in_plan)))
        travel, blobs = open_live_roads(settings.roads_dir, PROVINCE), BlobStore(settings.blob_dir)
        saved = save_edits(
            session, first, [drop], confirmed=(), note="", travel=travel, blobs=blobs
        )
        second = saved.plan.id
    publish(second, settings)
    with unit_of_work() as session:
        a_booking(session, slot_start=time(9), slot_end=time(11))
        return a_booking(session, slot_start=time(9), slot_end=time(11)).reference


def test_going_back_names_the_window_that_loses_its_room_and_goes_on_knowingly(
    page: Page, live_server: str, artifacts: Path, sold: str, refused: list[str]
) -> None:
    open_board(page, live_server)
    page.get_by_role("tab", name="Sửa").click()
    page.locator("[data-tool=undo]").click()
    asked = page.get_by_role("dialog")
    known = asked.get_by_label("Vẫn hoàn tác, chấp nhận các khung giờ đó mất chỗ")
    expect(known).to_be_hidden()
    asked.locator("[data-tool=undo-now]").click()
    expect(asked.get_by_role("alert")).to_contain_text(sold)
    assert newest().origin is PlanOrigin.EDIT, "nothing was undone"
    known.focus()
    page.keyboard.press("Space")
    page.screenshot(path=artifacts / "undo-rooms.png")
    asked.locator("[data-tool=undo-now]").click()
    expect(asked).to_contain_text("Đã khôi phục thành bản số")
    expect(known).to_be_hidden()
    assert (newest().origin, newest().status) == (PlanOrigin.UNDO, PlanStatus.PUBLISHED)
    assert all("status of 4" in each for each in refused)


def test_a_repair_shows_whose_room_it_takes_and_is_applied_knowingly(
    page: Page, live_server: str, artifacts: Path, sold: str, refused: list[str]
) -> None:
    open_board(page, live_server)
    page.get_by_role("tab", name="Chưa xếp").click()
    page.locator("[data-tool=repair]").last.click()
    asked = page.get_by_role("dialog")
    way = asked.locator(".ranked > li").filter(has_text="Có chỗ trong tuyến")
    expect(way).to_contain_text(f"Lấy mất chỗ của khung giờ đã bán: 09:00–11:00 ({sold})")
    known = asked.get_by_label("Vẫn áp dụng, chấp nhận các khung giờ đó mất chỗ")
    expect(known).to_be_hidden()
    way.get_by_role("button", name="Áp dụng").click()
    expect(asked.get_by_role("alert")).to_contain_text(sold)
    known.check()
    page.screenshot(path=artifacts / "repair-rooms.png")
    way.get_by_role("button", name="Áp dụng").click()
    expect(asked).to_have_count(0)
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    assert newest().origin is PlanOrigin.REPAIR
    assert all("status of 4" in each for each in refused)

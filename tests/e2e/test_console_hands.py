"""The rest of the dispatcher's hands in a real browser: drag, repair, drop-out, closing a place."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from backend import clock
from backend.database import unit_of_work
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, PlanStatus
from backend.planning.operations import list_plans
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.places import PROVINCE
from tests.e2e.board import a_published_day, look_again, open_board, routes_of

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        yield


def plans() -> list[Plan]:
    """Oldest first."""
    with unit_of_work() as session:
        found = list_plans(session, province_code=PROVINCE, service_date=WORKING_DAY, limit=20)
        return sorted(found, key=lambda plan: plan.number)


def the_worker_makes_it(page: Page, settings: Settings) -> UUID:
    """The newest plan is asked for; the board shows that it waits, then what came of it."""
    expect(page.locator("#plan-state")).to_have_text("Đang chờ")
    newest = plans()[-1]
    assert newest.status is PlanStatus.QUEUED
    execute_replan(newest.id, settings)
    look_again(page)
    return newest.id


def offices_of(page: Page, server: str, plan_id: UUID) -> set[str]:
    """Names of the one-stop offices that a plan rides to."""
    return {
        stop["name"]
        for route in routes_of(page, server, plan_id)
        for stop in route["stops"]
        if stop["place_kind"] == "OFFICE"
    }


def test_a_stop_is_dragged_onto_another_courier(
    page: Page, live_server: str, settings: Settings, refused: list[str]
) -> None:
    first = a_published_day(settings, collections=24)
    routes = routes_of(page, live_server, first)
    assert len(routes) == 2, "one gives, one takes"
    open_board(page, live_server)
    _, to = routes
    giver, taker = (page.locator(f'[data-route="{route["id"]}"]') for route in routes)
    giver.locator(".head").click()
    stop = giver.locator("[data-stop][draggable=true]").first
    carried = {"dataTransfer": page.evaluate_handle("() => new DataTransfer()")}
    stop.dispatch_event("dragstart", carried)  # a mouse that scrolls the list drops beside it
    taker.locator(".head").dispatch_event("dragover", carried)
    taker.locator(".head").dispatch_event("drop", carried)
    bar = page.locator("#trial-bar")
    expect(bar).to_contain_text("1 thay đổi chưa lưu")
    expect(bar).to_contain_text("giờ làm")
    bar.get_by_role("button", name="Xem và lưu").click()
    expect(page.locator(".entries strong")).to_contain_text(to["courier_code"])
    assert len(plans()) == 1, "nothing is kept before it is confirmed"
    assert refused == []


def test_a_repair_is_taken_at_the_price_that_was_shown(
    page: Page, live_server: str, settings: Settings, artifacts: Path, refused: list[str]
) -> None:
    a_published_day(settings)
    open_board(page, live_server)
    page.get_by_role("tab", name="Chưa xếp").click()
    page.locator("[data-tool=repair]").first.click()
    asked = page.get_by_role("dialog")
    way = asked.locator(".ranked > li").filter(has_text="Nới giờ hẹn muộn hơn")
    expect(way).to_contain_text("quy đổi")
    page.screenshot(path=artifacts / "repairs.png")
    way.get_by_role("button", name="Áp dụng").click()
    expect(asked).to_have_count(0)
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    expect(page.locator("#count-unassigned")).to_have_text("0")
    assert [plan.status for plan in plans()] == [PlanStatus.PUBLISHED, PlanStatus.DRAFT]
    assert refused == []


def test_a_courier_drops_out_and_the_rest_is_planned_again(
    page: Page, live_server: str, settings: Settings, artifacts: Path
) -> None:
    first = a_published_day(settings)
    out = routes_of(page, live_server, first)[0]
    open_board(page, live_server)
    page.get_by_role("tab", name="Sửa").click()
    page.locator("[data-tool=replan]").click()
    asked = page.get_by_role("dialog")
    asked.locator(f"#drop-{out['courier_code']}").check()
    asked.locator("[data-tool=replan-now]").click()
    new = the_worker_makes_it(page, settings)
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    page.get_by_role("tab", name="Sửa").click()
    expect(page.locator(".versions")).to_contain_text("lập lại giữa ngày")
    page.screenshot(path=artifacts / "dropped-out.png")
    left = {route["courier_code"] for route in routes_of(page, live_server, new)}
    assert out["courier_code"] not in left


def test_an_office_is_closed_and_opened_again_on_the_board(
    page: Page, live_server: str, settings: Settings, artifacts: Path, refused: list[str]
) -> None:
    first = a_published_day(settings)
    before = offices_of(page, live_server, first)
    open_board(page, live_server)
    page.get_by_role("tab", name="Sửa").click()
    page.locator("[data-tool=closing]").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Hôm đó chưa nơi nào đóng cửa.")
    offered = asked.get_by_role("checkbox").first
    offered.check()
    said = asked.locator(f"label[for={offered.get_attribute('id')}]").inner_text()
    office = said.split(" · ")[0].strip()
    asked.get_by_label("Lý do").fill("Mất điện toàn tòa nhà")
    page.screenshot(path=artifacts / "closing.png")
    asked.locator("[data-tool=close-now]").click()
    closed = the_worker_makes_it(page, settings)
    expect(page.locator("#plan-state")).to_have_text("Đã phát hành")
    assert office in before
    assert offices_of(page, live_server, closed) == before - {office}
    page.get_by_role("tab", name="Sửa").click()
    page.locator("[data-tool=closing]").click()
    expect(page.get_by_role("dialog").locator(".closings")).to_contain_text("Mất điện toàn tòa nhà")
    page.locator("[data-tool=reopen]").click()
    again = the_worker_makes_it(page, settings)
    expect(page.locator("#plan-state")).to_have_text("Đã phát hành")
    assert offices_of(page, live_server, again) <= before
    assert [plan.status for plan in plans()][-1] is PlanStatus.PUBLISHED
    assert refused == []

"""The dispatcher's hands in a real browser: tried before saved, two people at one plan."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from backend import clock
from backend.accounts.roles import Role
from backend.database import unit_of_work
from backend.planning.models import PlanStatus
from backend.planning.operations import list_plans
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.places import CENTRE, PROVINCE, near
from tests.e2e.board import a_published_day, look_again, open_board, routes_of
from tests.fixtures.browser import WAIT_MS, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        yield


@pytest.fixture
def colleague(browser: Browser) -> Iterator[Page]:
    """Another dispatcher at another machine."""
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def homes(routes: list[dict[str, Any]]) -> list[str]:
    """Item codes in the order in which their doors are visited."""
    return [
        visit["item_code"]
        for route in routes
        for stop in route["stops"]
        for visit in stop["visits"]
        if visit["kind"] == "COLLECTION"
    ]


def choose_stop(page: Page, label: int) -> Locator:
    """Opens the route with stops and chooses the one with this number; gives its tools."""
    head = page.locator("[data-route] .head").first
    if head.get_attribute("aria-expanded") != "true":
        head.click()
    page.locator(".stops li:not(.quiet)").nth(label - 1).locator(".line button").click()
    return page.locator("[data-stop][aria-current=true] .tools")


def versions() -> list[tuple[int, PlanStatus]]:
    with unit_of_work() as session:
        plans = list_plans(session, province_code=PROVINCE, service_date=WORKING_DAY, limit=20)
        return sorted((plan.number, plan.status) for plan in plans)


def shown_plan(page: Page) -> UUID:
    return UUID(page.locator("#plan").input_value())


def _of_a_large_day(route: Route) -> None:
    """The comparison as it is, but for hours that a day of two couriers has not."""
    answer = route.fetch()
    hours = {"name": "ride_h", "before": 22.62, "after": 22.81}
    route.fulfill(response=answer, json=answer.json() | {"figures": [hours]})


def test_a_change_is_priced_before_it_is_saved_and_compared_before_it_is_published(
    page: Page, live_server: str, settings: Settings, refused: list[str], artifacts: Path
) -> None:
    first = a_published_day(settings)
    before = homes(routes_of(page, live_server, first))
    open_board(page, live_server)
    tools = choose_stop(page, 2)
    tools.locator("[data-tool=up]").focus()
    page.keyboard.press("Enter")
    bar = page.locator("#trial-bar")
    expect(bar).to_contain_text("1 thay đổi chưa lưu")
    expect(bar).to_contain_text("giờ làm")
    expect(page.locator("[data-route] .live").first).to_have_text("Đang thử, chưa lưu")
    expect(page.locator(":focus")).to_have_attribute("data-tool", "down")  # first now: up rests
    assert versions() == [(1, PlanStatus.PUBLISHED)], "nothing is saved by trying"
    bar.get_by_role("button", name="Xem và lưu").click()
    expect(page.locator(".trial")).to_contain_text("lưu được")
    expect(page.locator(".sums").first).to_contain_text("Giá")
    page.screenshot(path=artifacts / "tried.png")
    page.locator("#edit-note").fill("theo đề nghị của người dân")
    page.get_by_role("button", name="Lưu thành bản mới").click()
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    assert versions() == [(1, PlanStatus.PUBLISHED), (2, PlanStatus.DRAFT)]
    expect(bar).to_be_hidden()

    page.get_by_role("tab", name="Sửa").click()
    page.route("**/diff?*", _of_a_large_day)
    page.locator("[data-tool=publish]").click()
    asked = page.get_by_role("dialog")
    expect(asked.locator(".diff li").first).to_be_visible()
    expect(asked.locator(".sums")).to_have_text("Giờ đi đường22 giờ 37 → 22 giờ 49")
    page.screenshot(path=artifacts / "publish.png")
    asked.locator("[data-tool=publish-now]").click()
    expect(page.locator("#plan-state")).to_have_text("Đã phát hành")
    assert versions() == [(1, PlanStatus.SUPERSEDED), (2, PlanStatus.PUBLISHED)]
    after = homes(routes_of(page, live_server, shown_plan(page)))
    assert after == [before[1], before[0], *before[2:]]
    assert refused == []


def test_the_second_of_two_dispatchers_sees_what_the_first_did_and_goes_on(
    page: Page, colleague: Page, live_server: str, settings: Settings, artifacts: Path
) -> None:
    plan_id = a_published_day(settings)
    before = homes(routes_of(page, live_server, plan_id))
    open_board(page, live_server)
    open_board(colleague, live_server)
    choose_stop(colleague, 4).locator("[data-tool=up]").click()
    expect(colleague.locator("#trial-bar")).to_contain_text("giờ làm")

    choose_stop(page, 2).locator("[data-tool=up]").click()
    page.locator("#trial-bar button").click()
    page.get_by_role("button", name="Lưu thành bản mới").click()
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")

    look_again(colleague)
    colleague.locator("#trial-bar button").click()
    colleague.get_by_role("button", name="Lưu thành bản mới").click()
    conflict = colleague.locator(".conflict")
    expect(conflict).to_contain_text("Người khác đã lưu trước")
    expect(conflict.locator(".diff li").first).to_be_visible()
    expect(colleague.locator(".entries li")).to_have_count(1)
    assert colleague.evaluate("document.documentElement.scrollWidth") == 390
    colleague.screenshot(path=artifacts / "conflict.png", full_page=True)
    assert len(versions()) == 2
    conflict.get_by_role("button", name="Áp thay đổi của tôi lên bản số 2").click()
    expect(colleague.locator(".trial")).to_contain_text("lưu được")
    colleague.get_by_role("button", name="Lưu thành bản mới").click()
    expect(colleague.locator("#plan option:checked")).to_contain_text("Số 3")
    expect(colleague.locator("#trial-bar")).to_be_hidden()
    assert [number for number, _ in versions()] == [1, 2, 3]
    both = homes(routes_of(colleague, live_server, shown_plan(colleague)))
    assert both == [before[1], before[3], before[0], before[2], *before[4:]], "behind the same door"


def test_a_draft_whose_day_moved_on_meanwhile_is_still_published_from_the_board(
    page: Page, live_server: str, settings: Settings
) -> None:
    a_published_day(settings)
    open_board(page, live_server)
    choose_stop(page, 2).locator("[data-tool=up]").click()
    page.locator("#trial-bar button").click()
    page.get_by_role("button", name="Lưu thành bản mới").click()
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    page.get_by_role("tab", name="Sửa").click()
    expect(page.locator("[data-tool=publish]")).to_be_visible()

    with unit_of_work() as session:
        a_booking(session, point=near(CENTRE, north_m=300, east_m=90))
    look_again(page)
    expect(page.locator("#notice-text")).to_contain_text("thêm 1 việc")
    page.locator("[data-tool=publish]").click()
    asked = page.get_by_role("dialog")
    asked.locator("[data-tool=publish-now]").click()
    asked.locator("#publish-force").check()
    expect(asked).to_contain_text("chấp nhận phần chưa được lập")
    asked.locator("[data-tool=publish-now]").click()
    expect(page.locator("#plan-state")).to_have_text("Đã phát hành")


def test_who_can_take_a_visit_is_ranked_and_a_reader_has_no_hands(
    page: Page, live_server: str, settings: Settings, artifacts: Path
) -> None:
    a_published_day(settings)
    open_board(page, live_server)
    choose_stop(page, 1).locator("[data-tool=move]").click()
    ranked = page.get_by_role("dialog").locator(".ranked > li")
    expect(ranked).to_have_count(2)
    page.screenshot(path=artifacts / "takers.png")
    other = ranked.filter(has_not_text="đang giữ")
    name = other.locator("strong").inner_text()
    other.get_by_role("button", name="Thử").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#trial-bar")).to_contain_text("giờ làm")
    expect(page.locator("[data-route] .live", has_text="Đang thử")).to_have_count(2)
    page.get_by_role("tab", name="Sửa").click()
    expect(page.locator(".entries strong")).to_contain_text(name.rpartition(" · ")[2])
    page.locator(".entries button").click()
    expect(page.locator(".entries li")).to_have_count(0)

    sign_in(page, live_server, Role.MANAGER)
    open_board(page, live_server)
    page.locator("[data-route] .head").first.click()
    page.locator(".stops li:not(.quiet) .line button").first.click()
    expect(page.locator("[data-stop][aria-current=true]")).to_be_visible()
    expect(page.locator("#who")).to_contain_text("quản lý")
    expect(page.locator(".tools")).to_have_count(0)

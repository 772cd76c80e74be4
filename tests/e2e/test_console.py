"""The dispatcher's board in a real browser: a published day, every state of a plan, keys only."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import update

from backend import clock
from backend.database import unit_of_work
from backend.fleet.models import Courier
from backend.planning.jobs import execute_plan
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.planning import a_day, ask_for_plan, make_plan, the_plan
from tests.e2e.board import (
    DRAWN,
    HOSTILE,
    a_published_day,
    assert_drawn,
    click_on_map,
    look_again,
    open_board,
    routes_of,
)
from tests.fixtures.browser import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        yield


def test_a_published_day_is_seen_on_the_map_and_in_the_lists(
    page: Page, live_server: str, settings: Settings, refused: list[str], artifacts: Path
) -> None:
    plan_id = a_published_day(settings)
    open_board(page, live_server)
    routes = routes_of(page, live_server, plan_id)
    assert_drawn(page, "route", "route_id", *(route["id"] for route in routes))
    assert_drawn(page, "unit", "name", "Phường Mẫu Hải")
    assert_drawn(page, "place", "kind", "OFFICE", "POST_OFFICE")
    assert {"Bạch Đằng", "Hải Phòng"} <= set(page.evaluate(DRAWN, ["road", "name"]))
    expect(page.locator("#plan-state")).to_have_text("Đã phát hành")
    expect(page.locator("#labels")).to_contain_text("theo mạng đường")
    expect(page.locator("#labels")).to_contain_text("dữ liệu mẫu")
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("Tận Nơi (đường chính, vẽ lại)")
    expect(page.locator("[data-route] .name")).to_have_text([r["courier_name"] for r in routes])
    expect(page.locator("#timeline tbody tr")).to_have_count(len(routes))
    page.screenshot(path=artifacts / "board.png")

    chosen = routes[0]
    page.locator(f"[data-route='{chosen['id']}'] .head").click()
    stops = page.locator(f"[data-route='{chosen['id']}'] .stops li")
    expect(stops).to_have_count(len(chosen["stops"]))
    assert_drawn(page, "chosen-stop", "route_id", chosen["id"])
    home = next(stop for stop in chosen["stops"] if stop["place_kind"] == "HOME")
    click_on_map(page, home["point"])
    assert_popup_tells(page.locator(".popup"), home)
    page.screenshot(path=artifacts / "stop.png")

    page.get_by_role("tab", name="Chưa xếp").click()
    left = page.locator("#list-unassigned .reason")
    expect(left).to_have_count(1)
    expect(left.locator(".why")).not_to_be_empty()
    expect(left).to_contain_text("hẹn 05:00–05:30")

    page.get_by_role("tab", name="Tuyến").click()
    page.locator("#find").fill("onerror")
    page.locator(".hits button", has_text=HOSTILE).click()
    expect(page.locator(".popup h3")).to_have_text(HOSTILE)
    expect(page.locator("[data-stop][aria-current=true] .line button")).to_have_text(HOSTILE)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=artifacts / "phone.png", full_page=True)
    assert refused == []


def assert_popup_tells(popup: Locator, stop: dict[str, Any]) -> None:
    expect(popup.locator("h3")).to_have_text(stop["name"])
    for visit in stop["visits"]:
        expect(popup).to_contain_text(visit["procedure_name"])
        expect(popup).to_contain_text(visit["item_code"])


def test_the_board_is_worked_by_keys_alone(
    page: Page, live_server: str, settings: Settings, refused: list[str]
) -> None:
    a_published_day(settings)
    page.set_viewport_size({"width": 900, "height": 640})
    open_board(page, live_server)
    press, focused = page.keyboard.press, page.locator(":focus")
    press("Tab")
    expect(focused).to_have_text("Bỏ qua bản đồ, tới danh sách tuyến")
    press("Enter")
    press("Tab")
    press("ArrowRight")
    expect(page.get_by_role("tab", name="Chưa xếp")).to_be_focused()
    expect(page.locator("#list-unassigned .why")).to_be_visible()
    press("Home")
    press("Tab")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("nguyen van mau")  # as typed without Vietnamese marks
    expect(page.locator(".hits li").first).to_be_visible()
    press("Escape")
    expect(page.locator(".hits")).to_have_count(0)
    press("Tab")
    press("Enter")
    first = page.locator("[data-route]").first
    expect(first.locator(".head")).to_be_focused()
    expect(first.locator(".head")).to_have_attribute("aria-expanded", "true")
    press("Tab")
    expect(focused).to_have_text("Bản kê tuyến (PDF)")
    for expected in ("Giữ thứ tự", "Giữ cả tuyến"):
        press("Tab")
        expect(focused).to_have_text(expected)
    press("Tab")
    press("Tab")  # past the start, to the first stop
    first_stop = first.locator(".stops li:not(.quiet) button").first
    expect(first_stop).to_be_focused()
    press("Enter")
    expect(page.locator(".popup")).to_be_visible()
    expect(page.get_by_role("button", name="Đóng")).to_be_focused()
    press("Escape")
    expect(page.locator(".popup")).to_have_count(0)
    expect(first_stop).to_be_focused()
    press("Escape")
    expect(page.locator(".stops")).to_have_count(0)
    assert refused == []


def test_a_plan_is_followed_from_nothing_over_failure_and_a_cut_line_without_a_reload(
    page: Page, live_server: str, settings: Settings, artifacts: Path
) -> None:
    with unit_of_work() as session:
        area_id = a_day(session, collections=2, returns=2).id
    open_board(page, live_server, f"?date={WORKING_DAY}")
    expect(page.locator("#list-routes")).to_contain_text("Ngày này chưa có kế hoạch.")
    page.screenshot(path=artifacts / "no-plan.png")
    plan_id = ask_for_plan(area_id)
    look_again(page)
    expect(page.locator("#notice")).to_contain_text("đang chờ tiến trình lập tuyến")
    execute_plan(plan_id, settings)
    look_again(page)
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    expect(page.locator("#notice")).to_contain_text("ước lượng")  # no road data in this test
    assert page.locator("[data-route]").count() == len(routes_of(page, live_server, plan_id))
    page.get_by_role("tab", name="Chưa xếp").click()
    expect(page.locator("#list-unassigned")).to_contain_text("Không có hồ sơ nào bị bỏ lại.")

    failing = ask_for_plan(area_id)
    with unit_of_work() as session:
        session.execute(update(Courier).values(active=False))
    execute_plan(failing, settings)
    failure = the_plan(failing).failure
    assert failure is not None
    look_again(page)
    page.locator("#plan").select_option(str(failing))
    expect(page.locator("#plan-state")).to_have_text("Không lập được")
    expect(page.locator("#notice")).to_contain_text(failure["detail_vi"])
    page.get_by_role("tab", name="Tuyến").click()
    expect(page.locator("#list-routes")).to_contain_text(failure["action_vi"])
    page.screenshot(path=artifacts / "failed.png")

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/v1/**", cut)
    look_again(page)
    expect(page.locator("#notice")).to_contain_text("Không kết nối được máy chủ")
    page.unroute("**/v1/**", cut)
    look_again(page)
    expect(page.locator("#notice")).to_contain_text(failure["detail_vi"])


def test_without_webgl_the_lists_still_work(
    page: Page, live_server: str, settings: Settings
) -> None:
    with unit_of_work() as session:
        area_id = a_day(session, collections=1, returns=1).id
    make_plan(area_id, settings)
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    open_board(page, live_server)
    expect(page.locator("#map")).to_contain_text("không vẽ được bản đồ")
    page.locator("[data-route] .head").first.click()
    page.locator(".stops li:not(.quiet) button").first.click()
    expect(page.locator("[data-stop][aria-current=true]")).to_be_visible()


def test_the_first_page_leads_to_the_board_the_contract_and_the_state(
    page: Page, live_server: str, refused: list[str], artifacts: Path
) -> None:
    sign_in(page, live_server)
    page.goto(live_server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tận Nơi")
    for link in page.locator("nav a").all():
        target = link.get_attribute("href") or ""
        assert page.request.get(live_server + target).ok, target
    page.screenshot(path=artifacts / "home.png")
    page.get_by_role("link", name="Bảng điều phối").click()
    page.wait_for_url("**/console**")
    assert refused == []

"""The rest of the dispatcher's hands in a real browser: drag, repair, drop-out, closing a place."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from backend import clock
from backend.database import unit_of_work
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, PlanStatus
from backend.planning.operations import list_plans
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
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


def test_a_stop_is_dragged_over_a_long_list_onto_another_courier_and_saved(
    page: Page, live_server: str, settings: Settings, artifacts: Path, refused: list[str]
) -> None:
    """With the mouse, as a person does it: the other courier lies far below."""
    first = a_published_day(settings, collections=24)
    routes = routes_of(page, live_server, first)
    assert len(routes) == 2, "one gives, one takes"
    open_board(page, live_server)
    _, to = routes
    giver, taker = (page.locator(f'[data-route="{route["id"]}"]') for route in routes)
    giver.locator(".head").click()
    stop = giver.locator("[data-stop][draggable=true]").nth(5)
    stop.scroll_into_view_if_needed()
    head_before, line = box(giver.locator(".head")), box(stop)
    page.mouse.move(line["x"] + line["width"] - 30, line["y"] + line["height"] / 2)
    page.mouse.down()
    page.mouse.move(line["x"] + line["width"] - 40, line["y"] + line["height"] / 2 + 9, steps=3)
    expect(taker.locator(".take")).not_to_be_empty()  # what it would cost there
    assert box(giver.locator(".head")) == head_before, "nothing jumps under a hand that aims"
    page.locator("#find").dispatch_event("input")  # the board looks again, and would draw anew
    expect(taker.locator(".take")).not_to_be_empty()
    around = box(page.locator("#list-routes"))
    at_the_edge = around["x"] + 200, around["y"] + around["height"] - 8
    for step in range(100):  # the list scrolls while somebody waits at its edge
        page.mouse.move(at_the_edge[0] + step % 2, at_the_edge[1])
        page.wait_for_timeout(60)
        if box(taker.locator(".head"))["y"] < at_the_edge[1] - 40:
            break
    page.screenshot(path=artifacts / "dragging.png")
    target = box(taker.locator(".head"))
    page.mouse.move(target["x"] + 150, target["y"] + target["height"] / 2, steps=4)
    page.mouse.up()
    bar = page.locator("#trial-bar")
    expect(bar).to_contain_text("1 thay đổi chưa lưu")
    expect(bar).to_contain_text("giờ làm")
    bar.get_by_role("button", name="Xem và lưu").click()
    expect(page.locator(".entries strong")).to_contain_text(to["courier_code"])
    expect(page.locator(".sums").first).to_contain_text("Giá")
    assert len(plans()) == 1, "nothing is kept before it is confirmed"
    expect(page.locator(".breaks li").first).to_contain_text("Phiếu PYC-")  # whose window it is
    for broken in page.locator(".breaks input").all():
        broken.check()
    page.get_by_role("button", name="Lưu thành bản mới").click()
    expect(page.locator("#plan-state")).to_have_text("Bản nháp")
    assert [plan.status for plan in plans()] == [PlanStatus.PUBLISHED, PlanStatus.DRAFT]
    moved = {each["courier_code"]: each for each in routes_of(page, live_server, plans()[-1].id)}
    assert moved[to["courier_code"]]["visit_count"] > to["visit_count"]
    assert refused == []


def box(node: Locator) -> FloatRect:
    """Where it stands on the screen."""
    found = node.bounding_box()
    assert found is not None
    return found


def test_what_was_booked_since_is_on_the_board_and_somebody_takes_it(
    page: Page, live_server: str, settings: Settings, artifacts: Path, refused: list[str]
) -> None:
    a_published_day(settings)
    open_board(page, live_server)
    page.get_by_role("tab", name="Chưa xếp").click()
    new = page.locator("[data-new]")
    expect(new).to_have_count(0)
    with unit_of_work() as session:
        late = a_booking(session, slot_start=time(9), slot_end=time(11)).reference
    look_again(page)
    expect(new).to_have_text("Mới từ khi lập bản này · 1 việc")
    page.screenshot(path=artifacts / "new-work.png")
    page.locator("[data-tool=take]").first.click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text(late)
    asked.get_by_role("button", name="Thử").first.click()
    bar = page.locator("#trial-bar")
    expect(bar).to_contain_text("1 thay đổi chưa lưu")
    bar.get_by_role("button", name="Xem và lưu").click()
    added = page.locator(".effect details", has_text="Xếp thêm vào tuyến")
    expect(added.locator("li").first).to_contain_text(late)
    expect(page.locator(".effect .told").filter(has_text=late)).to_have_count(0)  # nothing moved
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

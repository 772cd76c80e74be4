"""The board while couriers ride: where they are, when they are expected, what is behind them."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from backend import clock
from backend.accounts.models import Device
from backend.courier_day.position_models import LastPosition
from backend.courier_day.visits import settle_stop
from backend.database import unit_of_work
from backend.fleet.models import Courier
from backend.planning.models import Route, StopKind, VisitStatus
from backend.settings import Settings
from geodata.point import Point
from tests.builders.booking import WORKING_DAY
from tests.builders.places import CENTRE, near
from tests.e2e.board import (
    a_published_day,
    assert_drawn,
    click_on_map,
    look_again,
    open_board,
    routes_of,
)

pytestmark = pytest.mark.browser

EVE = clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))
NINE = clock.local_instant(WORKING_DAY, time(9))


@pytest.fixture(autouse=True)
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(EVE) as made:
        yield made


def place(courier_id: UUID, point: Point, *, minutes_ago: float, coarse: bool = False) -> None:
    """Where a courier's phone was last."""
    with unit_of_work() as session:
        courier = session.get_one(Courier, courier_id)
        device = Device(
            person_id=courier.person_id,
            public_key="k",
            model="mẫu",
            app_version="1",
            registered_at=clock.now(),
        )
        session.add(device)
        session.flush()
        at = clock.now() - timedelta(minutes=minutes_ago)
        session.add(
            LastPosition(
                courier_id=courier_id,
                device_id=device.id,
                at=at,
                received_at=at,
                lat=round(point.lat * 1e7),
                lon=round(point.lon * 1e7),
                acc_m=12,
                coarse=coarse,
            )
        )


def make_first_stop(route_id: UUID, *, failed: bool = False, ago: timedelta = timedelta()) -> UUID:
    """Everything at a route's first stop has its outcome."""
    with unit_of_work() as session:
        route = session.get_one(Route, route_id)
        stop = next(each for each in route.stops if each.kind is StopKind.VISITS)
        for visit in stop.visits:
            visit.status = VisitStatus.FAILED if failed else VisitStatus.DONE
            visit.executed_at, visit.executed_by_id = clock.now() - ago, route.courier_id
        settle_stop(stop)
        return stop.id


def test_couriers_are_seen_on_the_map_with_age_and_expected_arrivals(
    page: Page, live_server: str, settings: Settings, artifacts: Path, frozen: clock.FrozenClock
) -> None:
    plan_id = a_published_day(settings)
    first = routes_of(page, live_server, plan_id)[0]
    route_id = UUID(first["id"])
    with unit_of_work() as session:
        courier_id = session.get_one(Route, route_id).courier_id
    frozen.move_to(NINE)
    here = near(CENTRE, north_m=350, east_m=300)
    place(courier_id, here, minutes_ago=2)
    made = make_first_stop(route_id, ago=timedelta(minutes=6))
    open_board(page, live_server, f"?date={WORKING_DAY}")

    assert_drawn(page, "courier", "route_id", str(route_id))
    card = page.locator(f"[data-route='{route_id}']")
    expect(card.locator(".live")).to_contain_text("vị trí 2 phút trước")
    expect(card.locator(".live")).to_contain_text("Tới điểm")
    page.screenshot(path=artifacts / "live.png")

    card.locator(".head").click()
    expect(card.locator(f"[data-stop='{made}'] .eta.made")).to_have_text("Xong 08:54")
    next_one = card.locator(".stops li:not(.made) .eta").first
    expect(next_one).to_contain_text("Dự kiến")
    expect(next_one).to_contain_text("ước theo quy tắc")
    click_on_map(page, [here.lon, here.lat])
    expect(page.locator(".popup h3")).to_contain_text(first["courier_name"])
    page.screenshot(path=artifacts / "courier.png")
    page.keyboard.press("Escape")

    frozen.advance(timedelta(minutes=30))  # the phone fell silent
    look_again(page)
    expect(card.locator(".live.old")).to_contain_text("vị trí cũ, 32 phút trước")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=artifacts / "phone.png", full_page=True)


def test_a_failed_stop_and_a_blurred_place_are_said_so(
    page: Page, live_server: str, settings: Settings, refused: list[str], frozen: clock.FrozenClock
) -> None:
    plan_id = a_published_day(settings)
    first = routes_of(page, live_server, plan_id)[0]
    route_id = UUID(first["id"])
    with unit_of_work() as session:
        courier_id = session.get_one(Route, route_id).courier_id
    frozen.move_to(NINE)
    place(courier_id, CENTRE, minutes_ago=61, coarse=True)
    stop_id = make_first_stop(route_id, failed=True)
    open_board(page, live_server, f"?date={WORKING_DAY}")
    card = page.locator(f"[data-route='{route_id}']")
    expect(card.locator(".live")).to_contain_text("vị trí ước chừng")
    card.locator(".head").click()
    expect(card.locator(f"[data-stop='{stop_id}'] .eta.failed")).to_have_text("Không thành 09:00")
    assert refused == []


def test_before_the_day_nobody_is_expected_to_be_anywhere_yet(
    page: Page, live_server: str, settings: Settings
) -> None:
    a_published_day(settings)
    open_board(page, live_server)
    expect(page.locator("[data-route]").first).to_be_visible()
    expect(page.locator(".live")).to_have_count(0)

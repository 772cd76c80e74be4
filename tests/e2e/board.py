"""The dispatcher's board as the browser tests open it, look at it and click on it."""

from datetime import time
from typing import Any
from uuid import UUID

from playwright.sync_api import Page

from backend import clock
from backend.database import unit_of_work
from backend.planning.publishing import publish_plan
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.packs import open_pack
from geodata.roads_build import build_roads
from tests.builders.booking import a_booking
from tests.builders.places import CENTRE, a_unit, near
from tests.builders.planning import a_day, make_plan, the_plan
from tests.fixtures.browser import WAIT_MS, sign_in

HOSTILE = "<img src=x onerror=alert(1)> & Nguyễn Văn Mẫu"

DRAWN = """([layer, field]) => {
  const map = document.getElementById("map").map;
  const found = map.queryRenderedFeatures({ layers: [layer] });
  return [...new Set(found.map((feature) => feature.properties[field]))].sort();
}"""
"""Distinct values of one property among what is drawn in one layer of the map right now."""


def a_published_day(settings: Settings, *, collections: int = 4) -> UUID:
    """Two couriers on the roads that ship, and a door that nobody can be at in its slot.

    One of them rides all of the usual day; with 24 collections of one slot both are needed.
    """
    pack = open_pack("da_nang")
    roads = pack.find_file("roads")
    assert roads is not None
    build_roads(roads.path, settings.roads_dir, attribution=pack.roads_attribution)
    with unit_of_work() as session:
        area_id = a_day(session, collections=collections, returns=4).id
        a_unit(session, name="Phường Mẫu Hải")
        a_booking(session, applicant_name=HOSTILE, point=near(CENTRE, north_m=90, east_m=40))
        a_booking(session, slot_start=time(5, 0), slot_end=time(5, 30))
    plan_id = make_plan(area_id, settings)
    with unit_of_work() as session:
        blobs = BlobStore(settings.blob_dir)
        publish_plan(session, plan_id, expected_version=the_plan(plan_id).version, blobs=blobs)
    return plan_id


def open_board(page: Page, server: str, query: str = "") -> None:
    _be_signed_in(page, server)
    page.emulate_media(reduced_motion="reduce")  # no time is spent on drawing what moves
    page.goto(f"{server}/console{query}")
    page.locator("body[data-ready=true]").wait_for()


def _be_signed_in(page: Page, server: str) -> None:
    if not page.context.cookies(server):
        sign_in(page, server)


def assert_drawn(page: Page, layer: str, field: str, *expected: str) -> None:
    """The layer shows these values and no others, as soon as the map has drawn them."""
    deadline = clock.monotonic_s() + WAIT_MS / 1000
    while (found := page.evaluate(DRAWN, [layer, field])) != sorted(expected):
        assert clock.monotonic_s() < deadline, f"{layer} shows {found}"
        page.wait_for_timeout(100)


def look_again(page: Page) -> None:
    """What a dispatcher does who comes back to the tab; the board else looks every 4 s."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def routes_of(page: Page, server: str, plan_id: UUID) -> list[dict[str, Any]]:
    _be_signed_in(page, server)
    answer = page.request.get(f"{server}/v1/dispatcher/plans/{plan_id}/routes")
    routes: list[dict[str, Any]] = answer.json()["routes"]
    return routes


def click_on_map(page: Page, point: list[float]) -> None:
    """A click of the mouse where the map draws this place."""
    x, y = page.evaluate(
        """(point) => {
          const map = document.getElementById("map").map;
          const box = map.getCanvas().getBoundingClientRect();
          const at = map.project(point);
          return [box.left + at.x, box.top + at.y];
        }""",
        point,
    )
    page.mouse.click(x, y)

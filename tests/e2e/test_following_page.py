"""A citizen follows a booking by its link, on a phone, without login."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend import clock
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingStatus
from backend.courier_day.feedback.complaints import answer_complaint, complain
from backend.courier_day.feedback.models import ComplaintKind
from backend.database import unit_of_work
from tests.builders.booking import a_booking
from tests.e2e.accessible import assert_accessible
from tests.e2e.town import EVE, PERSON, PHONE, a_town

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with clock.frozen(clock.local_instant(EVE, time(9, 0))):
        yield


@pytest.fixture
def link(live_server: str, evening: None) -> str:
    """The page of a booking with two dossiers."""
    with unit_of_work() as session:
        a_town(session)
        booking = a_booking(session, applicant_name=PERSON, phone=PHONE, dossier_count=2)
        return f"{live_server}/theo-doi/{make_token(session, booking.id)}"


def open_link(page: Page, link: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    page.goto(link)
    page.locator("body[data-ready=true]").wait_for()


def test_the_link_shows_the_state_and_tells_what_changed(
    page: Page, link: str, refused: list[str], artifacts: Path
) -> None:
    open_link(page, link)
    page.screenshot(path=artifacts / "follow.png", full_page=True)
    expect(page.locator("#state")).to_contain_text("08:00–10:00")
    expect(page.locator(".item")).to_have_count(2)
    expect(page.locator(".item").first).to_contain_text("Hồ sơ 1/2")
    text = page.locator("body").inner_text()
    assert PHONE not in text
    assert PERSON not in text, "masked: a link may be forwarded"
    assert_accessible(page)
    page.locator("#again").click()
    expect(page.locator("#live")).to_have_text("Chưa có thay đổi.")
    with unit_of_work() as session:
        session.scalars(select(Booking)).one().status = BookingStatus.CANCELLED
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#live")).to_contain_text("Có thay đổi")
    assert refused == []


def test_a_wrong_or_ended_link_explains_itself_in_both_languages(page: Page, link: str) -> None:
    open_link(page, link[:-24] + "a" * 24)
    expect(page.locator(".alert")).to_contain_text("không đúng hoặc đã hết hạn")
    expect(page.locator("#again")).to_be_hidden()
    page.locator("#tongue").click()
    expect(page.locator(".alert")).to_contain_text("not valid, or not any more")
    expect(page.locator("h1")).to_contain_text("Follow a booking")


def test_without_a_network_what_was_shown_stays(page: Page, link: str) -> None:
    open_link(page, link)
    page.route("**/v1/citizen/follow/*", lambda route: route.abort())
    page.locator("#again").click()
    expect(page.locator(".alert")).to_contain_text("Không kết nối được máy chủ")
    expect(page.locator(".item")).to_have_count(2)
    page.unroute("**/v1/citizen/follow/*")
    page.locator("#again").click()
    expect(page.locator(".alert")).to_have_count(0)


def test_what_is_being_written_stays_when_an_older_complaint_is_answered(
    page: Page, link: str
) -> None:
    with unit_of_work() as session:
        booking = session.scalars(select(Booking)).one()
        made = complain(session, booking, kind=ComplaintKind.LATE, text="Bưu tá đến trễ.")
        complaint_id = made.id
    open_link(page, link)
    page.locator("#complain summary").click()
    page.locator("#kind").select_option("CONDUCT")
    page.locator("#text").fill("Bưu tá không gọi trước")
    with unit_of_work() as session:
        answer_complaint(session, complaint_id, answer="Xin lỗi quý vị.", by=None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".complaint")).to_contain_text("Xin lỗi quý vị.")
    expect(page.locator("#text")).to_have_value("Bưu tá không gọi trước")
    expect(page.locator("#text")).to_be_focused()
    page.get_by_role("button", name="Gửi khiếu nại").click()
    expect(page.locator(".complaint")).to_have_count(2)
    expect(page.locator(".complaint").last).to_be_focused()
    expect(page.locator("#text")).to_have_value("")

"""A firm keeps its doors on a phone, changes and deletes them, and books with them."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from backend import clock
from backend.accounts.models import Account
from backend.accounts.roles import Role
from backend.booking.address_book import KeptDoor
from backend.booking.models import Booking
from backend.database import snapshot, unit_of_work
from tests.e2e.accessible import assert_accessible
from tests.e2e.town import ADDRESS, EVE, PERSON, PHONE, a_town
from tests.fixtures.browser import sign_in

pytestmark = pytest.mark.browser

NAME = "Kho Mẫu"


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with clock.frozen(clock.local_instant(EVE, time(9, 0))):
        yield


@pytest.fixture
def town(live_server: str, evening: None) -> str:
    with unit_of_work() as session:
        a_town(session)
    return live_server


@pytest.fixture
def firm(page: Page, town: str) -> Account:
    """Signed in on a phone, with the address book open."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    account = sign_in(page, town, Role.FIRM)
    open_book(page, town)
    return account


def open_book(page: Page, server: str) -> None:
    page.goto(f"{server}/so-dia-chi")
    page.locator("body[data-ready=true]").wait_for()


def fill_door(page: Page) -> None:
    page.locator("#name").fill(NAME)
    page.locator("#full_name").fill(PERSON)
    page.locator("#phone").fill(PHONE)
    page.locator("#address").fill(ADDRESS)


def keep_a_door(page: Page) -> None:
    page.locator("#add").click()
    expect(page.locator("#name")).to_be_focused()
    fill_door(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#live")).to_have_text(f"Đã lưu “{NAME}”.")


def test_a_firm_keeps_changes_and_deletes_a_door(
    page: Page, firm: Account, refused: list[str], artifacts: Path
) -> None:
    expect(page.locator("#doors")).to_contain_text("Sổ chưa có nơi nào")
    page.locator("#add").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#name")).to_be_focused()
    expect(page.locator(".wrong")).to_have_count(4)
    assert_accessible(page)
    page.get_by_role("button", name="Đóng, không lưu").click()
    expect(page.locator("#add")).to_be_focused()
    keep_a_door(page)
    expect(page.locator("#doors h2")).to_be_focused()
    assert_accessible(page)
    page.screenshot(path=artifacts / "book.png", full_page=True)
    page.get_by_role("button", name="Sửa").click()
    page.locator("#special_needs").fill("Vào cổng sau.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#doors")).to_contain_text("Vào cổng sau.")
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(page.get_by_role("button", name="Xóa hẳn")).to_be_focused()
    page.get_by_role("button", name="Xóa hẳn").click()
    expect(page.locator("#live")).to_have_text(f"Đã xóa “{NAME}”.")
    with snapshot() as session:
        assert session.scalars(select(KeptDoor)).all() == []
    assert refused == []


def test_after_a_lost_answer_the_form_can_be_corrected_and_sent_again(
    page: Page, firm: Account
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.locator("#add").click()
    fill_door(page)
    page.route("**/v1/citizen/address-book", lose)
    save = page.get_by_role("button", name="Lưu", exact=True)
    save.click()
    expect(page.locator(".alert")).to_contain_text("Không kết nối được máy chủ")
    page.unroute("**/v1/citizen/address-book")
    page.locator("#name").fill("Kho Mẫu Hai")
    save.click()
    expect(page.locator("#live")).to_have_text("Đã lưu “Kho Mẫu Hai”.")


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(page: Page, firm: Account) -> None:
    keep_a_door(page)
    page.get_by_role("button", name="Sửa").click()
    page.locator("#phone").fill("0900 000 999")
    with unit_of_work() as session:
        door = session.scalars(select(KeptDoor)).one()
        door.phone, door.version = "0900 000 777", door.version + 1
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".alert")).to_contain_text("vừa sửa nơi này")
    page.get_by_role("button", name="Đóng, không lưu").click()
    page.get_by_role("button", name="Sửa").click()
    expect(page.locator("#phone")).to_have_value("0900 000 777")


def test_a_firm_books_with_a_kept_door_and_finds_the_booking_again(
    page: Page, firm: Account, town: str, refused: list[str]
) -> None:
    keep_a_door(page)
    page.goto(f"{town}/dat-lich")
    page.locator("body[data-ready=true]").wait_for()
    page.locator("#q").fill("doi bang lai xe")
    page.locator(".pick", has_text="1.002809").click()
    page.locator("#chosen button.main").click()
    page.locator("input[name=mode][value=SEND]").check()
    page.locator("#step button.main").click()
    page.locator("#kept_door").select_option(label=f"{NAME} · {ADDRESS}")
    expect(page.locator("#address")).to_have_value(ADDRESS)
    assert_accessible(page)
    page.locator("#step button.main").click()
    page.locator("input[name=slot]").first.check()
    page.locator("#step button.main").click()
    expect(page.locator("#full_name")).to_have_value(PERSON)
    expect(page.locator("#phone")).to_have_value(PHONE)
    expect(page.locator("#owner")).to_contain_text("Phiếu của tôi")
    page.locator("#step button.main").click()
    reference = page.locator("#reference").inner_text()
    page.goto(f"{town}/phieu-cua-toi")
    expect(page.locator("#bookings")).to_contain_text(reference)
    with snapshot() as session:
        assert session.scalars(select(Booking.owner_account_id)).all() == [firm.id]
    assert refused == []


def test_a_citizen_has_no_address_book(page: Page, town: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, town, Role.CITIZEN)
    open_book(page, town)
    expect(page.locator(".alert")).to_contain_text("không được làm việc này")

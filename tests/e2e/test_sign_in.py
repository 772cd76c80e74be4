"""Signing in and out in a real browser: password, six digits, a link, and a session's end."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from backend import clock
from backend.accounts.one_time_links import LinkPurpose, make_link
from backend.accounts.operations import get_account
from backend.accounts.passwords import set_password
from backend.accounts.roles import Role
from backend.database import unit_of_work
from backend.settings import Settings
from mobile_api.session import signing_in
from tests.builders.accounts import an_account
from tests.builders.booking import WORKING_DAY
from tests.builders.places import PROVINCE
from tests.e2e.board import a_published_day, look_again

pytestmark = pytest.mark.browser

PASSWORD = "bốn chữ dễ nhớ"


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        yield


@pytest.fixture
def dispatcher(live_server: str) -> str:
    """Code of a dispatcher with a password."""
    with unit_of_work() as session:
        account = an_account(session, Role.DISPATCHER, code="DPV-01")
        set_password(session, account, PASSWORD)
    return "DPV-01"


def type_password(page: Page, code: str, password: str) -> None:
    page.locator("#staff-code").fill(code)
    page.locator("#staff-password").fill(password)
    page.keyboard.press("Enter")


def test_staff_come_back_to_where_they_wanted_and_leave_again(
    page: Page, live_server: str, dispatcher: str, artifacts: Path
) -> None:
    page.goto(f"{live_server}/console?date=2026-11-23")
    page.wait_for_url("**/dang-nhap?tiep=*")
    expect(page.locator("#staff-code")).to_be_focused()
    type_password(page, dispatcher, "sai rồi nhé")
    expect(page.locator(".sign-in .failure:visible")).to_contain_text("không đúng")
    expect(page.locator("#staff-code")).to_have_value(dispatcher)
    page.screenshot(path=artifacts / "wrong.png")
    type_password(page, dispatcher, PASSWORD)
    page.wait_for_url("**/console?date=2026-11-23*")
    expect(page.locator("#who")).to_contain_text("điều phối viên")
    assert page.evaluate("document.cookie") == "", "no script can read the session"
    page.locator("#who button").click()
    page.wait_for_url("**/dang-nhap")
    page.goto(f"{live_server}/console")
    page.wait_for_url("**/dang-nhap?tiep=*")


def test_a_citizen_signs_in_by_six_digits_on_a_small_phone_by_keyboard(
    page: Page, live_server: str, monkeypatch: pytest.MonkeyPatch, artifacts: Path
) -> None:
    sent: list[str] = []
    ask = signing_in.ask_for_code

    def noted(*args: Any, **named: Any) -> str:
        sent.append(ask(*args, **named))
        return sent[-1]

    monkeypatch.setattr(signing_in, "ask_for_code", noted)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server}/dang-nhap")
    expect(page.locator("#phone")).to_be_focused()
    page.keyboard.type("0900 000 017")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-code")).to_be_focused()
    page.keyboard.type("000000" if sent[0] != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(page.locator(".sign-in .failure:visible")).to_contain_text("Mã")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.screenshot(path=artifacts / "code.png")
    page.locator("#phone-code").fill(sent[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server}/")
    page.goto(f"{live_server}/dang-nhap")
    expect(page.locator("#forms")).to_contain_text("người dân")


@pytest.mark.parametrize("way", ["/.//la.example", "//la.example", "\\\\la.example"])
def test_whoever_signs_in_is_not_led_on_to_strangers(
    page: Page, live_server: str, dispatcher: str, way: str
) -> None:
    page.goto(f"{live_server}/dang-nhap?tiep={quote(way, safe='')}")
    page.get_by_role("tab", name="Nhân viên").click()
    type_password(page, dispatcher, PASSWORD)
    expect(page).not_to_have_url(re.compile("/dang-nhap"))
    assert page.url.startswith(f"{live_server}/")


def test_a_link_signs_in_once_and_leaves_no_secret_in_the_address(
    page: Page, live_server: str, dispatcher: str
) -> None:
    with unit_of_work() as session:
        account = get_account(session, PROVINCE, dispatcher)
        path = make_link(session, account, LinkPurpose.SIGN_IN)
    page.goto(live_server + path)
    page.wait_for_url("**/console**")
    page.locator("#who button").click()
    page.wait_for_url("**/dang-nhap")
    page.goto(live_server + path)
    expect(page.locator("#failure")).to_contain_text("Liên kết đã dùng")
    assert page.evaluate("location.hash") == ""


def test_a_session_that_ends_asks_on_top_of_the_page_and_keeps_what_was_typed(
    page: Page, live_server: str, dispatcher: str, settings: Settings, artifacts: Path
) -> None:
    a_published_day(settings)
    page.goto(f"{live_server}/dang-nhap?tiep=/console")
    type_password(page, dispatcher, PASSWORD)
    page.wait_for_url("**/console**")
    page.locator("body[data-ready=true]").wait_for()
    page.locator("#find").fill("mẫu")
    page.context.clear_cookies()
    look_again(page)
    asks = page.get_by_role("dialog")
    expect(asks).to_contain_text("Phiên làm việc đã hết")
    page.screenshot(path=artifacts / "asks.png")
    type_password(page, dispatcher, PASSWORD)
    expect(asks).to_have_count(0)
    expect(page.locator("#find")).to_have_value("mẫu")
    look_again(page)
    expect(page.locator("#notice")).to_be_hidden()

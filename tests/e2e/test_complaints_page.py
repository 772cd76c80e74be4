"""The register of complaints in a real browser: what is due first, answered on the page."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend import clock
from backend.accounts.roles import Role
from backend.courier_day.feedback.complaints import complain
from backend.courier_day.feedback.models import Complaint, ComplaintKind, ComplaintStatus
from backend.database import unit_of_work
from tests.builders.booking import WORKING_DAY, a_booking
from tests.e2e.accessible import assert_accessible
from tests.fixtures.browser import sign_in

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> Bưu tá đến trễ hai giờ"


@pytest.fixture(autouse=True)
def two_weeks_later() -> Iterator[None]:
    with clock.frozen(clock.local_instant(WORKING_DAY + timedelta(days=14), time(9))):
        yield


@pytest.fixture
def numbers(committed_database: object) -> tuple[str, str]:
    """One complaint that is overdue, one of today."""
    with unit_of_work() as session:
        fresh = complain(session, a_booking(session), kind=ComplaintKind.FEES, text="Thu thừa")
        with clock.frozen(clock.local_instant(WORKING_DAY, time(9))):
            old = complain(session, a_booking(session), kind=ComplaintKind.LATE, text=HOSTILE)
        return old.printed_number, fresh.printed_number


def test_a_dispatcher_answers_what_is_overdue_first(
    page: Page,
    live_server: str,
    numbers: tuple[str, str],
    refused: list[str],
    artifacts: Path,
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server}/khieu-nai")
    page.locator("body[data-ready=true]").wait_for()
    cards = page.locator(".complaint")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text(numbers[0])
    expect(cards.nth(0)).to_contain_text("quá hạn 30/11/2026")
    expect(cards.nth(0)).to_contain_text(HOSTILE)
    assert_accessible(page)
    page.screenshot(path=artifacts / "complaints.png", full_page=True)
    cards.nth(0).get_by_label("Trả lời khiếu nại").fill("Xin lỗi quý vị; bưu tá đã bị nhắc nhở.")
    cards.nth(0).get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator("#told")).to_contain_text(f"Đã trả lời khiếu nại {numbers[0]}. Còn 1")
    expect(cards).to_have_count(1)
    with unit_of_work() as session:
        (answered,) = session.scalars(
            select(Complaint).where(Complaint.status == ComplaintStatus.ANSWERED)
        )
        assert (answered.printed_number, answered.text) == (numbers[0], HOSTILE)
        assert answered.answered_by is not None
    page.get_by_label("Hiện").select_option("ANSWERED")
    expect(cards.nth(0)).to_contain_text("trả lời trễ hạn")
    assert refused == []


def test_who_only_looks_has_no_form_and_a_stranger_no_complaint(
    page: Page, live_server: str, numbers: tuple[str, str]
) -> None:
    sign_in(page, live_server, Role.AUDITOR)
    page.goto(f"{live_server}/khieu-nai")
    expect(page.locator(".complaint")).to_have_count(2)
    expect(page.locator(".complaint form")).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, live_server, Role.CITIZEN)
    page.reload()
    expect(page.locator("#trouble")).not_to_be_empty()
    expect(page.locator(".complaint")).to_have_count(0)

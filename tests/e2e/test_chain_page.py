"""The verification page in a real browser: it computes by itself, and finds a forged line."""

from datetime import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from backend import clock
from backend.database import unit_of_work
from backend.dossiers.public_chain import get_token
from tests.builders.booking import WORKING_DAY, a_booking
from tests.fixtures.database import TestDatabase

pytestmark = pytest.mark.browser


def test_the_page_recomputes_the_chain_and_names_a_forged_line(
    live_server: str, test_database: TestDatabase, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(8))), unit_of_work() as session:
        dossier = a_booking(session).dossiers[0]
        token = get_token(session, dossier.id)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server}/kiem-chung/{token}")
    page.locator("body[data-ready=true]").wait_for()
    expect(page.locator("#verdict")).to_contain_text("Đúng: đã tính lại 1 dòng")
    expect(page.locator("#events li")).to_have_count(1)
    expect(page.locator("#events li")).to_contain_text("08:00:00 23/11/2026")
    expect(page.locator("#facts")).to_contain_text(dossier.item_code)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    owner = create_engine(test_database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE custody_event DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE custody_event SET seal = 'forged'"))
        connection.execute(text("ALTER TABLE custody_event ENABLE TRIGGER USER"))
    owner.dispose()
    page.reload()
    page.locator("body[data-ready=true]").wait_for()
    expect(page.locator("#verdict")).to_contain_text("Sai: dòng 1 không còn như khi được ghi")
    page.goto(f"{live_server}/kiem-chung/{'a' * 24}")
    page.locator("body[data-ready=true]").wait_for()
    expect(page.locator("#verdict")).to_contain_text("Quét lại mã QR")
    assert [line for line in complaints if "404" not in line] == []

"""Citizens see their own bookings, and move or cancel one after reading what that changes."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from backend import clock
from backend.accounts.roles import Role
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.courier_day.feedback.models import Complaint
from backend.database import snapshot, unit_of_work
from backend.dossiers.models import Leg, LegStatus
from tests.builders.booking import WORKING_DAY, a_booking
from tests.e2e.accessible import assert_accessible
from tests.e2e.town import EVE, PERSON, a_town
from tests.fixtures.browser import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with clock.frozen(clock.local_instant(EVE, time(9, 0))):
        yield


@pytest.fixture
def booking(live_server: str, evening: None) -> Booking:
    with unit_of_work() as session:
        a_town(session)
        return a_booking(session, applicant_name=PERSON)


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    return page


def now_of(booking: Booking) -> Booking:
    with snapshot() as session:
        found = session.scalars(select(Booking).where(Booking.id == booking.id)).one()
        session.expunge(found)
        return found


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(
    phone: Page, live_server: str
) -> None:
    phone.goto(f"{live_server}/phieu-cua-toi")
    phone.wait_for_url("**/dang-nhap?tiep=%2Fphieu-cua-toi")


def test_a_citizen_cancels_an_own_booking_and_sees_no_other(
    phone: Page, live_server: str, booking: Booking, refused: list[str], artifacts: Path
) -> None:
    account = sign_in(phone, live_server, Role.CITIZEN)
    with unit_of_work() as session:
        session.get_one(Booking, booking.id).owner_account_id = account.id
        other = a_booking(session).reference
    phone.goto(f"{live_server}/phieu-cua-toi")
    phone.locator("body[data-ready=true]").wait_for()
    expect(phone.locator("#bookings section")).to_have_count(1)
    assert other not in phone.locator("body").inner_text()
    phone.locator(".changing summary").click()
    phone.locator("[data-act=cancel]").click()
    expect(phone.locator(".changing h3")).to_be_focused()
    expect(phone.locator(".changing")).to_contain_text("không mất phí")
    phone.screenshot(path=artifacts / "own.png", full_page=True)
    assert_accessible(phone)
    assert now_of(booking).status is BookingStatus.REQUESTED, "nothing is done before the yes"
    phone.locator("[data-act=yes]").click()
    expect(phone.locator("#bookings section")).to_contain_text("đã hủy")
    expect(phone.locator("#live")).to_have_text("Đã hủy phiếu.")
    assert now_of(booking).status is BookingStatus.CANCELLED
    assert refused == []


def test_a_visit_is_moved_by_its_link_to_a_window_that_can_be_kept(
    phone: Page, live_server: str, booking: Booking
) -> None:
    with unit_of_work() as session:
        token = make_token(session, booking.id)
    phone.goto(f"{live_server}/theo-doi/{token}")
    phone.locator("body[data-ready=true]").wait_for()
    phone.locator(".changing summary").click()
    phone.locator("[data-act=move]").click()
    phone.locator(f"input[value='{WORKING_DAY} 13:30 15:30']").check()
    phone.locator(".changing form button.main").click()
    expect(phone.locator(".changing")).to_contain_text("Giờ hẹn mới")
    assert_accessible(phone)
    with unit_of_work() as session:
        session.scalars(select(Leg)).one().version += 1
    phone.locator("[data-act=yes]").click()
    expect(phone.locator(".changing [role=alert]")).to_contain_text("bấm đồng ý lần nữa")
    phone.locator("[data-act=yes]").click()
    expect(phone.locator("#state")).to_contain_text("13:30–15:30")
    expect(phone.locator("#status")).to_be_focused()
    assert now_of(booking).slot_start == time(13, 30)


def test_of_two_visits_the_one_that_was_chosen_is_moved(
    phone: Page, live_server: str, booking: Booking
) -> None:
    tuesday = WORKING_DAY + timedelta(days=1)
    with unit_of_work() as session:
        token = make_token(session, booking.id)
        later = a_booking(session, service_date=tuesday)
        joined = update(BookingDossier).where(BookingDossier.booking_id == later.id)
        session.execute(joined.values(booking_id=booking.id))
    phone.goto(f"{live_server}/theo-doi/{token}")
    phone.locator("body[data-ready=true]").wait_for()
    phone.locator(".changing summary").click()
    phone.locator("[data-act=move]").click()
    expect(phone.locator("#visit-choices")).to_be_focused()
    expect(phone.locator("input[name=visit]")).to_have_count(2)
    phone.get_by_label("24/11/2026").check()
    expect(phone.locator("input[name=visit]:checked")).to_be_focused()
    phone.locator(f"input[value='{WORKING_DAY} 13:30 15:30']").check()
    phone.locator(".changing form button.main").click()
    expect(phone.locator(".changing")).to_contain_text("Thay cho")
    assert_accessible(phone)
    phone.locator("[data-act=yes]").click()
    expect(phone.locator("#live")).to_have_text("Đã đổi giờ hẹn.")
    with snapshot() as session:
        legs = session.scalars(select(Leg).order_by(Leg.window_start)).all()
        assert [(leg.service_date, leg.window_start) for leg in legs] == [
            (WORKING_DAY, time(8)),
            (WORKING_DAY, time(13, 30)),
        ]


def test_of_two_visits_the_one_for_missing_papers_is_cancelled_and_the_booking_goes_on(
    phone: Page, live_server: str, booking: Booking, refused: list[str], artifacts: Path
) -> None:
    """By keyboard alone, from the question to the yes."""
    tuesday = WORKING_DAY + timedelta(days=1)
    with unit_of_work() as session:
        token = make_token(session, booking.id)
        first = session.get_one(Booking, booking.id).dossiers[0].id
        later = a_booking(session, service_date=tuesday)
        later.dossiers[0].supplements_id = first
        session.flush()
        joined = update(BookingDossier).where(BookingDossier.booking_id == later.id)
        session.execute(joined.values(booking_id=booking.id))
    phone.goto(f"{live_server}/theo-doi/{token}")
    phone.locator("body[data-ready=true]").wait_for()
    phone.locator(".changing summary").focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Tab")
    expect(phone.locator("[data-act=cancel]")).to_be_focused()
    phone.keyboard.press("Enter")
    asked = phone.get_by_role("group", name="Hủy lần đến nào?")
    expect(asked).to_be_focused()
    expect(asked.get_by_role("radio", name="23/11/2026")).to_be_checked()
    expect(asked).to_contain_text("hủy lần này là hủy cả phiếu")
    phone.keyboard.press("Tab")
    phone.keyboard.press("ArrowDown")
    chosen = asked.get_by_role("radio", name="24/11/2026")
    expect(chosen).to_be_checked()
    expect(chosen).to_have_accessible_name(re.compile("đến lấy giấy tờ bổ sung"))
    assert_accessible(phone)
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Điều gì thay đổi")).to_be_focused()
    expect(phone.locator(".changing")).to_contain_text("các việc còn lại vẫn tiếp tục")
    phone.screenshot(path=artifacts / "one-of-two-cancelled.png", full_page=True)
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("button", name="Đồng ý hủy lần đến này")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.locator("#live")).to_have_text("Đã hủy lần đến đó; phiếu vẫn còn.")
    assert now_of(booking).status is not BookingStatus.CANCELLED
    with snapshot() as session:
        legs = session.scalars(select(Leg).order_by(Leg.service_date)).all()
        assert [(leg.service_date, leg.status) for leg in legs] == [
            (WORKING_DAY, LegStatus.OPEN),
            (tuesday, LegStatus.CANCELLED),
        ]
    assert refused == []


def test_an_owner_complains_with_a_picture_and_a_pdf_without_any_link(
    phone: Page, live_server: str, booking: Booking, refused: list[str], tmp_path: Path
) -> None:
    account = sign_in(phone, live_server, Role.CITIZEN)
    with unit_of_work() as session:
        session.get_one(Booking, booking.id).owner_account_id = account.id
    phone.goto(f"{live_server}/phieu-cua-toi")
    phone.locator("body[data-ready=true]").wait_for()
    phone.get_by_role("link", name="Theo dõi, đánh giá, khiếu nại").click()
    phone.locator("body[data-reference][data-ready=true]").wait_for()
    expect(phone.locator("#state")).to_contain_text(PERSON)
    picture, paper = tmp_path / "ảnh.png", tmp_path / "thư.pdf"
    Image.new("RGB", (4000, 3000), "teal").save(picture)
    paper.write_bytes(b"%PDF-1.7\ntrailer <<>>\n%%EOF\n")
    phone.locator("#complain summary").click()
    phone.locator("#kind").select_option("DAMAGED")
    phone.locator("#text").fill("Giấy tờ bị ướt.")
    phone.locator("#files").set_input_files([picture, paper])
    assert_accessible(phone)
    phone.get_by_role("button", name="Gửi khiếu nại").click()
    expect(phone.locator(".complaint")).to_contain_text("2 tệp")
    with snapshot() as session:
        (complaint,) = session.scalars(select(Complaint)).all()
        kept = [(each.proof.media_type, each.proof.width) for each in complaint.attachments]
    assert kept == [("image/jpeg", 1800), ("application/pdf", None)]
    assert refused == []


def test_a_file_that_cannot_be_read_is_named_and_nothing_typed_is_lost(
    phone: Page, live_server: str, booking: Booking, tmp_path: Path
) -> None:
    with unit_of_work() as session:
        token = make_token(session, booking.id)
    phone.goto(f"{live_server}/theo-doi/{token}")
    phone.locator("body[data-ready=true]").wait_for()
    broken = tmp_path / "hỏng.png"
    broken.write_bytes(b"no picture")
    phone.locator("#complain summary").click()
    phone.locator("#kind").select_option("OTHER")
    phone.locator("#text").fill("Điều đã xảy ra.")
    phone.locator("#files").set_input_files(broken)
    phone.get_by_role("button", name="Gửi khiếu nại").click()
    expect(phone.locator("#files-wrong")).to_contain_text("hỏng.png")
    expect(phone.locator("#files")).to_be_focused()
    expect(phone.locator("#text")).to_have_value("Điều đã xảy ra.")
    assert_accessible(phone)
    with snapshot() as session:
        assert session.scalars(select(Complaint)).all() == []

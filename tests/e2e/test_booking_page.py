"""Citizens book on a phone of 360 px in a real browser: by keys, with errors, on a bad network."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete, func, select

from backend import clock
from backend.booking.models import Booking
from backend.database import snapshot, unit_of_work
from backend.fleet.models import Shift
from tests.builders.booking import WORKING_DAY
from tests.e2e.accessible import assert_accessible
from tests.e2e.town import ADDRESS, EVE, PERSON, PHONE, a_town
from tests.fixtures.browser import WAIT_MS

pytestmark = pytest.mark.browser


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(clock.local_instant(EVE, time(9, 0))) as frozen:
        yield frozen


@pytest.fixture
def town(live_server: str, frozen: clock.FrozenClock) -> str:
    """The address of a server whose town can be booked in."""
    with unit_of_work() as session:
        a_town(session)
    return live_server


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    return page


def open_booking(page: Page, server: str) -> None:
    page.goto(f"{server}/dat-lich")
    page.locator("body[data-ready=true]").wait_for()


def test_a_citizen_books_by_keyboard_alone(
    phone: Page, town: str, refused: list[str], artifacts: Path
) -> None:
    def shot(name: str) -> None:
        assert_accessible(phone)
        phone.screenshot(path=artifacts / f"{name}.png", full_page=True)

    def press_until(target: str, key: str = "Tab", most: int = 40) -> None:
        for _ in range(most):
            if phone.locator(target).first.evaluate("node => node === document.activeElement"):
                return
            phone.keyboard.press(key)
        raise AssertionError(f"no way to {target} by {key}")

    open_booking(phone, town)
    press_until("#q")
    phone.keyboard.type("doi bang lai xe")
    expect(phone.locator("#found-status")).to_contain_text("thủ tục")
    shot("1-found")
    press_until(".pick >> nth=0")
    phone.keyboard.press("Enter")
    expect(phone.locator("#chosen")).to_contain_text("2 bản photo")
    shot("1-chosen")
    press_until("#chosen button.main")
    phone.keyboard.press("Enter")
    expect(phone.locator("#step-title")).to_be_focused()
    press_until("input[name=mode]:checked")
    phone.keyboard.press("ArrowUp")
    phone.keyboard.press("ArrowUp")
    expect(phone.locator("input[name=mode]:checked")).to_have_value("SEND")
    expect(phone.locator("#price")).to_contain_text("135.000")
    shot("2-way")
    press_until("#step button.main")
    phone.keyboard.press("Enter")
    press_until("#address")
    phone.keyboard.type(ADDRESS)
    shot("3-address")
    press_until("#step button.main")
    phone.keyboard.press("Enter")
    expect(phone.locator("input[name=slot]").first).to_be_attached()
    shot("4-windows")
    press_until("input[name=slot] >> nth=0")
    phone.keyboard.press("ArrowDown")
    press_until("#step button.main")
    phone.keyboard.press("Enter")
    expect(phone.locator("#hold-clock")).to_contain_text("Giữ chỗ còn 9:5")
    press_until("#full_name")
    phone.keyboard.type(PERSON)
    phone.keyboard.press("Tab")
    phone.keyboard.type(PHONE)
    shot("5-contact")
    press_until("#step button.main")
    phone.keyboard.press("Enter")
    expect(phone.locator("#reference")).to_contain_text("TN-")
    expect(phone.locator("#step-title")).to_be_focused()
    shot("6-done")
    with snapshot() as session:
        (booking,) = session.scalars(select(Booking)).all()
        assert booking.contact.full_name == PERSON
        assert booking.slot_start == time(9, 0)
        assert booking.service_date == WORKING_DAY
        reference = booking.reference
    expect(phone.locator("#reference")).to_have_text(reference)
    kept = phone.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    for personal in (PERSON, PHONE, "Trần Phú"):
        assert personal not in kept
    assert refused == []
    press_until("#follow")
    phone.keyboard.press("Enter")
    expect(phone.locator("#reference")).to_have_text(reference)
    expect(phone.locator("#state")).to_contain_text("09:00–11:00")


def choose_procedure(page: Page) -> None:
    page.locator("#q").fill("doi bang lai xe")
    page.locator(".pick", has_text="1.002809").click()
    page.locator("#chosen button.main").click()


def as_far_as_windows(page: Page, server: str, address: str = ADDRESS) -> None:
    open_booking(page, server)
    choose_procedure(page)
    page.locator("input[name=mode][value=SEND]").check()
    page.locator("#step button.main").click()
    page.locator("#address").fill(address)
    page.locator("#step button.main").click()


def as_far_as_contact(page: Page, server: str) -> None:
    as_far_as_windows(page, server)
    page.locator("input[name=slot]").nth(1).check()
    page.locator("#step button.main").click()
    page.locator("#full_name").wait_for()


def test_a_window_gone_meanwhile_offers_what_is_left(phone: Page, town: str) -> None:
    as_far_as_windows(phone, town)
    phone.locator("input[name=slot]").nth(1).check()
    with unit_of_work() as session:
        session.execute(delete(Shift).where(Shift.service_date == WORKING_DAY))
    phone.locator("#step button.main").click()
    expect(phone.locator(".alert")).to_contain_text("vừa hết chỗ")
    expect(phone.locator(".alert")).to_be_focused()
    expect(phone.locator(f"#day-{WORKING_DAY}")).to_be_visible()
    assert phone.locator(f"input[value^='{WORKING_DAY}']").count() == 0
    assert phone.locator("input[name=slot]").count() > 0


def test_windows_that_could_not_be_asked_for_are_asked_for_again(phone: Page, town: str) -> None:
    phone.route("**/v1/citizen/slots", lambda route: route.abort())
    as_far_as_windows(phone, town)
    expect(phone.locator(".alert")).to_contain_text("bấm lại")
    assert_accessible(phone)
    phone.unroute("**/v1/citizen/slots")
    phone.get_by_role("button", name="Thử lại").click()
    expect(phone.locator("input[name=slot]").first).to_be_attached()
    expect(phone.locator(".alert")).to_have_count(0)
    expect(phone.locator("#windows legend").first).to_be_focused()


def test_whoever_asks_too_often_is_told_how_long_to_wait(phone: Page, town: str) -> None:
    refusal = {"code": "too_many_requests", "detail": "Quá nhiều.", "action": "Đợi một lát."}
    phone.route(
        "**/v1/citizen/slots",
        lambda route: route.fulfill(status=429, headers={"Retry-After": "40"}, json=refusal),
    )
    as_far_as_windows(phone, town)
    expect(phone.locator(".alert")).to_have_text("Quá nhiều.Đợi một lát. Còn khoảng 40 giây.")


def test_a_hold_that_is_over_leads_back_with_everything_typed(
    phone: Page, town: str, frozen: clock.FrozenClock
) -> None:
    as_far_as_contact(phone, town)
    phone.locator("#full_name").fill(PERSON)
    phone.locator("#phone").fill(PHONE)
    frozen.move_to(clock.now() + timedelta(minutes=11))
    phone.locator("#step button.main").click()
    expect(phone.locator(".alert")).to_contain_text("Thời gian giữ chỗ đã hết")
    phone.locator("input[name=slot]").nth(2).check()
    phone.locator("#step button.main").click()
    expect(phone.locator("#full_name")).to_have_value(PERSON)
    phone.locator("#step button.main").click()
    expect(phone.locator("#reference")).to_contain_text("TN-")


def test_the_clock_of_a_hold_runs_out_by_itself(phone: Page, town: str) -> None:
    phone.clock.install()
    as_far_as_contact(phone, town)
    phone.clock.run_for(9 * 60_000)
    expect(phone.locator("#hold-clock")).to_contain_text("Giữ chỗ còn")
    phone.clock.run_for(2 * 60_000)
    expect(phone.locator(".alert")).to_contain_text("Đã hết 10 phút giữ chỗ")
    expect(phone.locator("#hold-clock")).to_be_hidden()


def test_a_reload_keeps_the_draft_and_the_time_left(
    phone: Page, town: str, frozen: clock.FrozenClock
) -> None:
    as_far_as_contact(phone, town)
    phone.locator("#full_name").fill(PERSON)
    frozen.move_to(clock.now() + timedelta(minutes=4))
    phone.reload()
    phone.locator("body[data-ready=true]").wait_for()
    expect(phone.locator("#full_name")).to_have_value(PERSON)
    expect(phone.locator("#hold-clock")).to_contain_text(re.compile(r"còn (6:00|5:5)"))
    phone.locator("#tongue").click()
    expect(phone.locator("#step-title")).to_have_text("Contact")
    expect(phone.locator("#full_name")).to_have_value(PERSON)


def test_without_a_network_nothing_typed_is_lost_and_a_repeat_books_once(
    phone: Page, town: str
) -> None:
    as_far_as_contact(phone, town)
    phone.locator("#full_name").fill(PERSON)
    phone.locator("#phone").fill("0900 000 12")
    phone.locator("#step button.main").click()
    expect(phone.locator("#phone-wrong")).to_contain_text("10 hoặc 11 chữ số")
    expect(phone.locator("#phone")).to_be_focused()
    assert_accessible(phone)
    phone.locator("#phone").fill(PHONE)

    def answer_is_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    phone.route("**/confirm", answer_is_lost)
    phone.locator("#step button.main").click()
    expect(phone.locator(".alert")).to_contain_text("Không kết nối được máy chủ")
    expect(phone.locator("#full_name")).to_have_value(PERSON)
    phone.unroute("**/confirm")
    phone.locator("#step button.main").click()
    expect(phone.locator("#reference")).to_contain_text("TN-")
    with snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Booking)) == 1


def test_a_server_that_does_not_answer_is_told_in_time(phone: Page, town: str) -> None:
    phone.clock.install()
    open_booking(phone, town)
    phone.route("**/v1/citizen/procedures*", lambda _: None)
    phone.locator("#q").fill("khai sinh")
    phone.clock.run_for(30_000)
    expect(phone.locator(".alert")).to_contain_text("Máy chủ trả lời quá lâu")
    expect(phone.locator("#q")).to_have_value("khai sinh")
    phone.unroute("**/v1/citizen/procedures*")


def map_centre(page: Page) -> list[float]:
    """[lon, lat] below the pin once the map is drawn and rests."""
    map_is = "document.getElementById('pick-map').map"
    deadline = clock.monotonic_s() + WAIT_MS / 1000
    page.wait_for_timeout(100)
    while not page.evaluate(f"{map_is}.loaded() && !{map_is}.isMoving()"):
        assert clock.monotonic_s() < deadline, "the map does not come to rest"
        page.wait_for_timeout(50)
    centre: list[float] = page.evaluate(f"{map_is}.getCenter().toArray()")
    return centre


def test_an_unknown_address_is_put_on_the_map_by_finger_or_keys(
    phone: Page, town: str, refused: list[str], artifacts: Path
) -> None:
    as_far_as_windows(phone, town, "7 Đường Chưa Ai Biết, Đà Nẵng")
    expect(phone.locator(".alert")).to_contain_text("Chưa tìm được vị trí")
    expect(phone.locator("#address")).to_have_value("7 Đường Chưa Ai Biết, Đà Nẵng")
    phone.locator("#open-map").click()
    phone.locator(".pick-map canvas").wait_for()
    before = map_centre(phone)
    phone.keyboard.press("ArrowLeft")
    point = map_centre(phone)
    assert point[0] < before[0] - 1e-4
    phone.screenshot(path=artifacts / "map.png")
    assert_accessible(phone)
    phone.locator("dialog .main").click()
    expect(phone.locator("#place")).to_contain_text("Đã chọn điểm trên bản đồ")
    expect(phone.locator("#open-map")).to_be_focused()
    kept = phone.evaluate("JSON.parse(sessionStorage.getItem('booking-draft')).point")
    assert kept == pytest.approx(point, abs=1e-5)
    phone.locator("#step button.main").click()
    expect(phone.locator("input[name=slot]").first).to_be_attached()
    assert [line for line in refused if "404" not in line] == [], "only the layer of roads is away"


def test_a_result_alone_asks_for_its_code_and_its_office(phone: Page, town: str) -> None:
    open_booking(phone, town)
    choose_procedure(phone)
    phone.locator("input[name=mode][value=RETURN]").check()
    phone.locator("#step button.main").click()
    expect(phone.locator("#portal_code-wrong")).to_be_visible()
    expect(phone.locator("#portal_code")).to_be_focused()
    phone.locator("#portal_code").fill("H17.12-261122-0041")
    phone.locator("#step button.main").click()
    phone.locator("#address").fill(ADDRESS)
    phone.locator("#step button.main").click()
    expect(phone.locator("#windows")).to_contain_text("chọn cơ quan trả kết quả")
    expect(phone.locator("#facts")).to_contain_text("không có trong danh sách")
    phone.locator("#office_code").select_option(index=1)
    phone.locator("input[name=slot]").first.check()
    phone.locator("#step button.main").click()
    phone.locator("#full_name").fill(PERSON)
    phone.locator("#phone").fill(PHONE)
    phone.locator("#step button.main").click()
    expect(phone.locator("#reference")).to_contain_text("TN-")
    expect(phone.locator("#step")).to_contain_text("VNeID")
    with snapshot() as session:
        assert session.scalars(select(Booking.portal_code)).one() == "H17.12-261122-0041"


def test_a_procedure_in_person_says_where_to_go(phone: Page, town: str) -> None:
    open_booking(phone, town)
    phone.locator("#q").fill("ket hon")
    phone.locator(".pick").click()
    expect(phone.locator("#chosen .hint")).to_contain_text("có mặt")
    assert phone.locator("#chosen button.main").count() == 0


def test_the_calendar_file_holds_the_window_in_worldwide_time(phone: Page, town: str) -> None:
    as_far_as_contact(phone, town)
    phone.locator("#full_name").fill(PERSON)
    phone.locator("#phone").fill(PHONE)
    phone.locator("#step button.main").click()
    with phone.expect_download() as download:
        phone.locator("#calendar-file").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "DTSTART:20261123T020000Z\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\n"))
    unfolded = text.replace("\n ", "")
    assert "Bản sao thẻ căn cước: 2 bản photo" in unfolded
    assert "Giấy khám sức khỏe: 1 bản chính · trừ hạng A1" in unfolded
    assert PERSON not in text


def test_both_languages_have_the_same_words(page: Page, town: str) -> None:
    page.goto(f"{town}/dat-lich")
    for folder in ("citizen", "booking", "changing", "following", "own", "address_book"):
        missing = page.evaluate(
            """async (folder) => {
              const [vi, en] = await Promise.all(["vi", "en"].map(async (tongue) =>
                Object.keys((await import(`/static/${folder}/words_${tongue}.mjs`)).WORDS)));
              const without = (some, others) => some.filter((key) => !others.includes(key));
              return [...without(vi, en), ...without(en, vi)];
            }""",
            folder,
        )
        assert missing == []


def test_a_wider_screen_shows_the_same_and_more_at_once(
    page: Page, town: str, artifacts: Path
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 768, "height": 1000})
    as_far_as_windows(page, town)
    page.locator("input[name=slot]").nth(1).check()
    page.screenshot(path=artifacts / "768.png", full_page=True)
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.screenshot(path=artifacts / "1440.png", full_page=True)
    first, second = (page.locator(".day .choice").nth(n).bounding_box() for n in (0, 1))
    assert first
    assert second
    assert first["y"] == second["y"], "windows stand side by side"
    assert_accessible(page)

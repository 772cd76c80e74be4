"""One dossier from the citizen's phone to the office and home again, seen on the page on its way.

Booked in a browser, planned as a worker plans, published, ridden by simulated couriers, received
and resolved at a desk, brought home, rated in the browser. The server's clock is the test's.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend import clock
from backend.booking.models import Booking, BookingStatus
from backend.courier_day.feedback.models import Rating
from backend.database import snapshot, unit_of_work
from backend.dossiers.models import Dossier, DossierState
from backend.dossiers.public_chain import get_token
from backend.dossiers.verify import verify_custody
from backend.phone_sim.courier import SimulatedCourier
from backend.phone_sim.faults import Faults
from backend.phone_sim.published import Door, read_rides
from backend.phone_sim.runner import live_day
from backend.planning.models import Plan
from backend.planning.publishing import publish_plan
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.accounts import a_clerk_account, a_courier_account, a_token
from tests.builders.booking import WORKING_DAY
from tests.builders.clerks import a_clerk
from tests.builders.planning import make_plan
from tests.e2e.accessible import assert_accessible
from tests.e2e.test_phone_sim import FrozenTimeline
from tests.e2e.town import ADDRESS, AS_PLANNED, EVE, PERSON, PHONE, a_town
from tests.phone.login import courier_login, dispatcher_login

pytestmark = pytest.mark.browser

PATIENCE_MS = 120_000
"""A journey through everything shares its machine with the pages of other tests."""

NEXT_DAY = WORKING_DAY + timedelta(days=1)


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(clock.local_instant(EVE, time(9, 0))) as frozen:
        yield frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """What the journey goes through."""

    server: str
    area_id: uuid.UUID
    clock: clock.FrozenClock
    settings: Settings
    folder: Path

    def is_planned(self, day: date) -> uuid.UUID:
        """A draft, as a worker makes it."""
        return make_plan(self.area_id, self.settings, day=day)

    def lives(self, day: date) -> None:
        """Simulated couriers live the published day from its morning on."""
        self.clock.move_to(clock.local_instant(day, time(6, 30)))
        folder = self.folder / day.isoformat()
        folder.mkdir()
        timeline = FrozenTimeline(self.clock)
        rides = read_rides(Door(self.server, dispatcher_login, "any"), day)
        with unit_of_work() as session:
            for ride in rides:
                a_courier_account(session, ride.courier_code)
        couriers = [
            SimulatedCourier(
                self.server,
                replace(ride, ends_at=ride.starts_at + timedelta(hours=9)),
                folder,
                timeline,
                seed=5,
                faults=Faults(),
                rates=AS_PLANNED,
                login=courier_login,
            )
            for ride in rides
        ]
        live_day(couriers, timeline, threads=1)


@pytest.fixture
def town(live_server: str, frozen: clock.FrozenClock, settings: Settings, tmp_path: Path) -> Town:
    with unit_of_work() as session:
        area_id = a_town(session).id
    return Town(
        server=live_server, area_id=area_id, clock=frozen, settings=settings, folder=tmp_path
    )


@pytest.mark.timeout(600)  # two days of plans, pages and couriers
def test_papers_go_from_home_to_the_office_and_the_result_comes_home(
    page: Page, town: Town, artifacts: Path
) -> None:
    def look(text: str) -> None:
        page.reload()
        page.locator("body[data-ready=true]").wait_for()
        expect(page.locator("main")).to_contain_text(text, timeout=PATIENCE_MS)

    page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    reference = book(page, town.server)
    look("Chờ bưu tá đến nhận")
    page.screenshot(path=artifacts / "1-booked.png", full_page=True)

    publish(town.is_planned(WORKING_DAY), town.settings)
    look("Đã xếp lịch")
    town.lives(WORKING_DAY)
    item = the_dossier(reference)
    assert item.state is DossierState.HANDED_OVER
    assert item.filed_at is not None
    look("Đã nộp tại cơ quan")
    assert_accessible(page)
    page.screenshot(path=artifacts / "2-filed.png", full_page=True)

    desk = Desk(page, town.server, item)
    desk.tell("appointments", {"items": [{"item": item.item_code, "day": f"{NEXT_DAY}"}]})
    look("Ngày hẹn trả kết quả")
    town.clock.move_to(clock.local_instant(NEXT_DAY, time(6)))
    desk.tell("results", {"item": item.item_code})
    look("Đã có kết quả")

    publish(town.is_planned(NEXT_DAY), town.settings)
    town.lives(NEXT_DAY)
    assert the_dossier(reference).state is DossierState.DELIVERED
    look("Đã giao kết quả")
    rate(page)
    assert_accessible(page)
    page.screenshot(path=artifacts / "3-rated.png", full_page=True)
    with snapshot() as session:
        assert session.scalars(select(Booking.status)).all() == [BookingStatus.DONE]
        assert [(each.score, each.reasons) for each in session.scalars(select(Rating))] == [
            (5, ["ON_TIME"])
        ]
        assert verify_custody(session).bad_row is None

    with unit_of_work() as session:
        get_token(session, item.id)  # as a printed receipt does
    look("Kiểm chứng sổ giao nhận")
    page.locator("a[href^='/kiem-chung/']").click()
    expect(page.locator("#verdict")).to_contain_text("Đúng: đã tính lại", timeout=PATIENCE_MS)
    page.go_back()
    town.clock.move_to(clock.now() + timedelta(hours=30))
    look("Phiếu đã kết thúc")
    expect(page.locator(".steps")).to_have_count(0)


def book(phone: Page, server: str) -> str:
    """On the citizen's page; ends on the follow page."""
    phone.goto(f"{server}/dat-lich")
    phone.locator("#q").fill("doi bang lai xe")
    phone.locator(".pick", has_text="1.002809").click()
    phone.locator("#chosen button.main").click()
    phone.locator("input[name=mode][value=BOTH]").check()
    phone.locator("#step button.main").click()
    phone.locator("#address").fill(ADDRESS)
    phone.locator("#step button.main").click()
    phone.locator("input[name=slot]").first.check()
    phone.locator("#step button.main").click()
    phone.locator("#full_name").fill(PERSON)
    phone.locator("#phone").fill(PHONE)
    phone.locator("#step button.main").click()
    phone.locator("#follow").wait_for()
    reference = phone.locator("#reference").inner_text()
    phone.locator("#follow").click()
    phone.locator("body[data-token][data-ready=true]").wait_for()
    expect(phone.locator("#reference")).to_have_text(reference, timeout=PATIENCE_MS)
    return reference


def publish(plan_id: uuid.UUID, settings: Settings) -> None:
    with unit_of_work() as session:
        version = session.get_one(Plan, plan_id).version
        blobs = BlobStore(settings.blob_dir)
        publish_plan(session, plan_id, expected_version=version, blobs=blobs)


class Desk:
    """The clerk of the office that received a dossier."""

    def __init__(self, browser: Page, server: str, dossier: Dossier) -> None:
        with unit_of_work() as session:
            office = session.merge(dossier, load=False).filing_office
            clerk = a_clerk(session, office=office)
            token = a_token(session, a_clerk_account(session, clerk.code))
            self._desk = f"{server}/v1/office/desks/{office.code}"
        self._ask = browser.request
        self._signed = {"Authorization": f"Bearer {token}"}

    def tell(self, act: str, body: dict[str, object]) -> None:
        headers = self._signed | {"Idempotency-Key": str(uuid.uuid4())}
        answer = self._ask.post(f"{self._desk}/{act}", data=body, headers=headers)
        assert answer.status == 201, answer.text()


def the_dossier(reference: str) -> Dossier:
    with snapshot() as session:
        booking = session.scalars(select(Booking).where(Booking.reference == reference)).one()
        (dossier,) = booking.dossiers
        session.expunge(dossier)
        return dossier


def rate(phone: Page) -> None:
    form = phone.locator(".rate").last
    form.get_by_label("5 – Rất hài lòng").check()
    form.get_by_label("Đúng giờ").check()
    form.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.locator("[id^=rated-]")).to_contain_text("5/5", timeout=PATIENCE_MS)

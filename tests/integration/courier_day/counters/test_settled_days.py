"""Cash at the counter ends the courier's day; cash that is not settled blocks the next one."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from backend import clock, database
from backend.courier_day.shift_states import DayState
from backend.courier_day.work_days import WorkDay
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import MORNING, Morning, collected
from tests.integration.courier_day.counters.conftest import Counters
from tests.integration.courier_day.edge_cases import about, open_kinds, said
from tests.phone import Phone

ROAD = ("day.opened", "route.accepted", "route.departed")
BACK = ("route.finishing", "route.back")


def steps(phone: Phone, kinds: tuple[str, ...], day: date = WORKING_DAY) -> list[Any]:
    return [said(phone, kind, {"service_date": day.isoformat()}) for kind in kinds]


def state_of(morning: Morning) -> DayState:
    with database.snapshot() as session:
        return session.scalars(
            select(WorkDay.state).where(WorkDay.courier_id == morning.a.id)
        ).one()


def settle(counters: Counters, morning: Morning, counted_vnd: int = 0) -> Any:
    body = {"courier": morning.a.code, "counted_vnd": counted_vnd}
    return counters.at_counter("settlements", body)


def test_money_given_in_on_the_road_leaves_the_day_as_it_is(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    steps(phone, ROAD)
    nothing = settle(counters, morning)
    assert (nothing.status_code, nothing.get_json()["code"]) == (409, "nothing_to_settle")
    said(phone, *collected(dossier))
    said(phone, "cash.collected", about(dossier, purse="FEE", amount_vnd=50_000))
    answer = settle(counters, morning, 50_000)
    assert (answer.status_code, answer.get_json()["service_dates"]) == (201, [])
    assert state_of(morning) is DayState.ON_ROUTE


def test_the_cashiers_list_settles_the_day_and_the_phone_confirms_it(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    steps(phone, ROAD + BACK)
    answer = settle(counters, morning)  # no cash was taken: the list says so
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["service_dates"] == [WORKING_DAY.isoformat()]
    assert state_of(morning) is DayState.SETTLED
    assert settle(counters, morning).status_code == 409
    assert steps(phone, ("cash.counted", "cash.settled")) == [("applied", None)] * 2
    assert "already_done" not in open_kinds()
    assert steps(phone, ("cash.settled",)) == [("flagged", "already_done")]
    reason = {"service_date": WORKING_DAY.isoformat(), "reason": "SAFE"}
    assert said(phone, "day.closed", reason) == ("applied", None)
    assert state_of(morning) is DayState.CLOSED


def test_a_day_that_is_not_settled_blocks_the_next_until_the_counter_has_its_cash(
    morning: Morning, phone: Phone, counters: Counters, frozen_morning: clock.FrozenClock
) -> None:
    steps(phone, ROAD)
    next_day = WORKING_DAY + timedelta(days=1)
    frozen_morning.move_to(MORNING + timedelta(days=1))
    phone.drain()
    blocked = phone.view().day["blocked"]
    assert blocked["code"] == "earlier_day_unsettled"
    assert blocked["service_dates"] == [WORKING_DAY.isoformat()]
    assert f"{WORKING_DAY:%d/%m/%Y}" in blocked["detail"]
    assert steps(phone, ("day.opened",), next_day) == [("flagged", "earlier_day_unsettled")]
    assert "earlier_day_unsettled" in open_kinds()
    answer = settle(counters, morning)
    assert answer.get_json()["service_dates"] == [WORKING_DAY.isoformat()]
    phone.drain()
    assert phone.view().day["blocked"] is None


def test_another_courier_and_another_post_office_settle_nothing_here(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    steps(phone, ROAD + BACK)
    other = counters.at_counter("settlements", {"courier": morning.b.code, "counted_vnd": 0})
    assert (other.status_code, other.get_json()["code"]) == (409, "nothing_to_settle")
    unknown = counters.at_counter("settlements", {"courier": "BT-LA", "counted_vnd": 0})
    assert (unknown.status_code, unknown.get_json()["code"]) == (404, "courier_not_found")
    assert state_of(morning) is DayState.BACK

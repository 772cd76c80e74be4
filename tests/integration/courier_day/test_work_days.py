"""A courier's own day over HTTP: in order, with steps forgotten, and with the till unsettled."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend import clock, database
from backend.courier_day.handlers.shift import COMMANDS
from backend.courier_day.shift_states import DayState, DayVerdict
from backend.courier_day.work_days import WorkDay, WorkDayStep, find_work_day
from backend.fleet.models import Courier
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected
from tests.phone import Phone

PLAIN = [kind for kind in COMMANDS if kind != "route.handed_on"]


def of_today(**fields: Any) -> dict[str, Any]:
    return {"service_date": WORKING_DAY.isoformat()} | fields


def outcome(phone: Phone, command: str) -> tuple[str, str | None]:
    entry = phone.store.results()[command]
    return entry["status"], entry["code"]


def state_of(courier: Courier) -> DayState | None:
    with database.snapshot() as session:
        day = find_work_day(session, courier.id, WORKING_DAY)
        return day.state if day else None


def test_a_plain_day_is_opened_ridden_and_closed(morning: Morning, phone_of: PhoneOf) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    assert phone.view().day["work_days"] == []
    stock = {"slips": 40, "seals": 50, "bags": 10, "change_vnd": 500_000}
    acts = [phone.act("day.opened", of_today(stock=stock))]
    phone.drain()
    assert phone.view().day["work_days"] == [
        {"service_date": WORKING_DAY.isoformat(), "state": "OPENED"}
    ]
    acts += [phone.act(kind, of_today()) for kind in PLAIN[1:]]
    phone.drain()
    assert [outcome(phone, act) for act in acts] == [("applied", None)] * len(acts)
    assert state_of(morning.a) is DayState.CLOSED
    assert phone.view().day["work_days"] == []
    with database.snapshot() as session:
        steps = session.scalars(select(WorkDayStep).order_by(WorkDayStep.n)).all()
        assert [step.event for step in steps] == [COMMANDS[kind] for kind in PLAIN]
        assert {step.verdict for step in steps} == {DayVerdict.STEP}


def test_a_forgotten_step_is_bridged_and_a_late_one_moves_nothing(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.act("day.opened", of_today())
    departed = phone.act("route.departed", of_today())
    accepted = phone.act("route.accepted", of_today())
    phone.drain()
    assert outcome(phone, departed) == ("flagged", "day_gap")
    assert outcome(phone, accepted) == ("flagged", "already_done")
    assert state_of(morning.a) is DayState.ON_ROUTE


def test_a_day_that_was_not_settled_is_told_when_the_next_one_opens(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    yesterday = (WORKING_DAY - timedelta(days=1)).isoformat()
    phone.act("day.opened", {"service_date": yesterday})
    phone.drain()
    opened = phone.act("day.opened", of_today())
    phone.drain()
    assert outcome(phone, opened) == ("flagged", "earlier_day_unsettled")
    assert state_of(morning.a) is DayState.OPENED  # the courier did begin: a fact is kept


def test_a_day_closes_with_an_empty_bag_or_a_named_reason(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    for kind in PLAIN[:-1]:
        phone.act(kind, of_today())
    closed = phone.act("day.closed", of_today())
    phone.drain()
    assert outcome(phone, closed) == ("flagged", "still_holds")
    other = phone_of(morning.b)
    other.act("day.opened", of_today())
    named = other.act("day.closed", of_today(reason="SICK"))
    other.drain()
    assert outcome(other, named) == ("flagged", "day_gap")
    with database.snapshot() as session:
        days = session.scalars(select(WorkDay)).all()
        assert {day.state for day in days} == {DayState.CLOSED}


def test_a_step_reported_twice_counts_once(morning: Morning, phone_of: PhoneOf) -> None:
    first, second = phone_of(morning.a), phone_of(morning.a)
    first.act("day.opened", of_today())
    again = second.act("day.opened", of_today())
    first.drain()
    second.drain()
    assert outcome(second, again) == ("flagged", "already_done")
    with database.snapshot() as session:
        (day,) = session.scalars(select(WorkDay)).all()
        assert (day.state, day.step_count) == (DayState.OPENED, 2)
    assert clock.local_date(clock.now()) == WORKING_DAY

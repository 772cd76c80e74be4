"""Positions: late, doubled, senseless or off shift; seen by the dispatcher, coarse after a day."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from backend import clock, database
from backend.courier_day import position_days
from backend.courier_day.position_models import LastPosition, Position
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import MORNING, Morning, PhoneOf
from tests.phone import Phone

LAT, LON = 160_544_000, 1_082_022_000


class Sender:
    """A phone's batches over HTTP."""

    def __init__(self, client: FlaskClient, phone: Phone) -> None:
        self.client, self.phone = client, phone
        self.device_id = phone.store.get_meta("device_id")

    @property
    def token(self) -> str:
        """A fresh one: the clock of these tests jumps by hours and days."""
        self.phone.identity.refresh(self.phone.transport)
        return self.phone.store.get_meta("token") or ""

    def clock(self) -> dict[str, Any]:
        watch = self.phone.clock
        return {"wall": watch.wall(), "uptime_ms": watch.uptime_ms(), "boot": watch.boot}

    def fix(self, minutes_ago: float = 0, **changes: Any) -> dict[str, Any]:
        now = self.clock()
        earlier = timedelta(minutes=minutes_ago)
        wall = datetime.fromisoformat(now["wall"]) - earlier
        return {
            "wall": wall.isoformat(timespec="milliseconds"),
            "uptime_ms": max(0, now["uptime_ms"] - int(earlier.total_seconds() * 1000)),
            "boot": now["boot"],
            "lat": LAT,
            "lon": LON,
            "acc_m": 12,
        } | changes

    def send(self, *fixes: dict[str, Any], **changes: Any) -> Any:
        body = {"device_id": self.device_id, "clock": self.clock(), "fixes": list(fixes)}
        return self.client.post(
            "/v1/courier/positions",
            json=body | changes,
            headers={"Authorization": f"Bearer {self.token}"},
        )


@pytest.fixture
def sender(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient, frozen_morning: clock.FrozenClock
) -> Sender:
    """A phone of A two hours into the shift."""
    phone = phone_of(morning.a)
    frozen_morning.advance(timedelta(hours=2))
    phone.clock.advance(hours=2)
    return Sender(door, phone)


def kept() -> list[Position]:
    with database.unit_of_work() as session:
        return list(session.scalars(select(Position).order_by(Position.at)))


def last_of(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/dispatcher/couriers/positions").json["positions"]
    return found


def test_a_batch_of_an_hour_keeps_the_moments_of_the_phone(sender: Sender) -> None:
    answer = sender.send(*(sender.fix(minutes) for minutes in range(60)))
    assert answer.json == {"accepted": 60, "repeated": 0, "dropped": {}}
    rows = kept()
    assert {row.day for row in rows} == {WORKING_DAY}
    assert rows[-1].at == MORNING + timedelta(hours=2)
    assert rows[-1].at - rows[0].at == timedelta(minutes=59)


def test_a_batch_sent_again_is_kept_once_whole_or_in_parts(sender: Sender) -> None:
    fixes = [sender.fix(minutes) for minutes in range(10)]
    sender.send(*fixes[:5])
    assert sender.send(*fixes, *fixes).json == {"accepted": 5, "repeated": 15, "dropped": {}}
    assert len(kept()) == 10


def test_a_wrong_wall_clock_does_not_move_the_moment(sender: Sender) -> None:
    wrong = sender.fix(10)
    wrong["wall"] = "2036-01-01T00:00:00.000+07:00"
    sender.send(wrong)
    assert [row.at for row in kept()] == [MORNING + timedelta(hours=1, minutes=50)]


def test_fixes_off_shift_too_old_or_nowhere_are_counted_and_gone(
    sender: Sender, frozen_morning: clock.FrozenClock
) -> None:
    nowhere = [sender.fix(1, lat=0, lon=0), sender.fix(2, lat=10**9), sender.fix(3, acc_m=-1)]
    no_zone = sender.fix(4, wall="2026-11-23T08:00:00")
    old = sender.fix(60 * 24 * 9, boot="another")
    night = sender.fix(60 * 6, boot="another")
    answer = sender.send(*nowhere, no_zone, old, night, sender.fix())
    assert answer.json == {
        "accepted": 1,
        "repeated": 0,
        "dropped": {"no_place": 3, "no_time_zone": 1, "too_old": 1, "off_shift": 1},
    }


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"fixes": "none"}, 400, "malformed_envelope"),
        ({"fixes": [{}]}, 400, "malformed_envelope"),
        ({"clock": None}, 400, "malformed_envelope"),
        ({"device_id": str(uuid.uuid4())}, 403, "not_your_device"),
    ],
)
def test_a_batch_of_wrong_form_or_of_another_device_is_refused_whole(
    sender: Sender, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = sender.send(sender.fix(), **changes)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert kept() == []


def test_too_many_fixes_are_refused(sender: Sender) -> None:
    assert sender.send(*[sender.fix()] * 601).status_code == 400


def test_without_a_token_nobody_sends_positions(door: FlaskClient, morning: Morning) -> None:
    assert door.post("/v1/courier/positions", json={}).status_code == 401


def test_the_dispatcher_sees_the_newest_place_and_its_age(
    morning: Morning, sender: Sender, door: FlaskClient, frozen_morning: clock.FrozenClock
) -> None:
    assert last_of(door) == []
    sender.send(sender.fix(1, lat=LAT + 5))
    sender.send(sender.fix(30))  # late news does not move the courier back
    frozen_morning.advance(timedelta(minutes=4))
    (seen,) = last_of(door)
    assert seen["courier_code"] == morning.a.code
    assert (seen["lat"], seen["age_s"], seen["coarse"]) == (16.0544005, 300, False)
    elsewhere = door.get("/v1/dispatcher/couriers/positions?province_code=01")
    assert (elsewhere.status_code, elsewhere.json["code"]) == (404, "province_not_found")


def test_after_a_day_places_are_coarse_and_fewer(
    sender: Sender, door: FlaskClient, frozen_morning: clock.FrozenClock
) -> None:
    sender.send(*(sender.fix(minutes, lat=LAT + 4_321) for minutes in range(60)))
    frozen_morning.advance(timedelta(hours=23))
    with database.unit_of_work() as session:
        assert position_days.coarsen(session) == 0
    frozen_morning.advance(timedelta(hours=2, minutes=5))
    with database.unit_of_work() as session:
        position_days.keep_house(session)
    rows = kept()
    assert 12 <= len(rows) <= 13
    assert {(row.lat, row.lon, row.acc_m, row.coarse) for row in rows} == {
        (160_550_000, 1_082_020_000, None, True)
    }
    assert last_of(door)[0]["coarse"] is True
    with database.unit_of_work() as session:
        assert position_days.coarsen(session) == 0


def test_a_day_of_positions_goes_as_a_whole_after_ninety_days(
    sender: Sender, frozen_morning: clock.FrozenClock
) -> None:
    sender.send(sender.fix())

    def partitions() -> set[str]:
        with database.unit_of_work() as session:
            names = text(
                "SELECT relname FROM pg_class WHERE relname LIKE 'position\\_2%' AND relkind = 'r'"
            )
            return set(session.scalars(names))

    assert partitions() == {"position_20261123"}
    for days, expected in ((90, True), (1, False)):
        frozen_morning.advance(timedelta(days=days))
        with database.unit_of_work() as session:
            position_days.keep_house(session)
        assert ("position_20261123" in partitions()) is expected
    assert kept() == []
    with database.unit_of_work() as session:
        assert session.scalars(select(LastPosition)).one().coarse is True


def test_the_application_may_not_make_or_drop_tables_otherwise(morning: Morning) -> None:
    with database.unit_of_work() as session, session.begin_nested() as savepoint:
        with pytest.raises(Exception, match="permission denied"):
            session.execute(text("CREATE TABLE mine (n int)"))
        savepoint.rollback()

"""The invariants as functions: silent on a sound morning, loud about each kind of broken row."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend import clock, database
from backend.cli import main
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import WorkItem
from backend.courier_day.nightly_check import KIND, InvariantCheck, check_tonight
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.places import PROVINCE
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected
from tests.phone import Phone

BROKEN: dict[str, tuple[str, str]] = {
    "a number without its command": ("I1", "UPDATE device_seq SET command_id = gen_random_uuid()"),
    "a raw text thrown away": ("I1", "DELETE FROM quarantined_command"),
    "an effect without a cause": (
        "I2",
        """
        UPDATE command SET status = 'refused', outcome = outcome || '{"status": "refused"}'
        WHERE type = 'dossier.collected'
        """,
    ),
    "a form made twice": (
        "I2",
        """
        INSERT INTO form (id, kind, year, unit_code, number, dossier_ids, content, signatures,
            acted_at, issued_at, province_code)
        SELECT gen_random_uuid(), kind, year, unit_code, number + 1000, dossier_ids, content,
            signatures, acted_at, issued_at, province_code
        FROM form WHERE kind = 'DISPATCH_SLIP'
        """,
    ),
    "a mark beyond the last number": ("I3", "UPDATE device SET last_seq = last_seq + 1"),
    "a number that was never acknowledged": ("I3", "DELETE FROM device_seq WHERE seq = 2"),
    "another keeper": ("I6", "UPDATE dossier SET keeper_id = gen_random_uuid()"),
    "an entry without a receipt": ("I7", "UPDATE cash_entry SET receipt_id = gen_random_uuid()"),
    "another amount": ("I7", "UPDATE cash_entry SET amount_vnd = amount_vnd + 1"),
    "a payment forgotten": ("I7", "DELETE FROM cash_entry"),
    "an answer changed": ("I11", "UPDATE command SET code = 'something else'"),
    "a refused fact": (
        "I12",
        """
        UPDATE command SET status = 'refused', outcome = outcome || '{"status": "refused"}'
        """,
    ),
}


def newest_check(session: Session) -> InvariantCheck | None:
    ended = select(InvariantCheck).where(InvariantCheck.ended_at.is_not(None))
    return session.scalars(ended.order_by(InvariantCheck.on.desc()).limit(1)).first()


@pytest.fixture
def worked(phone: Phone, morning: Morning) -> Phone:
    """A phone that collected, took cash and sent something that nobody understands."""
    dossier = morning.sends[0]
    phone.act(*collected(dossier))
    body = {"dossier": str(dossier.id), "purse": "FEE", "amount_vnd": 50_000}
    phone.act("cash.collected", body)
    phone.act("tea.drunk", {"cups": 2})
    phone.drain()
    return phone


def breaches() -> set[str]:
    with database.snapshot() as session:
        return {breach.invariant for breach in find_breaches(session)}


def test_a_sound_morning_breaks_nothing(worked: Phone) -> None:
    assert breaches() == set()


@pytest.mark.parametrize("name", BROKEN)
def test_each_kind_of_broken_row_is_told_by_its_number(
    name: str, worked: Phone, as_owner: Callable[[str], None]
) -> None:
    invariant, statement = BROKEN[name]
    as_owner(statement)
    assert invariant in breaches()


def test_a_day_that_names_strangers_is_told(
    worked: Phone, morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone_of(morning.b).drain()
    from backend.courier_day import day, invariants

    whole = day.read_day

    def talkative(session: database.DatabaseSession, courier: object) -> database.JsonObject:
        shown = whole(session, courier)
        return shown | {"dossiers": [{"id": str(morning.sends[1].id)}]}

    monkeypatch.setattr(invariants, "read_day", talkative)
    assert breaches() == {"I10"}


def test_every_night_one_worker_checks_and_a_finding_is_on_the_list_once(
    worked: Phone, as_owner: Callable[[str], None], frozen_morning: clock.FrozenClock
) -> None:
    def findings() -> list[WorkItem]:
        with database.unit_of_work() as session:
            return list(session.scalars(select(WorkItem).where(WorkItem.kind == KIND)))

    check_tonight(PROVINCE)
    with database.unit_of_work() as session:
        newest = newest_check(session)
        assert newest is not None
        assert (newest.on, newest.breaches) == (WORKING_DAY, [])
    as_owner("UPDATE device SET last_seq = last_seq + 1")
    check_tonight(PROVINCE)
    assert findings() == []  # this night's check is done
    midnight = clock.local_instant(WORKING_DAY, time(23, 59))
    frozen_morning.move_to(midnight + timedelta(minutes=30))
    check_tonight(PROVINCE)
    assert findings() == []  # too early: somebody may still be riding
    for _ in range(2):
        frozen_morning.advance(timedelta(days=1, hours=2))
        check_tonight(PROVINCE)
    (item,) = findings()
    assert item.detail["invariant"] == "I3"
    with database.unit_of_work() as session:
        newest = newest_check(session)
        assert newest is not None
        assert [each["invariant"] for each in newest.breaches] == ["I3"]


def test_a_check_whose_worker_died_is_done_by_the_next_one(
    worked: Phone, frozen_morning: clock.FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_session: object) -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr("backend.courier_day.nightly_check.find_breaches", die)
    with pytest.raises(KeyboardInterrupt):
        check_tonight(PROVINCE)
    monkeypatch.undo()
    for hours, done in ((1, False), (3, True)):
        frozen_morning.advance(timedelta(hours=hours))
        check_tonight(PROVINCE)
        with database.unit_of_work() as session:
            assert (newest_check(session) is not None) is done


def test_the_command_checks_at_once_and_names_what_is_broken(
    worked: Phone,
    settings: Settings,
    committed_database: Engine,
    as_owner: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("database_url", "migration_url", "redis_url"):
        monkeypatch.setenv(f"TANNOI_{name.upper()}", getattr(settings, name))
    well = CliRunner().invoke(main, ["invariants"])
    assert (well.exit_code, well.output) == (0, "every invariant holds\n")
    as_owner("UPDATE device SET last_seq = last_seq + 1")
    broken = CliRunner().invoke(main, ["invariants"])
    assert broken.exit_code == 1
    assert "I3: " in broken.stderr
    assert "next:" in broken.stderr

"""The custody log can only grow, and whoever changes it as the owner is found out."""

import random
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from backend import database
from backend.cli import main
from backend.dossiers.custody import CustodyNotPossible, Keeper, record_event
from backend.dossiers.models import CustodyEventType, Dossier, DossierState, LegStatus
from backend.dossiers.result_ways import HomeUnknown, result_ready
from backend.dossiers.verify import verify_custody
from backend.places.models import PlaceKind
from backend.settings import Settings
from tests.fixtures.database import TestDatabase
from tests.integration.courier_day.conftest import MORNING, Morning, PhoneOf
from tests.integration.courier_day.test_working import work


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_event SET seal = 'forged'",
        "DELETE FROM custody_event",
        "TRUNCATE custody_event",
        "DROP TABLE custody_event",
        "ALTER TABLE custody_event ADD COLUMN x int",
    ],
)
def test_the_applications_role_may_only_add(engine: Engine, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(text(statement))
    assert refused.value.orig.sqlstate == "42501"


def _change(n: int) -> str:
    return f"UPDATE custody_event SET seal = 'forged' WHERE dossier_id = :id AND n = {n}"


TAMPERING: dict[str, tuple[list[str], int, str]] = {
    "a changed field": ([_change(2)], 2, "does not match its hash"),
    "a later time": (
        ["UPDATE custody_event SET at = at + interval '1 s' WHERE dossier_id = :id AND n = 1"],
        1,
        "does not match its hash",
    ),
    "a deleted middle": (
        ["DELETE FROM custody_event WHERE dossier_id = :id AND n = 2"],
        2,
        "event 2 is missing",
    ),
    "a deleted newest": (
        ["DELETE FROM custody_event WHERE dossier_id = :id AND n = 3"],
        3,
        "newest event is missing",
    ),
    "all deleted": (["DELETE FROM custody_event WHERE dossier_id = :id"], 1, "no event at all"),
    "two swapped": (
        [
            "UPDATE custody_event SET n = 99 WHERE dossier_id = :id AND n = 1",
            "UPDATE custody_event SET n = 1 WHERE dossier_id = :id AND n = 2",
            "UPDATE custody_event SET n = 2 WHERE dossier_id = :id AND n = 99",
        ],
        1,
        "does not continue",
    ),
    "a row put in": (
        [
            """
            INSERT INTO custody_event SELECT dossier_id, 4, type, state, from_kind, from_id,
                to_kind, to_id, NULL, ordinal, device_id, actor_id, place_kind, place_id, at,
                at_quality, received_at, seal, reason, blob_hashes, corrects_n, prev, hash
            FROM custody_event WHERE dossier_id = :id AND n = 3
            """
        ],
        4,
        "does not continue",
    ),
    "another keeper": (
        ["UPDATE dossier SET keeper_id = gen_random_uuid() WHERE id = :id"],
        0,
        "keeper or state was changed",
    ),
    "papers said to be lost": (
        ["UPDATE dossier SET condition = 'LOST' WHERE id = :id"],
        0,
        "keeper or state was changed",
    ),
    "a shortened log": (
        [
            "DELETE FROM custody_event WHERE dossier_id = :id AND n = 3",
            "UPDATE dossier SET event_count = 2 WHERE id = :id",
        ],
        0,
        "head is not the hash",
    ),
}


def test_every_way_to_tamper_is_found_at_its_first_bad_row(
    morning: Morning,
    phone_of: PhoneOf,
    test_database: TestDatabase,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work(phone_of(morning.a))
    for name in ("database_url", "migration_url", "redis_url", "state_dir"):
        monkeypatch.setenv(f"TANNOI_{name.upper()}", str(getattr(settings, name)))
    victim = morning.sends[0]
    owner = create_engine(test_database.owner_url)

    def while_tampered(statements: list[str], check: Callable[[], None]) -> None:
        """Tampers, looks, and puts everything back."""
        with owner.begin() as connection:
            _disarm(connection)
            kept = _copy(connection)
            for statement in statements:
                connection.execute(text(statement), {"id": victim.id})
        check()
        with owner.begin() as connection:
            _put_back(connection, kept)

    for name, (statements, n, reason) in TAMPERING.items():

        def check(name: str = name, n: int = n, reason: str = reason) -> None:
            with database.snapshot() as session:
                bad = verify_custody(session).bad_row
            assert bad is not None, name
            assert (bad.dossier_id, bad.n) == (victim.id, n), name
            assert reason in bad.reason, name

        while_tampered(statements, check)

    def command_names_it() -> None:
        result = CliRunner().invoke(main, ["custody", "verify"])
        assert result.exit_code == 1
        assert victim.item_code in result.stderr
        assert "event 2: its content does not match its hash" in result.stderr

    while_tampered([_change(2)], command_names_it)
    result = CliRunner().invoke(main, ["custody", "verify"])
    assert (result.exit_code, result.stdout) == (
        0,
        "custody log is whole: 3 dossiers, 9 events\n",
    )
    only = CliRunner().invoke(main, ["custody", "verify", "--dossier", str(victim.id)])
    assert only.stdout == "custody log is whole: 1 dossiers, 3 events\n"
    owner.dispose()


def test_random_bits_flipped_anywhere_in_the_log_are_found(
    morning: Morning, phone_of: PhoneOf, test_database: TestDatabase
) -> None:
    work(phone_of(morning.a))
    owner = create_engine(test_database.owner_url)
    chance = random.Random(7)
    columns = ("prev", "hash")
    for _ in range(12):
        column, bit = chance.choice(columns), chance.randrange(256)
        with owner.begin() as connection:
            _disarm(connection)
            kept = _copy(connection)
            chosen = chance.choice(kept["custody_event"])
            connection.execute(
                text(
                    f"UPDATE custody_event SET {column} ="
                    f" set_bit({column}, :bit, 1 - get_bit({column}, :bit))"
                    " WHERE dossier_id = :id AND n = :n"
                ),
                {"bit": bit, "id": chosen["dossier_id"], "n": chosen["n"]},
            )
        with database.snapshot() as session:
            bad = verify_custody(session).bad_row
        assert bad is not None
        assert (bad.dossier_id, bad.n) == (chosen["dossier_id"], chosen["n"])
        with owner.begin() as connection:
            _put_back(connection, kept)
    owner.dispose()


def test_a_move_that_the_rules_forbid_writes_nothing(morning: Morning) -> None:
    with database.unit_of_work() as session:
        dossier = session.get_one(Dossier, morning.sends[0].id)
        with pytest.raises(CustodyNotPossible) as refused:
            record_event(
                session,
                dossier,
                CustodyEventType.HANDED_OVER,
                receiver=Keeper.office(dossier.filing_office_id),
            )
        assert refused.value.code == "custody_not_possible"
        with pytest.raises(CustodyNotPossible):
            record_event(
                session,
                dossier,
                CustodyEventType.COLLECTED,
                giver=Keeper.citizen(morning.a.id),
                receiver=Keeper.courier(morning.a.id),
            )
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, morning.sends[0].id).event_count == 1


def test_a_ready_result_opens_the_leg_home(morning: Morning, phone_of: PhoneOf) -> None:
    work(phone_of(morning.a))
    with database.unit_of_work() as session:
        dossier = session.get_one(Dossier, morning.sends[0].id)
        home = (dossier.legs[0].from_kind, dossier.legs[0].from_id)
        leg = result_ready(session, dossier, MORNING.replace(day=27, hour=9))
        assert dossier.state is DossierState.RESULT_READY
        assert (leg.to_kind, leg.to_id) == home
        assert leg.status is LegStatus.OPEN
        assert leg.service_date.isoformat() == "2026-11-27"
        assert leg.due_on.isoformat() == "2026-11-30"  # Friday + 1 working day
        with pytest.raises(CustodyNotPossible):
            result_ready(session, dossier, MORNING)
    with database.unit_of_work() as session:
        stray = session.get_one(Dossier, morning.sends[1].id)
        for each in stray.legs:
            each.from_kind = each.to_kind = PlaceKind.OFFICE
        session.flush()
        with pytest.raises(HomeUnknown):
            result_ready(session, stray, MORNING)
        session.rollback()


def _disarm(connection: Connection) -> None:
    """An owner with bad intent does not stop at a trigger."""
    for table in ("custody_event", "dossier"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


type Rows = dict[str, list[dict[str, object]]]


def _copy(connection: Connection) -> Rows:
    return {
        table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
        for table in ("custody_event", "dossier")
    }


def _put_back(connection: Connection, kept: Rows) -> None:
    connection.execute(text("DELETE FROM custody_event"))
    for row in kept["custody_event"]:
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO custody_event ({names}) VALUES ({values})"), row)
    for row in kept["dossier"]:
        connection.execute(
            text(
                "UPDATE dossier SET keeper_id = :keeper_id, state = :state,"
                " condition = :condition, event_count = :event_count, head_hash = :head_hash"
                " WHERE id = :id"
            ),
            row,
        )
    connection.execute(text("ALTER TABLE dossier ENABLE TRIGGER USER"))

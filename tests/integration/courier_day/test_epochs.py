"""After a restore: a new epoch, the whole day anew, and phones that are asked to send again."""

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, delete

from backend import database
from backend.accounts.models import Device
from backend.cli import main
from backend.courier_day import revisions
from backend.courier_day.models import SyncEpoch
from backend.settings import Settings
from tests.integration.courier_day.conftest import Morning, collected
from tests.phone import Phone


def new_epoch() -> str:
    with database.unit_of_work() as session:
        return revisions.start_epoch(session)


def test_two_restores_of_one_backup_never_share_an_epoch(committed_database: Engine) -> None:
    """The second restore knows nothing of the first one, and phones have seen its epoch."""
    first = new_epoch()
    with database.unit_of_work() as session:
        session.execute(delete(SyncEpoch))
    assert new_epoch() != first
    with database.snapshot() as session:
        assert [each.epoch for each in revisions.list_epochs(session)] == [
            revisions.current_epoch(session)
        ]


def test_a_phone_of_the_epoch_before_gets_its_day_and_is_told_from_where_to_send_again(
    phone: Phone, morning: Morning
) -> None:
    phone.act(*collected(morning.sends[0]))
    phone.drain()
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    ).body
    assert (answer["day"], answer["directives"]) == (None, [])
    epoch = new_epoch()
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    ).body
    assert (answer["epoch"], answer["directives"]) == (epoch, ["resend_from:2"])
    assert answer["day"]["held"] == [str(morning.sends[0].id)]
    phone.take(answer)
    phone.sync()
    assert phone.directives == []


def test_what_the_restored_copy_never_got_is_asked_for(phone: Phone, morning: Morning) -> None:
    for dossier in morning.sends:
        phone.act(*collected(dossier))
    phone.drain()
    with database.unit_of_work() as session:  # as an older copy has it: number 1 only
        device = session.query(Device).one()
        device.last_seq = 1
    new_epoch()
    phone.act("route.finishing", {"service_date": "2026-11-23"})
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    ).body
    assert (answer["ack_seq"], answer["results"]) == (1, [])
    assert answer["directives"] == ["resend_from:2"]


def test_a_new_phone_has_nothing_to_send_again(phone: Phone, morning: Morning) -> None:
    new_epoch()
    request = phone.request() | {"seen_epoch": None, "seen_revision": 0}
    answer = phone.transport.post("/v1/courier/sync", request, phone.store.get_meta("token")).body
    assert answer["directives"] == []
    assert answer["day"] is not None


def test_the_command_starts_an_epoch_and_shows_it(
    committed_database: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANNOI_DATABASE_URL", settings.database_url)
    assert CliRunner().invoke(main, ["epoch", "show"]).stdout == "current: e1\n"
    started = CliRunner().invoke(main, ["epoch", "start"])
    assert started.exit_code == 0, started.stderr
    name = started.stdout.split()[1]
    with database.snapshot() as session:
        assert revisions.current_epoch(session) == name
    assert f"current: {name}" in CliRunner().invoke(main, ["epoch", "show"]).stdout

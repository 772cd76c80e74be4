"""T7: phones whose clocks lie: order is by number, and `at` never goes back on one device."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backend import clock, database
from backend.courier_day.models import Command
from tests.phone import Clock, Phone, Store
from tests.proofs.conftest import Morning
from tests.proofs.world import MORNING

TEN_YEARS = timedelta(days=3_652)

WRONG: dict[str, timedelta] = {
    "right": timedelta(),
    "2 h fast": timedelta(hours=2),
    "2 h slow": -timedelta(hours=2),
    "10 years fast": TEN_YEARS,
    "10 years slow": -TEN_YEARS,
}


def set_wall(by: timedelta) -> Callable[[Clock], None]:
    def change(phones_clock: Clock) -> None:
        phones_clock.wall_off_by = by

    return change


def reload_page(phones_clock: Clock) -> None:
    """A browser's page session is its boot, and its uptime begins anew."""
    phones_clock.reboot()


BETWEEN: dict[str, Callable[[Clock], None]] = {
    "nothing": lambda _: None,
    "a reboot": Clock.reboot,
    "a page reload": reload_page,
    "somebody sets it right": set_wall(timedelta()),
    "somebody sets it back a day": set_wall(-timedelta(days=1)),
    "the network sets it 10 years on": set_wall(TEN_YEARS),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_t7_order_is_by_number_and_time_never_goes_back(morning: Morning, wrong: str) -> None:
    kept = morning.phone.store.path
    morning.phone.store.close()
    for name, happens in BETWEEN.items():
        morning.world.restore()
        path = Path(shutil.copy(kept, kept.with_suffix(f".{len(name)}")))
        phones_clock = Clock(clock.to_local(MORNING), wall_off_by=WRONG[wrong])
        phone = Phone(Store(path), morning.door, phones_clock)
        acts = []
        for number, dossier in enumerate(morning.dossiers[:2]):
            phones_clock.advance(minutes=10)
            acts.append(
                phone.act("dossier.collected", {"dossier": dossier, "seal": f"NP-{number}"})
            )
            if number == 0:
                happens(phones_clock)
        morning.server_clock.move_to(phones_clock.true_now + timedelta(minutes=1))
        phone.drain()
        with database.unit_of_work() as session:
            rows = session.scalars(select(Command).order_by(Command.seq)).all()
        assert [str(row.id) for row in rows] == acts, name
        told = {(row.status.value, row.code) for row in rows}
        assert told <= {("applied", None), ("flagged", "late")}, name  # kept, never refused
        times = [row.at for row in rows]
        assert times == sorted(times), name
        assert times[-1] <= rows[-1].received_at, name
        off = abs(phones_clock.wall_off_by) > timedelta(minutes=5)
        assert ("clock_wrong" in phone.directives) is off, name
        phone.store.close()


def test_t7_within_one_boot_the_uptime_says_when_it_was_whatever_the_wall_says(
    morning: Morning,
) -> None:
    phones_clock = Clock(clock.to_local(MORNING), wall_off_by=TEN_YEARS)
    phone = Phone(Store(morning.phone.store.path), morning.phone.transport, phones_clock)
    phone.act("dossier.collected", {"dossier": morning.dossiers[0], "seal": "NP-1"})
    acted_at = phones_clock.true_now
    phones_clock.advance(hours=3)
    morning.server_clock.move_to(phones_clock.true_now)
    phone.drain()
    with database.unit_of_work() as session:
        (row,) = session.scalars(select(Command)).all()
        assert row.at == acted_at
    phone.store.close()

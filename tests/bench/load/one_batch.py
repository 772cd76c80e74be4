"""What a sync costs inside the process: a batch of 50 commands, by parts and by statement; a day
of 40 stops that is told anew; and the question whether it has changed.

No socket and one thread, so that two versions of the code can be compared:
`python -m tests.bench.load.one_batch [--batches N] [--profile]`.
"""

import argparse
import cProfile
import json
import os
import pstats
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Engine, event, select

from backend import clock, database
from backend.accounts.models import Device
from backend.courier_day.day import read_day
from backend.courier_day.envelope import read_envelope
from backend.courier_day.sync import sync
from backend.fleet.models import Courier
from backend.logs import configure_logs
from tests.bench.load.client import LightPhone
from tests.bench.load.rows import MORNING, make_rows
from tests.fixtures.database import own_database
from tests.fixtures.presence import adopt_own_services, state_dir

PAPERS = 10
"""Each with five commands."""

ASKED = 50
"""Times that a plain sync is asked for."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--warm", type=int, default=3, help="batches before those that count")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    adopt_own_services(os.environ, state_dir() / "env")
    configure_logs(level="ERROR", as_json=False)
    with own_database() as own:
        engine = database.configure(own.app_url.render_as_string(hide_password=False))
        riders = make_rows(steady=1, wave=given.batches + given.warm, papers_in_wave=PAPERS)
        wave = riders.wave
        with clock.frozen(MORNING):
            _tell_a_day(engine, riders.long_day)
            statements: Counter[str] = Counter()
            profile = cProfile.Profile(time.process_time) if given.profile else None
            seconds: list[float] = []
            for number, code in enumerate(wave):
                device, envelope = _batch_of(code)
                counted = number >= given.warm
                if number == given.warm:
                    event.listen(
                        engine,
                        "before_cursor_execute",
                        lambda _c, _cur, statement, *_rest: statements.update([statement]),
                    )
                if profile and counted:
                    profile.enable()
                began = time.process_time()
                answer = sync(device, envelope)
                seconds += [time.process_time() - began] if counted else []
                if profile:
                    profile.disable()
                if any(entry["status"] != "applied" for entry in answer["results"]):
                    raise RuntimeError(answer["results"])
        engine.dispose()
    commands = 50 * len(seconds)
    print(
        f"{commands} commands: {1000 * sum(seconds) / commands:.2f} ms CPU a command"
        f" (best batch {20 * min(seconds):.2f}),"
        f" {sum(statements.values()) / commands:.2f} statements a command"
    )
    for statement, times in statements.most_common(30):
        print(f"{times / commands:7.2f}  {' '.join(statement.split())[:150]}")
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(70)


def _tell_a_day(engine: Engine, code: str) -> None:
    """Prints what the whole day costs, and what the question costs whether it is still the same."""
    device, envelope = _batch_of(code)
    asking = replace(envelope, commands=())
    answer = sync(device, asking)
    visits = sum(len(stop["visits"]) for stop in answer["day"]["routes"][0]["stops"])
    same = replace(asking, seen_epoch=answer["epoch"], seen_revision=answer["revision"])
    for name, asked in (("the whole day", asking), ("nothing new", same)):
        statements = [0]

        def count(*_: object, ran: list[int] = statements) -> None:
            ran[0] += 1

        event.listen(engine, "before_cursor_execute", count)
        began = time.process_time()
        for _ in range(ASKED):
            msgspec.json.encode(sync(device, asked), order="sorted")
        spent = (time.process_time() - began) / ASKED
        event.remove(engine, "before_cursor_execute", count)
        print(
            f"a sync that is told {name} ({visits} visits): {1000 * spent:.1f} ms CPU,"
            f" {statements[0] / ASKED:.0f} statements"
        )


def _batch_of(code: str) -> tuple[Any, Any]:
    """A new phone of the courier, and everything that it collects on its day."""
    with database.unit_of_work() as session:
        courier = session.scalars(select(Courier).where(Courier.code == code)).one()
        device = Device(
            person_id=courier.person_id,
            public_key="bench",
            model="bench",
            app_version="1.0.0",
            registered_at=clock.now(),
        )
        session.add(device)
        session.flush()
        device_id, day = device.id, read_day(session, courier)
    phone = LightPhone("", code, day=day)
    phone.collect_everything()
    reading = {key: phone.outbox[-1][key] for key in ("wall", "uptime_ms", "boot")}
    body = {
        "protocol": 1,
        "device_id": str(device_id),
        "app": "1.0.0",
        "schema": 1,
        "seen_epoch": None,
        "seen_revision": 0,
        "clock": reading,
        "commands": phone.outbox[:50],
        "gap_lost": None,
    }
    return device_id, read_envelope(json.dumps(body).encode())


if __name__ == "__main__":
    main()

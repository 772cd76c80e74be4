"""Measures one API process under couriers on the road and a wave; ends by itself in minutes."""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from backend import clock, database
from tests.bench.load.client import LightPhone
from tests.bench.load.page import RESULTS, as_markdown, write_page
from tests.bench.load.phases import come_out, one_by_one, ride, switch_on
from tests.bench.load.profile import read_profile
from tests.bench.load.rows import MORNING, Riders, make_rows
from tests.bench.load.server import api_server
from tests.bench.machine import cores, machine
from tests.fixtures.database import TestDatabase, own_database
from tests.fixtures.presence import adopt_own_services, state_dir


def main() -> int:
    """Exit status 0 when no call failed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--couriers", type=int, default=1000, help="on the road")
    parser.add_argument("--minutes", type=float, default=3, help="that they ride")
    parser.add_argument("--wave", type=int, default=200, help="phones with 50 commands each")
    parser.add_argument("--alone", type=int, default=100, help="whose calls run one by one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", action="store_true", help="keep the results and write docs/load.md"
    )
    given = parser.parse_args()
    adopt_own_services(os.environ, state_dir() / "env")
    with own_database() as own, tempfile.TemporaryDirectory() as folder:
        results = measure(own, Path(folder), given)
    results["command"] = "python -m tests.bench.load" + "".join(f" {each}" for each in sys.argv[1:])
    print(as_markdown(results))
    if given.keep:
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
        write_page()
    return 1 if find_errors(results) else 0


def measure(own: TestDatabase, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """All phases on one database; commits wait for the disk as in production."""
    url = own.app_url.render_as_string(hide_password=False)
    engine = database.configure(url)
    steady = given.couriers + 2 * given.alone
    riders = make_rows(steady=steady, wave=given.wave, papers_in_wave=10)
    own.wait_for_disk()
    engine.dispose()
    demo = str(clock.DemoClock(MORNING, clock.machine_now(), 1.0))
    clock.show(demo)
    environment = {
        "TANNOI_DATABASE_URL": url,
        "TANNOI_REDIS_URL": os.environ.get("TANNOI_REDIS_URL", ""),
        "TANNOI_STATE_DIR": str(folder),
        "TANNOI_LOG_LEVEL": "INFO",
        "TANNOI_LOG_FORMAT": "json",
        "TANNOI_DEMO_CLOCK": demo,
    }
    results = asyncio.run(_load(environment, folder, riders, given))
    profiled = folder / "profile"
    asyncio.run(_profile(environment, folder, riders.steady[-given.alone :], profiled))
    with engine.begin() as connection:
        rows, size = connection.execute(text(_POSITION_SIZE)).one()
    engine.dispose()
    return results | {
        "profile": read_profile(profiled),
        "position_rows": rows,
        "bytes_per_position_row": round(size / max(rows, 1)),
        "seed": given.seed,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": dict(machine()) | {"load_before": os.getloadavg()[0], "cores": str(cores())},
    }


_POSITION_SIZE = """
SELECT (SELECT count(*) FROM position),
       (SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)
          FROM pg_inherits WHERE inhparent = 'position'::regclass)
"""


async def _load(
    environment: dict[str, str], folder: Path, riders: Riders, given: argparse.Namespace
) -> dict[str, Any]:
    chance = random.Random(given.seed)
    with api_server(environment, folder) as server:
        phones = [LightPhone(server.socket, code) for code in riders.steady[: -given.alone]]
        road, alone = phones[: given.couriers], phones[given.couriers :]
        wave = [LightPhone(server.socket, code) for code in riders.wave]
        long_day = LightPhone(server.socket, riders.long_day)
        await switch_on([*phones, *wave, long_day])
        return {
            "one_by_one": await one_by_one(server, alone),
            "road": await ride(server, road, given.minutes, chance),
            "wave": await come_out(server, wave, chance),
            "day_of_40_stops": {
                "stops": sum(len(route["stops"]) for route in long_day.day["routes"]),
                "bytes": len(json.dumps(long_day.day, ensure_ascii=False).encode()),
                "bytes_compressed": long_day.day_bytes,
            },
        }


async def _profile(
    environment: dict[str, str], folder: Path, codes: tuple[str, ...], profile_to: Path
) -> None:
    with api_server(environment, folder, profile_to=profile_to) as server:
        phones = [LightPhone(server.socket, code) for code in codes]
        await switch_on(phones)
        await one_by_one(server, phones)


def find_errors(results: dict[str, Any]) -> int:
    kinds = (
        *results["one_by_one"].values(),
        results["road"]["positions"],
        results["road"]["syncs"],
    )
    return sum(kind["errors"] for kind in (*kinds, results["wave"]["until_empty"]))


if __name__ == "__main__":
    raise SystemExit(main())

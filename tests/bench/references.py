"""The best that long runs found on the bench's days, computed once and kept with seed and date.

`python -m tests.bench.references` fills references.json; ten minutes of one core a day.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from routing import Problem
from tests.bench.machine import jobs_here
from tests.bench.runs import Runner
from tests.bench.suite import SIZES, a_day_case, day_runs

FILE = Path(__file__).with_name("references.json")
SECONDS = 300
ENGINES = ("ours", "vroom-short")
"""VROOM at exploration 5 on the clock where it is better."""

Reference = dict[str, Any]


def fingerprint(problem: Problem) -> str:
    """What the generator drew, in 12 hexadecimal digits: a reference of another day says nothing.

    Only what a bench day has is looked at, so that new fields of the model change nothing.
    """
    seen = hashlib.sha256()
    for matrix in problem.matrices.values():
        seen.update(matrix.duration_s.tobytes())
    for shipment in problem.shipments:
        for task in (*shipment.pickups, *shipment.deliveries):
            hours = [(window.start, window.end) for window in task.windows]
            place = task.location.matrix_index, task.location.area
            told = (task.id, place, task.setup_s, task.service_s, hours, task.load_change)
            seen.update(repr((*told, task.release_s, shipment.penalty)).encode())
    for vehicle in problem.vehicles:
        hours = [(vehicle.shift.start, vehicle.shift.end)]
        hours += [(pause.window.start, pause.window.end) for pause in vehicle.breaks]
        ends = vehicle.start.matrix_index, vehicle.end and vehicle.end.matrix_index
        known = sorted(vehicle.familiar_areas)
        seen.update(repr((vehicle.id, ends, hours, vehicle.capacity, known)).encode())
    return seen.hexdigest()[:12]


def read_references(file: Path = FILE) -> dict[str, dict[str, Reference]]:
    """By case name, then engine; empty before any was computed."""
    if not file.exists():
        return {}
    found: dict[str, dict[str, Reference]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def references_of(
    known: Mapping[str, Mapping[str, Reference]], case: str, problem: Problem
) -> dict[str, Reference]:
    """Those of this very day."""
    wanted = fingerprint(problem)
    return {
        engine: reference
        for engine, reference in known.get(case, {}).items()
        if reference["problem"] == wanted
    }


def main() -> int:
    """Computes what the arguments name and writes it to references.json at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--engines", nargs="+", default=list(ENGINES))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--jobs", type=int, default=jobs_here())
    given = parser.parse_args()
    cases = [a_day_case(visits, seed) for seed in given.seeds for visits in given.sizes]
    known = read_references()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Path(folder), given.jobs, print)
        runs = day_runs(cases, [(engine, given.seconds) for engine in given.engines])
        for run, row in zip(runs, runner.run_all(runs), strict=True):
            if "failure" in row:
                continue
            kept = {name: row[name] for name in ("cost", "vehicles", "undone", "seconds", "seed")}
            kept["date"] = datetime.now(UTC).date().isoformat()
            kept["cpu_s"] = row["cpu_s"]
            kept["problem"] = fingerprint(run.case.problem)
            known.setdefault(run.case.name, {})[run.engine] = kept
    FILE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

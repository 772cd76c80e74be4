"""Runs the benchmark, whole in 40 minutes or --quick in five, and writes JSON and a table."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.engines import ENGINES
from tests.bench.machine import jobs_here, machine
from tests.bench.public_sets import best_known, read_instance
from tests.bench.references import read_references, references_of
from tests.bench.report import as_markdown
from tests.bench.runs import ONE_THREAD, ROOT, Row, Run, Runner
from tests.bench.services import PARTS as SERVICES
from tests.bench.services import QUICK as QUICK_SERVICES
from tests.bench.suite import PARTS, SEEDS, Suite
from tests.fixtures.presence import state_dir


def main() -> int:
    """Exit status 0 when every run gave an answer that passes the check, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="within 5 minutes instead of 40")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seeds", nargs="+", type=int, help="of the generated days")
    parser.add_argument("--engines", nargs="+", choices=sorted(ENGINES), help="only these")
    parser.add_argument("--jobs", type=int, default=jobs_here(), help="runs at a time")
    parser.add_argument("--output", type=Path, help="folder for results.json and results.md")
    given = parser.parse_args()
    named = os.environ.get("TANNOI_TEST_DATA", "")
    suite = Suite(
        quick=given.quick,
        parts=tuple(given.only),
        seeds=tuple(given.seeds or (SEEDS[:1] if given.quick else SEEDS)),
        test_data=Path(named).resolve() if named else None,
        roads_cache=state_dir().resolve() / "cache" / "test-roads",
    )
    if suite.test_data is None:
        print("TANNOI_TEST_DATA is not set: no public sets, no Hà Nội", file=sys.stderr)
    results = run(suite, given.jobs, tuple(given.engines or ENGINES))
    folder = given.output or state_dir() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    written = json.dumps(results, indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(written + "\n", encoding="utf-8")
    table = as_markdown(results)
    (folder / "results.md").write_text(table, encoding="utf-8")
    print(table)
    failed = [row for part in ("days", "sets", "scale") for row in results[part] if _failed(row)]
    return 1 if failed else 0


def run(suite: Suite, jobs: int, engines: tuple[str, ...]) -> dict[str, Any]:
    """All parts with some engines; what must not be disturbed runs alone."""

    def wanted(runs: list[Run]) -> list[Run]:
        return [each for each in runs if each.engine in engines]

    began = time.monotonic()
    results: dict[str, Any] = {"days": [], "sets": [], "scale": [], "services": {}}
    _compile_ours()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Path(folder), jobs, _tell)
        if "services" in suite.parts:
            results["services"] = _services(suite.quick)
        if "days" in suite.parts:
            runs = wanted(suite.day_runs())
            results["days"] = runner.run_all(runs)
            results["references"] = _references(runs)
        if "sets" in suite.parts:
            runs = wanted(suite.set_runs())
            results["sets"] = runner.run_all(runs)
            _in_own_terms(suite, runs, results["sets"], runner)
        if "scale" in suite.parts:
            results["scale"] = runner.run_all(wanted(suite.scale_runs()))
    results["about"] = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": "python -m tests.bench" + (" --quick" if suite.quick else ""),
        "parts": list(suite.parts),
        "seeds": list(suite.seeds),
        "runs_at_a_time": jobs,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "machine": dict(machine()),
    }
    return results


def _compile_ours() -> None:
    """Once, ahead of all runs; where it is compiled already this takes a moment."""
    command = [sys.executable, "-m", "routing", "warm-up"]
    subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, stdout=sys.stderr, check=True)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _failed(row: Row) -> bool:
    return "failure" in row


def _references(runs: list[Run]) -> dict[str, Any]:
    known = read_references()
    cases = {run.case.name: run.case.problem for run in runs}
    found = {name: references_of(known, name, problem) for name, problem in cases.items()}
    return {name: references for name, references in found.items() if references}


def _in_own_terms(suite: Suite, runs: list[Run], rows: list[Row], runner: Runner) -> None:
    """Vehicles and distance as the set counts them, judged in double precision."""
    if suite.test_data is None:
        return
    known = best_known(suite.test_data)
    for one, row in zip(runs, rows, strict=True):
        best = known[one.case.name]
        row["best_vehicles"], row["best_distance"] = best.vehicles, best.distance
        routes = runner.routes.get((one.case.name, one.label))
        if routes is None:
            continue
        instance = read_instance(suite.test_data, one.case.name)
        figures = instance.judge([[int(task_id) for task_id in route] for route in routes])
        row["vehicles"], row["distance"] = figures.vehicles, round(figures.distance, 4)
        if figures.faults:
            row["failure"] = f"{len(figures.faults)} faults: {figures.faults[0]}"


def _services(quick: bool) -> dict[str, Any]:
    """Each in a fresh process, one after another."""
    found: dict[str, Any] = {}
    for name in SERVICES if not quick else QUICK_SERVICES:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.services", name, *(["--quick"] if quick else [])],
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["without a word"]
            found[name] = {"failure": last[0]}
        else:
            found[name] = json.loads(done.stdout)
        _tell(f"{name:24} {json.dumps(found[name], ensure_ascii=False)[:160]}")
    return found


if __name__ == "__main__":
    raise SystemExit(main())

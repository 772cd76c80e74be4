"""Runs of engines on cases, each in a fresh process with one thread, judged when it ends."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from routing import Problem
from tests.bench.answers import COST, judge

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)

GRACE_S = 180.0
"""Beyond three times its limit an engine is given up. Loading on a busy machine takes seconds."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A problem with a name. `group` is what a table has one line or column for."""

    name: str
    group: str
    seed: int
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An engine on a case for so many seconds."""

    case: Case
    engine: str
    seconds: float
    objective: str = COST

    @property
    def label(self) -> str:
        """Such as `ours 10 s`."""
        return f"{self.engine} {self.seconds:g} s" if self.seconds else self.engine


Row = dict[str, Any]
"""One finished run as it stands in the results' JSON."""


@dataclass(slots=True)
class Runner:
    """`jobs` runs at a time. `tell` gets a line per finished run. `routes` keeps the answers' task
    ids by (case, label) for those who judge in other terms."""

    folder: Path
    jobs: int
    tell: Callable[[str], None]
    routes: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)

    def run_all(self, runs: Sequence[Run]) -> list[Row]:
        """All rows in the order given. A failed run is a row with `failure`."""
        self._write_problems(run.case for run in runs)
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(self._run, runs))

    def _write_problems(self, cases: Iterable[Case]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for case in cases:
            file = self._problem_file(case)
            if not file.exists():
                file.write_bytes(pickle.dumps(case.problem))

    def _problem_file(self, case: Case) -> Path:
        return self.folder / f"{case.name}.pickle"

    def _run(self, run: Run) -> Row:
        row: Row = {
            "case": run.case.name,
            "group": run.case.group,
            "seed": run.case.seed,
            "engine": run.engine,
            "label": run.label,
            "seconds": run.seconds,
        }
        said = self._child(run)
        if isinstance(said, str):
            row["failure"] = said
        else:
            orders = said.pop("orders")
            verdict = judge(run.case.problem, orders)
            row |= said
            row |= {
                "cost": verdict.cost,
                "ride_s": verdict.ride_s,
                "vehicles": verdict.vehicles,
                "undone": verdict.undone,
            }
            if verdict.faults:
                row["failure"] = f"{len(verdict.faults)} faults: {verdict.faults[0]}"
            self.routes[run.case.name, run.label] = [list(order) for order in orders.values()]
        self.tell(f"{run.case.name:24} {run.label:18} {_in_short(row)}")
        return row

    def _child(self, run: Run) -> dict[str, Any] | str:
        command = [sys.executable, "-m", "tests.bench.child", str(self._problem_file(run.case))]
        command += [run.engine, "--seconds", str(run.seconds), "--seed", str(run.case.seed)]
        command += ["--objective", run.objective]
        limit = 3 * run.seconds + GRACE_S
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=os.environ | ONE_THREAD,
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"gave no answer within {limit:g} s"
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or ["without a word"]
            return f"ended with status {done.returncode}: {last[0]}"
        said: dict[str, Any] = json.loads(done.stdout)
        return said


def _in_short(row: Mapping[str, Any]) -> str:
    if "failure" in row:
        return str(row["failure"])
    return (
        f"cost {row['cost']:>12,}  vehicles {row['vehicles']:>3}  undone {row['undone']:>3}"
        f"  {row['wall_s']:6.1f} s  {row['cpu_s']:6.1f} s CPU  {row['memory_mb']:.0f} MB"
    )

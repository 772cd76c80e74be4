"""One run of one engine in a process of its own: its time, memory and answer, as JSON on stdout.

Reads a pickled problem that the parent process wrote a moment ago. Loading and compiling are over
before the clock starts: a worker has done both long before a plan is asked for.
"""

import argparse
import json
import pickle
import resource
import sys
import time
from pathlib import Path

from tests.bench.answers import Ask
from tests.bench.engines import ENGINES


def main() -> int:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", type=Path)
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--objective", required=True)
    given = parser.parse_args()
    problem = pickle.loads(given.problem.read_bytes())
    solve = ENGINES[given.engine].load()
    if given.engine in ("ours", "ours-parts"):
        from routing.engines import warm_up

        warm_up()
    ask = Ask(problem=problem, seconds=given.seconds, seed=given.seed, objective=given.objective)
    began, busy = time.monotonic(), time.process_time()
    answer = solve(ask)
    wall_s, cpu_s = time.monotonic() - began, time.process_time() - busy
    json.dump(
        {
            "orders": {vehicle: list(order) for vehicle, order in answer.orders.items()},
            "facts": dict(answer.facts),
            "wall_s": round(wall_s, 3),
            "cpu_s": round(cpu_s, 3),
            "memory_mb": round(most_kib() / 1024, 1),
        },
        sys.stdout,
    )
    return 0


def most_kib(status: Path = Path("/proc/self/status")) -> int:
    """The most memory this program held. getrusage would count what the process held before it
    became this program, which is a copy of whoever started it."""
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux


if __name__ == "__main__":
    raise SystemExit(main())

"""`solve` and `warm-up`: the search, its progress on a terminal, and Ctrl-C."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from routing.cli.writing import write
from routing.engines import warm_up
from routing.formats.files import (
    HowMade,
    Orders,
    ProblemFile,
    read_orders,
    read_problem,
    solution_text,
)
from routing.problem import InvalidProblem
from routing.solution import Progress, Result
from routing.solve import Objective, solve
from routing.solving.collector import no_full_collections

SOLVED, INTERRUPTED = 0, 130

BAR_CELLS = 20


def solve_command(options: argparse.Namespace) -> int:
    """Read, solve, write in the kind of the input. Until the problem is read there is nothing to
    write, and Ctrl-C ends the command; from then on it asks for the best so far."""
    with no_full_collections():
        given = read_problem(options.file, options.format)
        defects = given.problem.validate()
        if defects:
            raise InvalidProblem(defects)
        start = given.orders or None
        if options.start_from is not None:
            start = read_orders(options.start_from, given)
        with _interruptible() as was_interrupted:
            _solve_and_write(options, given, start, was_interrupted)
            return INTERRUPTED if was_interrupted() else SOLVED


def _solve_and_write(
    options: argparse.Namespace,
    given: ProblemFile,
    start: Orders | None,
    was_interrupted: Callable[[], bool],
) -> None:
    usual: Objective = "cost" if given.instance is None else "vehicles-first"
    bar = _Bar(options.time_limit) if sys.stderr.isatty() else None
    result = solve(
        given.problem,
        time_limit_s=options.time_limit,
        iterations=options.iterations,
        seed=options.seed,
        engine=options.engine,
        threads=options.threads,
        objective=options.objective or usual,
        start_from=start,
        on_progress=None if bar is None else bar.show,
        should_stop=was_interrupted,
    )
    if bar is not None:
        bar.end(result)
    if result.engine_note:
        print(f"note: searched with {result.engine}: {result.engine_note}", file=sys.stderr)
    made = HowMade(
        authors=f"routing, engine {result.engine}, seed {result.seed}",
        date=datetime.now(UTC).date().isoformat(),
        computing_ms=int(1000 * result.runtime_s),
    )
    write(options, solution_text(given, result.solution, made))


def warm_up_command(_: argparse.Namespace) -> int:
    """Compile the search now."""
    print(f"the search is ready ({warm_up():.1f} s)")
    return SOLVED


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C asks the search for its best; a second one ends at once."""
    asked = False

    def ask(_signal: int, _frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


class _Bar:
    """One line on a terminal, written over itself."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self.width = 0

    def show(self, progress: Progress) -> None:
        """How far the time is gone, and the best so far."""
        gone = 1 - max(0.0, min(1.0, progress.seconds_left / self.limit_s))
        filled = round(gone * BAR_CELLS)
        bar = "█" * filled + "░" * (BAR_CELLS - filled)
        cost = "–" if progress.best_cost is None else f"{progress.best_cost:,}"
        left = "–" if progress.unassigned is None else str(progress.unassigned)
        self._over(
            f"{bar} {progress.stage.lower():<8} cost {cost} · undone {left} · "
            f"{max(0.0, progress.seconds_left):.1f} s left"
        )

    def end(self, result: Result) -> None:
        """What was found, left standing."""
        found = result.solution
        self._over(
            f"cost {found.cost:,} · {len(found.routes)} vehicles · "
            f"{len(found.unassigned)} undone · {result.iterations:,} rounds in "
            f"{result.runtime_s:.1f} s"
        )
        print(file=sys.stderr)

    def _over(self, line: str) -> None:
        print(f"\r{line:<{self.width}}", end="", file=sys.stderr, flush=True)
        self.width = len(line)

"""The command line: solve, check and schedule problem files; needs nothing else of the project."""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from routing.check import check
from routing.engines import DEFAULT, EngineCannot, engine_names, warm_up
from routing.formats import files
from routing.formats.errors import FormatError, FormatErrors
from routing.formats.own import Json
from routing.problem import InvalidProblem
from routing.schedule import InvalidOrder, schedule
from routing.solution import Progress
from routing.solve import solve

SOLVED, FAULTY, MALFORMED, INTERRUPTED = 0, 1, 2, 130

EXAMPLES = """examples:
  python -m routing solve day.json --time-limit 20 --output plan.json
  python -m routing solve vroom.json --format vroom
  python -m routing check day.json plan.json
  python -m routing schedule day.json orders.json --place-breaks

orders.json holds {"vehicle id": ["task or break id", …]}. A VROOM problem holds its orders in
vehicles[].steps. Exit status: 0 done, 1 check found faults, 2 malformed input (every defect is
listed), 130 interrupted by Ctrl-C (the best plan so far is written)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except FormatErrors as wrong:
        return _malformed([str(error) for error in wrong.errors])
    except InvalidProblem as wrong:
        return _malformed([str(defect) for defect in wrong.defects])
    except (FormatError, InvalidOrder, EngineCannot, OSError) as wrong:
        return _malformed([str(wrong)])


def _malformed(lines: Sequence[str]) -> int:
    for line in lines:
        print(f"error: {line}", file=sys.stderr)
    return MALFORMED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m routing",
        description="Plan vehicle routes, judge a plan, or time a given order.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], told: str) -> None:
        sub = commands.add_parser(name, help=told, description=told)
        sub.set_defaults(run=run)
        sub.add_argument("file", type=Path, metavar="FILE", help="the problem, JSON")
        sub.add_argument("--format", choices=files.FORMATS, default="own", help="of FILE")
        sub.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
        if name == "solve":
            sub.add_argument("--engine", choices=engine_names(), default=DEFAULT)
            sub.add_argument("--time-limit", type=_seconds, default=20.0, metavar="S")
            sub.add_argument("--iterations", type=_count, metavar="N", help="repeatable search")
            sub.add_argument("--seed", type=int, default=1, metavar="N")
        else:
            second = "the solution" if name == "check" else "orders (not for VROOM)"
            sub.add_argument("second", type=Path, nargs="?", metavar="FILE2", help=second)
        if name == "schedule":
            sub.add_argument(
                "--place-breaks", action="store_true", help="put breaks where they fit"
            )

    command("solve", _solve, "find routes")
    command("check", _check, "judge a solution; prints every fault")
    command("schedule", _schedule, "time given orders; prints the timed routes")
    told = "compile the search ahead of its first use, once per machine"
    commands.add_parser("warm-up", help=told, description=told).set_defaults(run=_warm_up)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 10**7:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _solve(options: argparse.Namespace) -> int:
    problem, orders = files.read_problem(options.file, options.format)
    if orders:
        # A start to improve on is not part of this command yet: never silently ignored.
        raise FormatError("vehicles[].steps", "cannot be honoured by solve; use schedule")
    began = time.monotonic()
    with _interruptible() as was_interrupted:
        result = solve(
            problem,
            time_limit_s=options.time_limit,
            iterations=options.iterations,
            seed=options.seed,
            engine=options.engine,
            on_progress=_bar if sys.stderr.isatty() else None,
            should_stop=was_interrupted,
        )
        if sys.stderr.isatty():
            print(file=sys.stderr)
        spent_ms = int(1000 * (time.monotonic() - began))
        _write(options, files.solution_document(problem, result.solution, options.format, spent_ms))
        return INTERRUPTED if was_interrupted() else SOLVED


def _check(options: argparse.Namespace) -> int:
    if options.second is None:
        raise FormatError("FILE2", "check needs a solution")
    problem, _ = files.read_problem(options.file, options.format)
    _refuse_defects(problem.validate())
    solution, differences = files.read_solution(options.second, options.format, problem)
    faults = [str(fault) for fault in check(problem, solution)] + differences
    _write(options, {"faults": faults})
    return FAULTY if faults else SOLVED


def _schedule(options: argparse.Namespace) -> int:
    problem, orders = files.read_problem(options.file, options.format)
    _refuse_defects(problem.validate())
    if options.second is not None:
        orders = files.read_orders(options.second)
    timed = schedule(problem, orders, place_breaks=options.place_breaks)
    _write(options, files.solution_document(problem, timed, options.format, None))
    return SOLVED


def _warm_up(_: argparse.Namespace) -> int:
    print(f"the search is ready ({warm_up():.1f} s)")
    return SOLVED


def _refuse_defects(defects: tuple[object, ...]) -> None:
    if defects:
        raise FormatErrors([FormatError("problem", str(defect)) for defect in defects])


def _write(options: argparse.Namespace, document: Json) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_text(text, encoding="utf-8")


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


def _bar(progress: Progress) -> None:
    """One line on a terminal, written over itself."""
    cost = "–" if progress.best_cost is None else f"{progress.best_cost:,}"
    left = "–" if progress.unassigned is None else str(progress.unassigned)
    print(
        f"\r{progress.stage:<8} cost {cost:>16} unassigned {left:>5} "
        f"{progress.seconds_left:5.1f} s left ",
        end="",
        file=sys.stderr,
        flush=True,
    )

"""Commands, options and help, with examples that teach."""

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path

from routing.cli.judging import check_command, explain_command, schedule_command
from routing.cli.rewriting import convert_command, plot_command
from routing.cli.solving import solve_command, warm_up_command
from routing.cli.two_plans import compare_command
from routing.engines import DEFAULT, engine_names
from routing.formats.content import KINDS
from routing.formats.conversion import TARGETS
from routing.vehicles_first import OBJECTIVES

EXAMPLES = """examples:
  python -m routing solve day.json --time-limit 20 --output plan.json
  python -m routing solve vroom.json --threads 2
  python -m routing solve lc101.txt.gz --time-limit 60 --output lc101.sol
  python -m routing solve day.json --start-from plan.json --output better.json
  python -m routing check day.json plan.json
  python -m routing schedule day.json orders.json --place-breaks
  python -m routing compare day.json plan.json better.json
  python -m routing explain day.json plan.json
  python -m routing convert day.json --to vroom --output vroom.json
  python -m routing plot day.json plan.json --output plan.html

The kind of a file is found by its content: own JSON, VROOM JSON, Li–Lim, Sartori–Buriol or Solomon
text, each also packed with gzip; a solution is written in the kind of its problem. `-` reads the
problem from standard input. orders.json holds {"vehicle id": ["task or break id", …]}.
Exit status: 0 done, 1 check found faults, 2 malformed input (every defect is listed), 130
interrupted by Ctrl-C (the best plan so far is written; a second Ctrl-C ends at once)."""


def parser() -> argparse.ArgumentParser:
    """The parser of `python -m routing`; each command's function is its `run`."""
    top = argparse.ArgumentParser(
        prog="python -m routing",
        description="Plan vehicle routes, judge plans, compare, convert and draw them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], told: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=told, description=told)
        sub.set_defaults(run=run)
        sub.add_argument("file", type=Path, metavar="FILE", help="the problem")
        sub.add_argument("--format", choices=KINDS, help="of FILE (default: by its content)")
        sub.add_argument(
            "--output", type=_output, metavar="FILE", help="instead of standard output"
        )
        return sub

    _solve_options(command("solve", solve_command, "find routes"))
    judged = command("check", check_command, "judge a solution; prints every fault")
    judged.add_argument("solution", type=Path, metavar="SOLUTION", help="of any kind")
    timed = command("schedule", schedule_command, "time given orders; prints the timed routes")
    timed.add_argument(
        "orders",
        type=Path,
        nargs="?",
        metavar="ORDERS",
        help="orders or a solution (default: the steps of a VROOM problem)",
    )
    timed.add_argument("--place-breaks", action="store_true", help="put breaks where they fit")
    two = command("compare", compare_command, "tell what differs between two solutions")
    two.add_argument("before", type=Path, metavar="BEFORE", help="a solution")
    two.add_argument("after", type=Path, metavar="AFTER", help="another solution")
    told = "tell why each undone work is undone, and what would help"
    reasons = command("explain", explain_command, told)
    reasons.add_argument("solution", type=Path, metavar="SOLUTION", help="of any kind")
    for sub in (two, reasons):
        sub.add_argument("--json", action="store_true", help="as JSON, for programs")
    told = "write a problem, or a solution of it, as another kind"
    other = command("convert", convert_command, told)
    other.add_argument("solution", type=Path, nargs="?", metavar="SOLUTION", help="of FILE")
    other.add_argument("--to", choices=TARGETS, required=True, help="the kind to write")
    drawn = command("plot", plot_command, "draw a solution as one page (.html) or picture (.svg)")
    drawn.add_argument("solution", type=Path, metavar="SOLUTION", help="of any kind")
    told = "compile the search ahead of its first use, once per machine"
    commands.add_parser("warm-up", help=told, description=told).set_defaults(run=warm_up_command)
    return top


def _output(text: str) -> Path:
    """Where the answer can be put, looked at before a search whose plan would else be lost."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder")
    if path.exists() and not path.is_file():  # a device or a pipe
        return path
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"the folder {path.parent} cannot be written to")
    return path


def _solve_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--objective",
        choices=OBJECTIVES,
        help="default: vehicles-first for the public sets, which count so; else cost",
    )
    sub.add_argument("--engine", choices=engine_names(), default=DEFAULT, help="the search")
    sub.add_argument("--time-limit", type=_seconds, default=20.0, metavar="S", help="seconds")
    sub.add_argument("--iterations", type=_count, metavar="N", help="repeatable search")
    sub.add_argument("--threads", type=_count, default=1, metavar="N", help="searches at once")
    sub.add_argument("--seed", type=_whole, default=1, metavar="N", help="of chance")
    sub.add_argument(
        "--start-from",
        type=Path,
        metavar="FILE",
        help="a solution or orders to begin with (default: the steps of a VROOM problem)",
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, not {text!r}") from None
    if not (0 < value < 10**7 and math.isfinite(value)):
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return value


def _count(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None

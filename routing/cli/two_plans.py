"""`compare`: two solutions of one problem side by side."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict

from routing.cli.judging import read_known_solution, read_sound_problem
from routing.cli.writing import write
from routing.comparison import Comparison, Sums, compare
from routing.formats.files import json_text

SAME = 0

_FIGURES = ("cost", "vehicles", "unassigned", "visits", "ride_s", "wait_s", "distance_m")


def compare_command(options: argparse.Namespace) -> int:
    """Figures, moved works, changed times, and each courier's day."""
    given = read_sound_problem(options)
    before = read_known_solution(options.before, given)
    after = read_known_solution(options.after, given)
    found = compare(given.problem, before, after)
    if options.json:
        document = asdict(found)
        document["couriers"] = [
            {"vehicle_id": name, "before": asdict(old), "after": asdict(new)}
            for name, old, new in found.couriers
        ]
        write(options, json_text(document))
    else:
        write(options, "\n".join(_lines(found)) + "\n")
    return SAME


def _lines(found: Comparison) -> Iterator[str]:
    yield f"{'':<14}{'before':>16}{'after':>16}{'change':>16}"
    for name in _FIGURES:
        old, new = getattr(found.before, name), getattr(found.after, name)
        yield f"{name:<14}{old:>16,}{new:>16,}{new - old:>+16,}"
    yield ""
    yield f"works that changed courier: {len(found.moved)}"
    for work in found.moved:
        yield f"  {work.work_id}: {work.before or 'undone'} → {work.after or 'undone'}"
    yield f"tasks that start at another time: {len(found.times)}"
    for task in found.times:
        later = task.after_s - task.before_s
        yield f"  {task.task_id}: {clock(task.before_s)} → {clock(task.after_s)} ({later:+,} s)"
    yield "couriers:"
    for name, before, after in found.couriers:
        if before != after:
            yield f"  {name}: {_day(before)} → {_day(after)}"
    unchanged = sum(before == after for _, before, after in found.couriers)
    yield f"  {unchanged} unchanged"


def _day(sums: Sums) -> str:
    if sums.starts_s is None or sums.ends_s is None:
        return "at home"
    return (
        f"{sums.visits} visits, {clock(sums.starts_s)} to {clock(sums.ends_s)}, "
        f"ride {sums.ride_s:,} s, cost {sums.cost:,}"
    )


def clock(seconds: int) -> str:
    """Seconds after the epoch as hours:minutes:seconds; hours may pass 24."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"

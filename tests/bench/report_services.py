"""The tables of what a dispatcher waits for, and of how time and memory grow with the day."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Figures = Mapping[str, Any]


def services_tables(services: Figures, days: Sequence[Figures]) -> str:
    """Replanning, insertion, stopping, stages, the first use; only what ran."""
    parts = [
        _failures(services),
        _replanning(services.get("replanning", {})),
        _insertion(services.get("insertion", {})),
        _stopping(services.get("stopping", {})),
        _iterations(days),
        _stages(services.get("stages", {})),
        _cold(services.get("cold-warm-up", {})),
    ]
    told = "\n\n".join(part for part in parts if part)
    return f"## What a dispatcher waits for\n\n{told}" if told else ""


def _rows(head: str, lines: Sequence[str]) -> str:
    columns = head.count("|")
    ruler = "| --- " + "| ---: " * columns + "|"
    return "\n".join([f"| {head} |", ruler, *(f"| {line} |" for line in lines)])


def _failures(services: Figures) -> str:
    failed = [f"{name}: {part['failure']}" for name, part in services.items() if "failure" in part]
    return "\n".join(f"No figures for {line}" for line in failed)


def _cases(part: Figures) -> list[tuple[str, Figures]]:
    return [(name, figures) for name, figures in part.items() if isinstance(figures, Mapping)]


def _replanning(part: Figures) -> str:
    if not part or "failure" in part:
        return ""
    head = "at 10:30 | median s | most s | visits moved | promises touched | lost | placed"
    lines = [
        f"{name} | {case['median_s']:.2f} | {case['most_s']:.2f} | {case['moved']} |"
        f" {case['touched']} | {case['lost']} | {case['placed']}"
        for name, case in _cases(part)
    ]
    told = f"Replanning a day of {part['visits']} visits with {part['couriers']} couriers (goal:"
    return f"{told} 1 s, at most 5 visits moved).\n\n{_rows(head, lines)}"


def _insertion(part: Figures) -> str:
    if not part or "failure" in part:
        return ""
    return (
        f"Inserting one shipment into a prepared plan of {part['visits']} visits, all"
        f" {part['routes']} routes: median {part['median_ms']:g} ms, most {part['most_ms']:g} ms of"
        f" {part['questions']} questions (goal: 5 ms); with what each place changes for others"
        f" {part['with_effects_median_ms']:g} ms, most {part['with_effects_most_ms']:g} ms;"
        f" preparing it {part['prepare_ms']:g} ms."
    )


def _stopping(part: Figures) -> str:
    if not part or "failure" in part:
        return ""
    library, command = part["library"], part["command"]
    head = (
        f"stop wished, {part['visits']} visits | moments | median ms | most ms | within 200 ms |"
        " CPU ms, median | CPU ms, most | with works undone | most undone"
    )
    lines = [
        f"{name} | {of['moments']} | {of['median_ms']} | {of['most_ms']} | {of['within_200_ms']} |"
        f" {of['median_cpu_ms']} | {of['most_cpu_ms']} | {of['with_undone']} | {of['most_undone']}"
        for name, of in (("`should_stop`", library), ("Ctrl-C", command))
    ]
    return (
        "From the wish to stop to a checked plan, and from Ctrl-C to the end of the command's"
        f" process with the plan written (goal: 200 ms), at moments spread evenly over a search of"
        f" {part['search_s']:g} s. Works are undone where the first plan was not whole yet; at"
        f" {command['before_the_problem_was_read']} moments of Ctrl-C more the problem was not even"
        f" read, and nothing written. The searches had {100 * library['share_of_a_core']:.0f} % of"
        f" a core: with much less than all of it, only the processor time tells.\n\n"
        f"{_rows(head, lines)}"
    )


def _iterations(days: Sequence[Figures]) -> str:
    ours = [row for row in days if row["label"] == "ours 10 s" and "failure" not in row]
    groups = dict.fromkeys(row["group"] for row in ours)
    lines = []
    for group in groups:
        rows = [row for row in ours if row["group"] == group]
        rounds = median(row["facts"]["iterations"] / row["cpu_s"] for row in rows if row["cpu_s"])
        first = median(row["facts"].get("first_plan_s", 0.0) for row in rows)
        memory = max(row["memory_mb"] for row in rows)
        lines.append(f"{group} | {rounds:,.0f} | {first:.2f} | {memory:.0f}")
    head = "day | iterations a CPU second | first complete plan s | most MB"
    goals = "Goals: first complete plan within 1 s at 300 visits, 300 MB at 600."
    return f"{goals}\n\n{_rows(head, lines)}" if lines else ""


def _stages(part: Figures) -> str:
    if not part or "failure" in part:
        return ""
    names = list(dict.fromkeys(name for _, case in _cases(part) for name in case["stages_s"]))
    lines = [
        f"{visits} visits | " + " | ".join(f"{case['stages_s'].get(name, 0):.2f}" for name in names)
        for visits, case in _cases(part)
    ]
    head = "seconds in each stage | " + " | ".join(name.lower() for name in names)
    return f"Where the time of a plan goes.\n\n{_rows(head, lines)}"


def _cold(part: Figures) -> str:
    if not part or "failure" in part:
        return ""
    lines = [f"{name} | {case['wall_s']:g} | {case['cpu_s']:g}" for name, case in _cases(part)]
    told = "Compiling the search on its first use on a machine (goal: 60 s), and loading it later."
    return f"{told}\n\n{_rows('warm-up | s | CPU s', lines)}"


def scale_table(rows: Sequence[Figures]) -> str:
    """Ours on days beyond one city's, with time and memory; large ones also searched in parts."""
    if not rows:
        return ""
    in_parts = {
        row["case"]: row for row in rows if row["engine"] == "ours-parts" and "failure" not in row
    }
    lines = []
    for row in rows:
        if "failure" in row:
            lines.append(f"{row['group']} | {row['failure'][:60]}" + " | –" * 8)
            continue
        if row["engine"] == "ours-parts":
            continue
        other = in_parts.get(row["case"])
        facts = row["facts"]
        beside = "– | –"
        if other is not None:
            beside = f"{other['cost']:,} | {100 * (other['cost'] / row['cost'] - 1):+.1f} %"
        lines.append(
            f"{row['group']} | {facts.get('first_plan_s', 0):.1f} | {row['cost']:,} |"
            f" {beside} | {row['vehicles']} | {row['undone']} |"
            f" {facts['iterations']:,.0f} | {row['cpu_s']:.1f} | {row['memory_mb']:.0f}"
        )
    head = "day | first complete plan s | cost | cost in parts | to whole | couriers | undone"
    limit = f"{rows[0]['seconds']:g}"
    told = f"Ours with a limit of {limit} s, searched whole; large days also in parts."
    return f"## Scale\n\n{told}\n\n{_rows(head + ' | rounds | CPU s | MB', lines)}"

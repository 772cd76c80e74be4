"""Sartori & Buriol's pickup and delivery instances (2020): real cities, whole minutes.

`NAME: value` lines, then NODES (node, latitude, longitude, demand, opening, closing, duration,
pickup partner, delivery partner), then EDGES, a matrix of minutes, then EOF. A route leaves and
returns within the depot's window; the fleet is not limited.
"""

import numpy as np

from routing.formats.numbered_lines import NumberedLines
from routing.formats.pair_nodes import read_pair_nodes
from routing.formats.public_sets import PublicInstance, make_instance
from routing.matrix import MAX_CELL

MINUTE_S = 60
PER_MINUTE = 60
"""Cost per hour that makes one minute of riding one cost unit."""

_INFORMING = {"LOCATION", "COMMENT", "DISTRIBUTION", "DEPOT", "ROUTE-TIME", "TIME-WINDOW"}
"""Said in the head, and again by the nodes: the depot closes at ROUTE-TIME."""


def sartori_from_text(text: str, name: str = "") -> PublicInstance:
    """The instance of a Sartori–Buriol file. Raises FormatErrors, which names every wrong line."""
    lines = NumberedLines(text.rstrip())
    head = _head(lines)
    size, capacity = (_stated(lines, head, key) for key in ("SIZE", "CAPACITY"))
    if head.get("TYPE", (0, "PDPTW"))[1] != "PDPTW":
        lines.error(head["TYPE"][0], "cannot be honoured: only TYPE: PDPTW")
    lines.refuse_errors()
    first = head["NODES"][0] + 1
    if _word(lines, first + size) != "EDGES":
        lines.error(first + size, f"EDGES must follow {size} nodes")
        lines.refuse_errors()
    nodes, places = read_pair_nodes(lines, first, size, "latitude, longitude")
    rides = np.zeros((size, size))
    for number in range(size):
        line = first + size + 1 + number
        row = lines.whole_numbers(line, size, f"whole minutes from node {number} to every node")
        rides[number] = row
        if row[number] != 0:
            lines.error(line, f"the way from node {number} to itself must be 0")
        if max(row) * MINUTE_S > MAX_CELL:
            lines.error(line, f"the longest legal way takes {MAX_CELL // MINUTE_S} minutes")
    end = first + size + 1 + size
    if _word(lines, end) not in {"EOF", ""} or len(lines.lines) > end:
        lines.error(end, f"EOF must follow {size} lines of minutes")
    lines.refuse_errors()
    return make_instance(
        name=head.get("NAME", (0, name))[1],
        nodes=nodes,
        rides=rides,
        vehicles=size // 2,
        capacity=capacity,
        scale=MINUTE_S,
        cost_per_hour=PER_MINUTE,
        places=[(longitude, latitude) for latitude, longitude in places],
    )


def _word(lines: NumberedLines, number: int) -> str:
    return lines.lines[number - 1].strip() if number <= len(lines.lines) else ""


def _head(lines: NumberedLines) -> dict[str, tuple[int, str]]:
    """Line number and value of each field up to NODES."""
    head: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines.lines, 1):
        key, _, value = (part.strip() for part in line.partition(":"))
        if not key:
            continue
        head[key] = (number, value)
        if key == "NODES":
            return head
        if key not in {"NAME", "TYPE", "SIZE", "CAPACITY"} | _INFORMING:
            lines.error(number, f"{key!r} cannot be honoured: unknown field")
    lines.error(len(lines.lines), "NODES is missing")
    return head


def _stated(lines: NumberedLines, head: dict[str, tuple[int, str]], key: str) -> int:
    number, value = head.get(key, (1, ""))
    if not value.isdecimal():
        lines.error(number, f"{key} must be given as a whole number")
        return 0
    return int(value)

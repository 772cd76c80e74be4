"""The node lines that pickup and delivery sets share: nine numbers, and pairs that fit together."""

from collections.abc import Iterator, Sequence

from routing.formats.errors import FormatError
from routing.formats.numbered_lines import NumberedLines
from routing.formats.public_sets import Node


def read_pair_nodes(
    lines: NumberedLines, first: int, count: int, place: str
) -> tuple[list[Node], list[tuple[float, float]]]:
    """`count` nodes from line `first` on and where they lie. Raises FormatErrors."""
    nodes: list[Node] = []
    places: list[tuple[float, float]] = []
    pairs: list[tuple[int, int, int]] = []
    told = f"node, {place}, demand, opening, closing, service, pickup and delivery partner"
    for line in range(first, first + count):
        row = lines.numbers(line, 9, told)
        lines.numbered(line, row[0], line - first)
        places.append((float(row[1]), float(row[2])))
        lines.window(line, row[4], row[5], row[6])
        demand = lines.whole(line, row[3], "the demand", None)
        pickup = lines.whole(line, row[7], "the pickup partner")
        delivery = lines.whole(line, row[8], "the delivery partner")
        pairs.append((demand, pickup, delivery))
        partner = (pickup or delivery) or None
        nodes.append(Node(demand=demand, ready=row[4], due=row[5], service=row[6], partner=partner))
    if count < 3:
        lines.error(len(lines.lines), "the depot and at least one pair are needed")
    lines.refuse_errors(() if lines.errors else list(_pair_errors(pairs, first)))
    return nodes, places


def _pair_errors(rows: Sequence[tuple[int, int, int]], first_line: int) -> Iterator[FormatError]:
    """What is wrong with (demand, pickup, delivery) of each node, the depot first."""
    for number, (demand, pickup, delivery) in enumerate(rows):
        where = f"line {first_line + number}"
        if number == 0:
            if (demand, pickup, delivery) != (0, 0, 0):
                yield FormatError(where, "the depot has no demand and no partner")
            continue
        partner = pickup or delivery
        if (pickup == 0) == (delivery == 0) or not 0 < partner < len(rows):
            yield FormatError(where, f"node {number} needs one partner, pickup or delivery")
            continue
        theirs, their_pickup, their_delivery = rows[partner]
        if (their_pickup if delivery else their_delivery) != number:
            yield FormatError(where, f"node {partner} does not name node {number} as its partner")
        elif demand != -theirs or (demand > 0) != (delivery > 0):
            yield FormatError(where, f"brings {demand} on board, its partner {partner} {theirs}")

"""Solomon's instances (1987): deliveries from one depot in time windows, Euclidean ways.

A name, then VEHICLE with number and capacity, then CUSTOMER with one line per node: number, x, y,
demand, opening, closing, service. Node 0 is the depot; closing bounds the start of service.
"""

from routing.formats.lilim import euclidean, finest_scale
from routing.formats.numbered_lines import NumberedLines
from routing.formats.public_sets import Node, PublicInstance, make_instance


def solomon_from_text(text: str, name: str = "") -> PublicInstance:
    """The instance of a Solomon file. Raises FormatErrors, which names every wrong line."""
    lines = NumberedLines(text.rstrip())
    rows = [number for number, line in enumerate(lines.lines, 1) if _is_row(line)]
    words = {line.split()[0] for line in lines.lines if line.split()}
    for section in ("VEHICLE", "CUSTOMER"):
        if section not in words:
            lines.error(len(lines.lines), f"{section} is missing")
    if len(rows) < 3:
        lines.error(len(lines.lines), "a fleet, the depot and at least one customer are needed")
    lines.refuse_errors()
    fleet = lines.numbers(rows[0], 2, "vehicles and capacity")
    vehicles = lines.whole(rows[0], fleet[0], "the number of vehicles", 1)
    capacity = lines.whole(rows[0], fleet[1], "the capacity")
    nodes: list[Node] = []
    places: list[tuple[float, float]] = []
    for expected, number in enumerate(rows[1:]):
        row = lines.numbers(number, 7, "number, x, y, demand, opening, closing, service")
        lines.numbered(number, row[0], expected)
        lines.window(number, row[4], row[5], row[6])
        demand = lines.whole(number, row[3], "the demand")
        places.append((float(row[1]), float(row[2])))
        # What a customer is given leaves the vehicle there.
        nodes.append(Node(demand=-demand, ready=row[4], due=row[5], service=row[6]))
    lines.refuse_errors()
    rides = euclidean(places)
    return make_instance(
        name=next((line.strip() for line in lines.lines if line.strip()), name),
        nodes=nodes,
        rides=rides,
        vehicles=vehicles,
        capacity=capacity,
        scale=finest_scale(rides, nodes[0].due),
        cost_per_hour=3600,
        places=places,
    )


def _is_row(line: str) -> bool:
    word = line.split()[:1]
    return bool(word) and word[0].lstrip("-").replace(".", "", 1).isdecimal()

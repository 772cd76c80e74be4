"""The ways of a pack's small road file as lines: how far a door is, and what hangs together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import osmium
import shapely

from geodata.packs import Pack
from geodata.point import Point, to_plane


@dataclass(frozen=True, slots=True)
class RoadLines:
    """Lines in metres around `origin`; `part_sizes` counts the nodes of each connected part."""

    lines: shapely.MultiLineString
    origin: Point
    part_sizes: tuple[int, ...]

    def gaps_m(self, places: Sequence[Point]) -> list[float]:
        """Metres from each place to the nearest road."""
        points = shapely.points(np.column_stack(to_plane(places, self.origin)))
        return [float(gap) for gap in np.atleast_1d(shapely.distance(points, self.lines))]


def read_network(pack: Pack) -> RoadLines | None:
    """The roads of a pack; None when it ships none."""
    file = pack.find_file("roads")
    if file is None:
        return None
    ways: list[list[Point]] = []
    neighbours: dict[int, set[int]] = defaultdict(set)
    for way in osmium.FileProcessor(str(file.path)).with_locations():
        if not isinstance(way, osmium.osm.Way):
            continue
        ways.append([Point(node.lat, node.lon) for node in way.nodes])
        for one, other in pairwise(node.ref for node in way.nodes):
            neighbours[one].add(other)
            neighbours[other].add(one)
    if not ways:
        return None
    origin = ways[0][0]
    lines = [shapely.LineString(np.column_stack(to_plane(places, origin))) for places in ways]
    return RoadLines(shapely.MultiLineString(lines), origin, _part_sizes(neighbours))


def _part_sizes(neighbours: Mapping[int, set[int]]) -> tuple[int, ...]:
    sizes, seen = [], set[int]()
    for start in neighbours:
        if start in seen:
            continue
        part, frontier = set[int](), [start]
        while frontier:
            node = frontier.pop()
            if node not in part:
                part.add(node)
                frontier.extend(neighbours[node])
        seen |= part
        sizes.append(len(part))
    return tuple(sorted(sizes, reverse=True))

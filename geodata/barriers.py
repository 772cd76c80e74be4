"""Rivers as barriers: a straight line may not cross one, except over its bridges.

Without this a straight-line estimate sends a courier swimming across the Hàn.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import InvalidGeodata
from geodata.geojson import read_features
from geodata.point import Point, from_plane, to_plane
from geodata.point import distances_m as great_circle_m

Metres = npt.NDArray[np.float64]
Plane = npt.NDArray[np.float64]

BANK_M = 30.0
"""How far from the middle line of a river a way along its bank runs."""

CORNER_TOLERANCE_M = 40.0
"""Bends of a river smaller than this are straightened: they do not change a detour."""

TOUCH_M = 2.0
"""A way stops this short of both its ends, so that touching a river's line is not crossing it: a
bridge lies on the line, and a house may."""

PLACES_SEEN = 10_000
"""Places of which it is remembered which nodes they see."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """A river (or railway, or airfield) as a line, and the places where it can be crossed.

    A barrier without a bridge cannot be crossed at all, only gone around at its ends.
    """

    name: str
    line: tuple[Point, ...]
    bridges: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        if len(self.line) < 2:
            raise InvalidGeodata(
                f"Barrier {self.name!r} has {len(self.line)} point(s).", "Give at least two."
            )


class BarrierCrossing:
    """Shortest straight-line ways between places that cross barriers only at bridges.

    Ways are looked for among bridges and points along the banks (a visibility graph), built once.
    Threads may share it: what it remembers of places is the same for all.
    """

    def __init__(self, barriers: Sequence[Barrier]) -> None:
        self.fingerprint = _fingerprint(barriers)
        self._origin = barriers[0].line[0] if barriers else None
        if self._origin is None:
            return
        lines = [shapely.LineString(self._xy(barrier.line)) for barrier in barriers]
        kept = [shapely.simplify(line, CORNER_TOLERANCE_M) for line in lines]
        self._water = shapely.MultiLineString(kept)
        shapely.prepare(self._water)
        bridges = [
            _onto(line, self._xy(barrier.bridges))
            for barrier, line in zip(barriers, kept, strict=True)
            if barrier.bridges
        ]
        banks = [_banks(shapely.get_coordinates(line)) for line in kept]
        self._seen: dict[tuple[float, float], Metres] = {}
        self._nodes = np.vstack([*bridges, _dry(np.vstack(banks), self._water)])
        self._hops, self._next = _all_pairs(self._to_nodes(self._nodes))

    def distances_m(self, origins: Sequence[Point], targets: Sequence[Point]) -> Metres:
        """Length in metres of the shortest way, infinite where none exists; shape (o, t)."""
        straight = great_circle_m(origins, targets)
        if self._origin is None or not origins or not targets:
            return straight
        start, end = self._xy(origins), self._xy(targets)
        blocked = ~self._sight(start, end) & (straight > 0.0)
        if not blocked.any():
            return straight
        from_start, to_end = self._to_nodes(start), self._to_nodes(end)
        result = straight
        for row in np.flatnonzero(blocked.any(axis=1)):
            to_each_node = (from_start[row][:, None] + self._hops).min(axis=0)
            over_bridges = (to_each_node[:, None] + to_end.T).min(axis=0)
            result[row] = np.where(blocked[row], over_bridges, straight[row])
        return result

    def way(self, origin: Point, target: Point) -> list[Point]:
        """The corner points of the shortest way, both ends included; empty where none exists."""
        if self._origin is None:
            return [origin, target]
        start, end = self._xy([origin]), self._xy([target])
        if origin == target or self._sight(start, end)[0, 0]:
            return [origin, target]
        lengths = self._to_nodes(start)[0][:, None] + self._hops + self._to_nodes(end)[0][None, :]
        best = int(np.argmin(lengths))
        first, last = divmod(best, lengths.shape[1])
        if not np.isfinite(lengths[first, last]):
            return []
        corners = [first]
        while corners[-1] != last:
            corners.append(int(self._next[corners[-1], last]))
        return [origin, *(self._point(self._nodes[corner]) for corner in corners), target]

    def _to_nodes(self, places: Plane) -> Metres:
        """Straight metres to every node in sight; looked up once a place."""
        found = []
        for place in places:
            key = (float(place[0]), float(place[1]))
            row = self._seen.get(key)
            if row is None:
                (sight,), (gaps,) = (
                    self._sight(place[None], self._nodes),
                    _gaps(place[None], self._nodes),
                )
                if len(self._seen) >= PLACES_SEEN:
                    self._seen.clear()
                row = self._seen[key] = np.where(sight, gaps, np.inf)
            found.append(row)
        return np.array(found)

    def _sight(self, origins: Plane, targets: Plane) -> npt.NDArray[np.bool_]:
        """True where the straight way crosses no barrier."""
        sight = np.empty((len(origins), len(targets)), dtype=np.bool_)
        for row, origin in enumerate(origins):
            span = targets - origin
            length = np.maximum(np.hypot(span[:, 0], span[:, 1]), 1e-9)[:, None]
            inset = span / length * np.minimum(TOUCH_M, length / 2.0)
            lines = shapely.linestrings(np.stack([origin + inset, targets - inset], axis=1))
            sight[row] = ~shapely.intersects(self._water, lines)
        return sight

    def _xy(self, points: Sequence[Point]) -> Plane:
        assert self._origin is not None
        return np.column_stack(to_plane(points, self._origin))

    def _point(self, xy: Plane) -> Point:
        assert self._origin is not None
        return from_plane(float(xy[0]), float(xy[1]), self._origin)


def read_barriers(file: Path) -> list[Barrier]:
    """Barriers from GeoJSON: LineString features with a `name`, and Point features whose `barrier`
    property names the line they cross. Raises InvalidGeodata naming the feature."""
    lines: dict[str, tuple[Point, ...]] = {}
    bridges: dict[str, list[Point]] = {}
    for number, feature in enumerate(read_features(file), 1):
        properties = feature["properties"]
        geometry = feature["geometry"] or {}
        kind, coordinates = geometry.get("type"), geometry.get("coordinates") or []
        if kind == "LineString":
            name = str(properties.get("name") or "")
            if not name or name in lines:
                raise InvalidGeodata(
                    f"{file.name}: line {number} has no name of its own.", "Name each barrier once."
                )
            lines[name] = tuple(Point.from_lon_lat(each) for each in coordinates)
        elif kind == "Point":
            owner = str(properties.get("barrier") or "")
            bridges.setdefault(owner, []).append(Point.from_lon_lat(coordinates))
        else:
            raise InvalidGeodata(
                f"{file.name}: feature {number} is a {kind}.", "Use LineString and Point features."
            )
    for owner in bridges:
        if owner not in lines:
            raise InvalidGeodata(
                f"{file.name}: a bridge crosses {owner!r}, which is no line of the file.",
                "Give `barrier` the name of a LineString.",
            )
    return [Barrier(name, line, tuple(bridges.get(name, ()))) for name, line in lines.items()]


def _onto(line: shapely.LineString, places: Plane) -> Plane:
    """Each place moved to the nearest place of the line."""
    along = shapely.line_locate_point(line, shapely.points(places))
    return shapely.get_coordinates(shapely.line_interpolate_point(line, along))


def _banks(line: Plane) -> Plane:
    """Points BANK_M to the left and right of each corner, and past both ends."""
    before = np.vstack([line[:1], line[:-1]])
    after = np.vstack([line[1:], line[-1:]])
    heading = after - before
    heading /= np.maximum(np.hypot(heading[:, 0], heading[:, 1]), 1e-9)[:, None]
    across = np.column_stack([-heading[:, 1], heading[:, 0]]) * BANK_M
    past = np.vstack([line[0] - heading[0] * BANK_M, line[-1] + heading[-1] * BANK_M])
    return np.vstack([line + across, line - across, past])


def _dry(places: Plane, water: shapely.MultiLineString) -> Plane:
    """Places that do not lie on another stretch of water: from there both banks would be seen."""
    result: Plane = places[shapely.distance(water, shapely.points(places)) > 2.0 * TOUCH_M]
    return result


def _gaps(origins: Plane, targets: Plane) -> Metres:
    span = targets[None, :, :] - origins[:, None, :]
    result: Metres = np.hypot(span[..., 0], span[..., 1])
    return result


def _all_pairs(hops: Metres) -> tuple[Metres, npt.NDArray[np.int64]]:
    """Shortest lengths between all nodes and the next node on each way (Floyd and Warshall)."""
    lengths = hops.copy()
    np.fill_diagonal(lengths, 0.0)
    following = np.broadcast_to(np.arange(len(hops)), hops.shape).copy()
    for middle in range(len(hops)):
        through = lengths[:, middle, None] + lengths[None, middle, :]
        shorter = through < lengths
        lengths[shorter] = through[shorter]
        following[shorter] = np.broadcast_to(following[:, middle, None], hops.shape)[shorter]
    return lengths, following


def _fingerprint(barriers: Sequence[Barrier]) -> str:
    content = [
        [barrier.name, [p.lon_lat for p in barrier.line], [p.lon_lat for p in barrier.bridges]]
        for barrier in barriers
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]

"""Is a built network sound? Its size, its speed, and the parts that are cut off, in figures."""

import gzip
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from geodata.errors import RoadDataMissing
from geodata.great_circle import GreatCircleTravelTimes
from geodata.point import Point, distances_m
from geodata.road_network import RoadNetwork
from geodata.roads_manifest import MAP_NAME, REBUILD, read_manifest

SAMPLE_POINTS = 200
"""Places of the network between which ways are tried: 40,000 legs, well under a second."""

MOST_CUT_OFF_SHARE = 0.05
"""More places than this without a way to the others: the extract is clipped badly or mistagged."""


@dataclass(frozen=True, slots=True)
class RoadsReport:
    """Figures of a network; speeds in km/h, lengths in km. `problems` are for a person to read."""

    fingerprint: str
    source_name: str
    attribution: str
    way_count: int
    road_km: int
    sampled_points: int
    cut_off_points: int
    legs_without_way: int
    mean_speed_kmh: float
    mean_detour: float
    problems: tuple[str, ...]

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


def check_roads(roads_dir: Path) -> RoadsReport:
    """Open a network and ride it between sampled places. Raises RoadDataMissing."""
    manifest = read_manifest(roads_dir)
    network = RoadNetwork.open(roads_dir, GreatCircleTravelTimes())
    places = _sample(roads_dir)
    table = network.matrix(places)
    straight = distances_m(places, places)
    ridden = ~table.estimated & (straight > 200.0)
    if ridden.any():
        metres, seconds = int(table.distance_m[ridden].sum()), int(table.duration_s[ridden].sum())
        speed = 3.6 * metres / max(1, seconds)
        detour = float(np.mean(table.distance_m[ridden] / straight[ridden]))
    else:
        speed = detour = 0.0
    problems = []
    if len(table.estimated_points) > MOST_CUT_OFF_SHARE * len(places):
        problems.append(
            f"{len(table.estimated_points)} of {len(places)} sampled places have no way to most "
            "others: choose an extract with a margin around the area."
        )
    if not ridden.any():
        problems.append("No two sampled places are connected.")
    return RoadsReport(
        fingerprint=manifest.fingerprint,
        source_name=manifest.source_name,
        attribution=manifest.attribution,
        way_count=manifest.way_count,
        road_km=manifest.road_km,
        sampled_points=len(places),
        cut_off_points=len(table.estimated_points),
        legs_without_way=table.estimated_cells,
        mean_speed_kmh=round(speed, 1),
        mean_detour=round(detour, 2),
        problems=tuple(problems),
    )


def _sample(roads_dir: Path) -> list[Point]:
    """Evenly spread corners of the drawn roads that motorbikes ride."""
    try:
        layer = json.loads(gzip.decompress((roads_dir / MAP_NAME).read_bytes()))
    except (OSError, EOFError, ValueError):
        raise RoadDataMissing(f"{MAP_NAME} cannot be read.", REBUILD) from None
    corners = [
        line[len(line) // 2]
        for feature in layer["features"]
        if feature["properties"]["class"] not in ("motorway", "path")
        for line in feature["geometry"]["coordinates"]
    ]
    step = max(1, len(corners) // SAMPLE_POINTS)
    return [Point.from_lon_lat(corner) for corner in corners[::step][:SAMPLE_POINTS]]

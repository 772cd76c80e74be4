"""The roads of an OSM file as the layer that the console draws, and the figures of the file.

One reading of the file gives both, and finds a damaged file before the engine is started.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely

from geodata.errors import RoadBuildFailed

MAP_CLASSES = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "street",
    "residential": "street",
    "living_street": "street",
    "road": "street",
    "service": "alley",
    "track": "alley",
    "path": "path",
    "footway": "path",
    "pedestrian": "path",
}
"""Map class of each `highway` value; links belong to the road that they link to."""

DRAWING_ORDER = ("motorway", "trunk", "primary", "secondary", "tertiary", "street", "alley", "path")
SIMPLIFY_DEGREES = 0.00003  # about 3 m: not seen at the zoom of a street
MAP_COORDINATES = 600_000  # about 5 MB gzipped: what a browser draws without waiting


@dataclass(slots=True)
class RoadSurvey:
    """What a reading of the file found: lines by (class, name), counts, extent."""

    lines: dict[tuple[str, str], list[list[tuple[float, float]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ways_by_class: Counter[str] = field(default_factory=Counter)
    turn_restrictions: int = 0
    road_m: float = 0.0
    bbox: tuple[float, float, float, float] = (180.0, 90.0, -180.0, -90.0)


def map_class(highway: str) -> str | None:
    """Map class of a `highway` value, or None for what no courier rides."""
    return MAP_CLASSES.get(highway.removesuffix("_link"))


def survey_roads(osm_file: Path, progress: Callable[[str], None]) -> RoadSurvey:
    """Read all roads of an OSM file. Raises RoadBuildFailed for a file that is damaged, is no OSM
    file, or holds no road."""
    progress(f"Reading {osm_file.name}")
    survey = RoadSurvey()
    try:
        objects = (
            osmium.FileProcessor(str(osm_file))
            .with_locations()
            .with_filter(osmium.filter.KeyFilter("highway", "restriction"))
        )
        for each in objects:
            if isinstance(each, osmium.osm.Way):
                _survey_way(survey, each)
            elif isinstance(each, osmium.osm.Relation) and each.tags.get("type") == "restriction":
                survey.turn_restrictions += 1
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "unreadable"
        raise RoadBuildFailed(
            f"{osm_file.name} is damaged or is no OSM file ({reason}).",
            "Download or export it again; .osm, .osm.gz and .osm.pbf can be read.",
            reason_vi=f"{osm_file.name} bị hỏng hoặc không phải tệp OSM ({reason}).",
            next_step_vi="Tải hoặc xuất lại tệp; đọc được .osm, .osm.gz và .osm.pbf.",
        ) from None
    if not survey.ways_by_class:
        raise RoadBuildFailed(
            f"{osm_file.name} holds no road.",
            "Choose an extract that contains highway=* ways.",
            reason_vi=f"{osm_file.name} không có con đường nào.",
            next_step_vi="Chọn tệp trích có các đường highway=*.",
        )
    return survey


def _survey_way(survey: RoadSurvey, way: osmium.osm.Way) -> None:
    kind = map_class(way.tags.get("highway") or "")
    if kind is None or way.tags.get("area") == "yes":
        return
    line = [(node.location.lon, node.location.lat) for node in way.nodes if node.location.valid()]
    if len(line) < 2:
        return
    survey.ways_by_class[kind] += 1
    survey.lines[kind, way.tags.get("name") or ""].append(line)
    survey.road_m += osmium.geom.haversine_distance(way.nodes) if len(line) == len(way.nodes) else 0
    lons, lats = zip(*line, strict=True)
    west, south, east, north = survey.bbox
    survey.bbox = (
        min(west, *lons),
        min(south, *lats),
        max(east, *lons),
        max(north, *lats),
    )


def write_roads_map(survey: RoadSurvey, file: Path, attribution: str) -> None:
    """Write the layer: a FeatureCollection, one MultiLineString a class and street name.

    When a file is too large for a browser the smallest classes are left out and named in
    `left_out`.
    """
    features: list[dict[str, object]] = []
    left_out: list[str] = []
    room = MAP_COORDINATES
    for kind in DRAWING_ORDER:
        drawn = {
            name: _simplified(lines)
            for (line_kind, name), lines in sorted(survey.lines.items())
            if line_kind == kind
        }
        size = sum(len(line) for lines in drawn.values() for line in lines)
        if size > room:
            left_out.append(kind)
            continue
        room -= size
        features.extend(
            {
                "type": "Feature",
                "properties": {"class": kind, "name": name},
                "geometry": {"type": "MultiLineString", "coordinates": lines},
            }
            for name, lines in drawn.items()
        )
    layer = {
        "type": "FeatureCollection",
        "attribution": attribution,
        "bbox": [round(edge, 5) for edge in survey.bbox],
        "left_out": left_out,
        "features": features,
    }
    text = json.dumps(layer, ensure_ascii=False, separators=(",", ":"))
    file.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))


def _simplified(lines: list[list[tuple[float, float]]]) -> list[list[list[float]]]:
    simple = shapely.simplify([shapely.LineString(line) for line in lines], SIMPLIFY_DEGREES)
    return [
        [[round(lon, 5), round(lat, 5)] for lon, lat in shapely.get_coordinates(line).tolist()]
        for line in simple
    ]

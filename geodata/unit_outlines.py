"""Outlines of administrative units from a GeoJSON layer, checked and measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import InvalidGeodata
from geodata.geojson import read_features
from geodata.point import M_PER_DEGREE_LAT, Point
from geodata.vietnamese_text import normalise_text

CODE_PROPERTIES = ("code", "ward_code", "ma_xa", "maxa", "unit_code", "id")
NAME_PROPERTIES = ("fullName", "full_name", "name", "ten_xa", "tenxa", "ten")


@dataclass(frozen=True, slots=True, eq=False)
class UnitOutline:
    """One unit's polygon in degrees (lon, lat), with its area and a point inside it."""

    code: str
    name: str
    outline: BaseGeometry
    inside: Point
    area_km2: float


def read_unit_outlines(
    file: Path,
    *,
    code_properties: Sequence[str] = CODE_PROPERTIES,
    name_properties: Sequence[str] = NAME_PROPERTIES,
) -> list[UnitOutline]:
    """The polygons of a layer, self-crossing ones mended. Raises InvalidGeodata that names the
    feature: no code, a code given twice, no polygon, or coordinates that are not degrees."""
    outlines: list[UnitOutline] = []
    seen: set[str] = set()
    for number, feature in enumerate(read_features(file), 1):
        properties = feature["properties"]
        code = _first_text(properties, code_properties)
        if not code or code in seen:
            raise InvalidGeodata(
                f"{file.name}: feature {number} has "
                + (f"code {code}, which came before." if code else "no code."),
                f"Give each feature its own code in one of: {', '.join(code_properties)}.",
            )
        seen.add(code)
        outline = _polygon(feature["geometry"], f"{file.name}: unit {code}")
        place = outline.representative_point()
        outlines.append(
            UnitOutline(
                code=code,
                name=normalise_text(_first_text(properties, name_properties)),
                outline=outline,
                inside=Point(place.y, place.x),
                area_km2=_area_km2(outline),
            )
        )
    return outlines


def _polygon(geometry: object, what: str) -> BaseGeometry:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, dict) else "nothing"
        raise InvalidGeodata(f"{what} is {kind}, not a polygon.", "Export the layer of areas.")
    try:
        outline = shapely.make_valid(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, IndexError, shapely.errors.GEOSException):
        raise InvalidGeodata(
            f"{what} has broken coordinates.", "Export the layer as GeoJSON again."
        ) from None
    west, south, east, north = outline.bounds
    if outline.is_empty or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidGeodata(
            f"{what} is not in degrees.", "Export the layer in WGS 84 (EPSG:4326), lon before lat."
        )
    return outline


def _area_km2(outline: BaseGeometry) -> float:
    """Area on a plane that is true at the unit's own latitude: below 0.1 % off for a province."""
    shrink = math.cos(math.radians(outline.centroid.y))
    square_km = outline.area * (M_PER_DEGREE_LAT / 1000.0) ** 2 * shrink
    return round(square_km, 3)


def _first_text(properties: dict[str, object], names: Sequence[str]) -> str:
    values = (str(properties[name]).strip() for name in names if properties.get(name) is not None)
    return next((value for value in values if value), "")

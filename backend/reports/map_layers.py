"""Background of the dispatcher's map as GeoJSON: offices, post offices, units, rivers, roads."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.database import JsonObject
from backend.errors import NotFound, Text
from backend.places.models import AdministrativeUnit, PlaceKind, UnitTier
from backend.places.operations import list_offices, list_post_offices, valid_on
from backend.places.points import find_point
from backend.planning.roads import list_barriers
from geodata.roads_manifest import MAP_NAME

OUTLINE_TOLERANCE_DEG = 0.0005
"""About 50 m: what an eye can see at the zoom of a ward."""

COORDINATE_DIGITS = 5
"""About 1 m."""


class RoadsLayerMissing(NotFound):
    code = "roads_layer_missing"
    detail = Text(vi="Chưa có lớp đường cho bản đồ.", en="There is no road layer for the map yet.")
    action = Text(
        vi="Dựng dữ liệu đường bằng `tannoi roads build FILE`.",
        en="Build the road data with `tannoi roads build FILE`.",
    )


def offices_layer(session: Session, province_code: str, day: date) -> JsonObject:
    """Points of the one-stop offices that are valid on a date and have a place."""
    return _collection(
        _point(office, PlaceKind.OFFICE, tier=office.tier.value)
        for office in list_offices(session, province_code, day)
        if office.point is not None
    )


def post_offices_layer(session: Session, province_code: str, day: date) -> JsonObject:
    """Points of the post offices that are valid on a date and have a place."""
    return _collection(
        _point(post_office, PlaceKind.POST_OFFICE)
        for post_office in list_post_offices(session, province_code, day)
        if post_office.point is not None
    )


def units_layer(session: Session, province_code: str, day: date) -> JsonObject:
    """Outlines of wards, communes and special zones of a date; without an outline the centroid."""
    outline = func.ST_SimplifyPreserveTopology(AdministrativeUnit.boundary, OUTLINE_TOLERANCE_DEG)
    shape = func.coalesce(outline, AdministrativeUnit.centroid)
    rows = session.execute(
        select(AdministrativeUnit, func.ST_AsGeoJSON(shape, COORDINATE_DIGITS))
        .where(
            AdministrativeUnit.province_code == province_code,
            AdministrativeUnit.tier.in_((UnitTier.WARD, UnitTier.COMMUNE, UnitTier.SPECIAL_ZONE)),
            valid_on(AdministrativeUnit, day),
            shape.is_not(None),
        )
        .order_by(AdministrativeUnit.code)
    )
    return _collection(
        {
            "type": "Feature",
            "geometry": json.loads(geometry),
            "properties": {
                "code": unit.code,
                "name": unit.name,
                "tier": unit.tier.value,
                "zone_code": unit.zone_code,
                "source_status": unit.source_status.value,
            },
        }
        for unit, geometry in rows
    )


def barriers_layer(province_code: str) -> JsonObject:
    """Middle lines of rivers and other barriers that estimates go around; not measured banks."""
    return _collection(
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": [list(point.lon_lat) for point in barrier.line],
            },
            "properties": {"name": barrier.name},
        }
        for barrier in list_barriers(province_code)
    )


def roads_layer_file(roads_dir: Path) -> Path:
    """The gzipped GeoJSON of the roads that plans ride on. Raises RoadsLayerMissing."""
    file = roads_dir / MAP_NAME
    if not file.is_file():
        raise RoadsLayerMissing
    return file


def _point(place: Any, kind: PlaceKind, **properties: Any) -> JsonObject:
    where = find_point(place.point)
    assert where is not None  # the callers filter
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(where.lon_lat)},
        "properties": {
            "id": str(place.id),
            "kind": kind.value,
            "code": place.code,
            "name": place.name,
            "address": place.address,
            "source_status": place.source_status.value,
            **properties,
        },
    }


def _collection(features: Any) -> JsonObject:
    return {"type": "FeatureCollection", "features": list(features)}

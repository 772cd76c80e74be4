"""Outlines of units: from GeoJSON geometry to what PostGIS keeps, mended where it is safe."""

from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, Polygon, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from backend.database import SRID_WGS84
from backend.tabular.cells import VIET_NAM, Cells
from geodata.point import Point


def read_outline(cells: Cells) -> tuple[WKBElement | None, Point | None]:
    """The outline of a row as a multipolygon, and its centroid; (None, None) without geometry.

    A self-crossing ring is mended; anything that is no area in Viet Nam is an error of the row.
    """
    geometry = cells.row.geometry
    if geometry is None:
        return None, None
    try:
        polygons = _polygons(make_valid(shape(dict(geometry))))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        polygons = []
    if not polygons:
        cells.wrong("geometry", vi="không phải vùng (Polygon)", en="is no area (Polygon)")
        return None, None
    outline = MultiPolygon(polygons)
    west, south, east, north = outline.bounds
    lowest, highest, left, right = VIET_NAM
    if not (lowest <= south and north <= highest and left <= west and east <= right):
        cells.wrong(
            "geometry",
            vi="nằm ngoài Việt Nam; cần toạ độ WGS 84 [kinh độ, vĩ độ]",
            en="lies outside Viet Nam; coordinates must be WGS 84 [lon, lat]",
        )
        return None, None
    centre = outline.centroid
    return from_shape(outline, srid=SRID_WGS84), Point(centre.y, centre.x)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    if isinstance(geometry, Polygon):
        return [] if geometry.is_empty else [geometry]
    return [part for each in getattr(geometry, "geoms", ()) for part in _polygons(each)]

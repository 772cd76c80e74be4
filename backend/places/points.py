"""Points between the library's words (latitude first) and the database's geometry."""

from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely import Point as ShapelyPoint
from shapely import get_coordinates

from backend.database import SRID_WGS84
from geodata.point import Point


def to_geometry(point: Point) -> WKBElement:
    """The value of a point column."""
    return from_shape(ShapelyPoint(point.lon, point.lat), srid=SRID_WGS84)


def point_of(geometry: WKBElement) -> Point:
    """The place that a point column holds."""
    return Point.from_lon_lat(get_coordinates(to_shape(geometry))[0])


def find_point(geometry: WKBElement | None) -> Point | None:
    """The place that a point column holds, or None where none is known."""
    return None if geometry is None else point_of(geometry)

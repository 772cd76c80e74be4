"""Points refuse what is no place and measure what is one."""

import math

import numpy as np
import pytest

from geodata.errors import InvalidGeodata
from geodata.point import Point, distances_m, from_plane, to_plane

ADMINISTRATIVE_CENTRE = Point(16.07708, 108.22302)


def test_swapped_latitude_and_longitude_are_refused_and_named() -> None:
    with pytest.raises(InvalidGeodata, match="look swapped"):
        Point(108.22302, 16.07708)


@pytest.mark.parametrize(("lat", "lon"), [(math.nan, 108.0), (16.0, math.inf), (16.0, 181.0)])
def test_numbers_that_are_no_place_are_refused(lat: float, lon: float) -> None:
    with pytest.raises(InvalidGeodata):
        Point(lat, lon)


def test_one_degree_of_latitude_is_about_111_km() -> None:
    assert Point(15.0, 108.0).distance_m(Point(16.0, 108.0)) == pytest.approx(111_195, abs=5)


def test_distances_are_symmetric_with_a_zero_diagonal() -> None:
    places = [ADMINISTRATIVE_CENTRE, Point(16.05, 108.2), Point(21.03, 105.85)]
    table = distances_m(places, places)
    assert np.allclose(table, table.T)
    assert np.allclose(np.diag(table), 0.0)
    assert table[0, 2] == pytest.approx(606_000, rel=0.01)


def test_geojson_positions_are_longitude_first() -> None:
    assert Point.from_lon_lat([108.22302, 16.07708]) == ADMINISTRATIVE_CENTRE
    assert ADMINISTRATIVE_CENTRE.lon_lat == (108.22302, 16.07708)


def test_the_plane_gives_the_same_metres_and_the_way_back() -> None:
    other = Point(16.02, 108.25)
    east, north = to_plane([other], ADMINISTRATIVE_CENTRE)
    length = math.hypot(float(east[0]), float(north[0]))
    assert length == pytest.approx(ADMINISTRATIVE_CENTRE.distance_m(other), rel=0.002)
    back = from_plane(float(east[0]), float(north[0]), ADMINISTRATIVE_CENTRE)
    assert back.distance_m(other) < 0.01

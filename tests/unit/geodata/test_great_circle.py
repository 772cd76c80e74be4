"""Estimates: the calibration, rivers crossed at bridges only, and places far away."""

import json
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from geodata.barriers import Barrier, read_barriers
from geodata.errors import InvalidGeodata, NoRoute
from geodata.great_circle import Calibration, GreatCircleTravelTimes
from geodata.point import Point, distances_m
from geodata.travel_times import GREAT_CIRCLE, UNREACHABLE, UnreachablePoint, open_travel_times

WEST, EAST = Point(16.06, 108.20), Point(16.06, 108.24)
BRIDGE = Point(16.08, 108.22)
RIVER = Barrier("Sông", (Point(16.00, 108.22), Point(16.12, 108.22)), (BRIDGE,))
FAR_AWAY = Point(21.03, 105.85)


def straight(*places: Point) -> float:
    return sum(a.distance_m(b) for a, b in pairwise(places))


def test_road_metres_follow_the_measured_detour() -> None:
    road = Calibration().road_metres(np.array([0.0, 1000.0, 2000.0, 20_000.0]))
    assert road.tolist() == pytest.approx([0.0, 1440.0, 2710.0, 26_000.0])


def test_riding_is_as_fast_as_the_measured_day_time_mean() -> None:
    table = GreatCircleTravelTimes().matrix([WEST, EAST])
    speed = 3.6 * table.distance_m[0, 1] / table.duration_s[0, 1]
    assert speed == pytest.approx(27.6, abs=0.1)


def test_hours_change_the_seconds() -> None:
    calibration = Calibration()
    assert calibration.hour_factor(17, 0) == pytest.approx(27.6 / 24.6)
    assert calibration.hour_factor(10, 0) == 1.0
    assert calibration.hour_factor(23, 5) < 1.0


def test_a_table_is_int32_labelled_and_has_a_zero_diagonal() -> None:
    table = GreatCircleTravelTimes().matrix([WEST, EAST, BRIDGE])
    assert (table.duration_s.dtype, table.distance_m.dtype) == (np.int32, np.int32)
    assert table.source == GREAT_CIRCLE
    assert np.diag(table.duration_s).tolist() == [0, 0, 0]
    assert table.estimated_cells == 6


def test_a_river_is_crossed_at_its_bridge() -> None:
    times = GreatCircleTravelTimes([RIVER])
    over_bridge = straight(WEST, BRIDGE, EAST)
    metres = times.matrix([WEST, EAST]).distance_m
    assert metres[0, 1] == pytest.approx(over_bridge * 1.27 + 170, rel=0.01)
    assert metres[0, 1] > 1.4 * straight(WEST, EAST) * 1.27
    line = times.route([WEST, EAST]).coordinates
    assert line[1] == pytest.approx([BRIDGE.lon, BRIDGE.lat], abs=1e-6)


def test_places_on_one_bank_do_not_go_over_the_bridge() -> None:
    other = Point(16.05, 108.205)
    with_river = GreatCircleTravelTimes([RIVER]).matrix([WEST, other]).distance_m
    without = GreatCircleTravelTimes().matrix([WEST, other]).distance_m
    assert with_river.tolist() == without.tolist()


def test_two_rivers_need_two_bridges() -> None:
    second_bridge = Point(16.04, 108.23)
    second = Barrier("Kênh", (Point(16.00, 108.23), Point(16.12, 108.23)), (second_bridge,))
    way = GreatCircleTravelTimes([RIVER, second]).route([WEST, EAST]).coordinates
    assert way[1:-1] == [
        pytest.approx([BRIDGE.lon, BRIDGE.lat], abs=1e-6),
        pytest.approx([second_bridge.lon, second_bridge.lat], abs=1e-6),
    ]


def test_a_house_on_the_line_of_a_river_is_on_both_banks() -> None:
    on_line = Point(16.06, 108.22)
    metres = GreatCircleTravelTimes([RIVER]).matrix([WEST, EAST, on_line, on_line]).distance_m
    assert metres[0, 2] == pytest.approx(1.27 * straight(WEST, on_line) + 170, rel=0.01)
    assert metres[1, 2] == pytest.approx(1.27 * straight(EAST, on_line) + 170, rel=0.01)
    assert metres[2, 3] == 0


def test_the_nearest_of_several_bridges_is_taken() -> None:
    near = Point(16.062, 108.22)
    river = Barrier("Sông", RIVER.line, (BRIDGE, near))
    way = GreatCircleTravelTimes([river]).route([WEST, EAST]).coordinates
    assert way[1] == pytest.approx([near.lon, near.lat], abs=1e-6)


def test_a_bend_does_not_hide_the_bridge() -> None:
    # The bridge lies behind a bend: no straight line leads to it from the west.
    bend = Barrier(
        "Sông",
        (Point(16.00, 108.22), Point(16.05, 108.22), Point(16.05, 108.19), Point(16.06, 108.19),
         Point(16.06, 108.22), Point(16.12, 108.22)),
        (Point(16.10, 108.22),),
    )  # fmt: skip
    table = GreatCircleTravelTimes([bend]).matrix([Point(16.02, 108.20), EAST])
    assert table.unreachable_cells == 0
    assert table.distance_m[0, 1] > 1.27 * straight(Point(16.02, 108.20), Point(16.10, 108.22))


def test_without_a_bridge_the_way_leads_round_the_end_of_the_barrier() -> None:
    runway = Barrier("Sân bay", (Point(16.05, 108.22), Point(16.07, 108.22)))
    metres = GreatCircleTravelTimes([runway]).matrix([WEST, EAST]).distance_m[0, 1]
    assert metres == pytest.approx(
        1.27 * straight(WEST, Point(16.05, 108.22), EAST) + 170, rel=0.01
    )


def test_a_place_closed_in_by_water_is_unreachable_and_says_so() -> None:
    ring = [Point(16.05, 108.23), Point(16.07, 108.23), Point(16.07, 108.25)]
    island = Barrier("Hồ", (*ring, Point(16.05, 108.25), Point(16.05, 108.23)))
    times = GreatCircleTravelTimes([island])
    table = times.matrix([WEST, EAST])
    assert table.duration_s[0, 1] == UNREACHABLE
    assert table.unreachable_cells == 2
    with pytest.raises(NoRoute, match="No bridge leads from stop 1 to stop 2"):
        times.route([WEST, EAST])


def test_a_place_in_another_province_is_named() -> None:
    table = GreatCircleTravelTimes().matrix([WEST, EAST, BRIDGE, FAR_AWAY])
    assert [place.index for place in table.unreachable] == [3]
    assert "km from the middle of all places" in table.unreachable[0].reason
    assert table.duration_s[0, 3] == table.distance_m[3, 0] == UNREACHABLE
    assert table.duration_s[0, 1] < UNREACHABLE


def test_snapping_leaves_places_where_they_are_and_names_the_far_one() -> None:
    snapped = GreatCircleTravelTimes().snap([WEST, EAST, BRIDGE, FAR_AWAY])
    assert [type(place) is UnreachablePoint for place in snapped] == [False, False, False, True]


def test_no_places_give_an_empty_table() -> None:
    assert GreatCircleTravelTimes([RIVER]).matrix([]).duration_s.shape == (0, 0)


def test_equal_settings_have_equal_fingerprints_and_others_do_not() -> None:
    plain, river = GreatCircleTravelTimes(), GreatCircleTravelTimes([RIVER])
    assert plain.fingerprint == GreatCircleTravelTimes().fingerprint
    assert plain.fingerprint != river.fingerprint
    slow = GreatCircleTravelTimes(calibration=Calibration(day_speed_kmh=20.0))
    assert slow.fingerprint != plain.fingerprint


def test_a_route_adds_up_its_legs() -> None:
    route = GreatCircleTravelTimes([RIVER]).route([WEST, EAST, BRIDGE])
    assert len(route.legs) == 2
    assert route.duration_s == sum(leg.duration_s for leg in route.legs)
    assert route.coordinates[route.legs[1].first_coordinate] == list(EAST.lon_lat)


def test_a_route_needs_two_places() -> None:
    with pytest.raises(NoRoute, match="1 place"):
        GreatCircleTravelTimes().route([WEST])


def test_no_folder_opens_the_labelled_estimate_with_the_reason() -> None:
    times = open_travel_times(None, barriers=[RIVER])
    assert times.source == GREAT_CIRCLE
    assert "tannoi roads build" in times.notice
    assert times.route([WEST, EAST]).source == GREAT_CIRCLE


def test_estimates_never_undercut_the_straight_line() -> None:
    places = [WEST, EAST, BRIDGE, Point(16.02, 108.21), Point(16.11, 108.25)]
    metres = GreatCircleTravelTimes([RIVER]).matrix(places).distance_m
    assert (metres >= np.floor(distances_m(places, places))).all()


class TestBarrierFiles:
    """Barriers come from GeoJSON; a bad file says which feature is bad."""

    line: ClassVar = {"type": "LineString", "coordinates": [[108.22, 16.0], [108.22, 16.1]]}

    def write(self, folder: Path, *features: tuple[dict[str, str], dict[str, object]]) -> Path:
        file = folder / "rivers.geojson"
        made = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
        return file

    def test_lines_and_their_bridges_are_read(self, tmp_path: Path) -> None:
        bridge = ({"barrier": "Sông"}, {"type": "Point", "coordinates": [108.22, 16.05]})
        read = read_barriers(self.write(tmp_path, ({"name": "Sông"}, self.line), bridge))
        assert [(each.name, len(each.line), each.bridges) for each in read] == [
            ("Sông", 2, (Point(16.05, 108.22),))
        ]

    def test_a_bridge_over_nothing_is_refused(self, tmp_path: Path) -> None:
        bridge = ({"barrier": "Suối"}, {"type": "Point", "coordinates": [108.22, 16.05]})
        with pytest.raises(InvalidGeodata, match="'Suối', which is no line"):
            read_barriers(self.write(tmp_path, ({"name": "Sông"}, self.line), bridge))

    def test_a_line_without_a_name_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidGeodata, match="line 1 has no name"):
            read_barriers(self.write(tmp_path, ({}, self.line)))

    def test_another_geometry_is_refused(self, tmp_path: Path) -> None:
        area = {"type": "Polygon", "coordinates": []}
        with pytest.raises(InvalidGeodata, match="feature 1 is a Polygon"):
            read_barriers(self.write(tmp_path, ({"name": "Hồ"}, area)))

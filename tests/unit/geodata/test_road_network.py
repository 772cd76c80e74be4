"""The motorbike profile and the labels, on towns small enough to check by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geodata.errors import NoRoute
from geodata.point import Point
from geodata.roads_build import build_roads
from geodata.travel_cache import CachedTravelTimes
from geodata.travel_times import (
    GREAT_CIRCLE,
    OSRM_MOTORBIKE,
    UNREACHABLE,
    SnappedPoint,
    TravelTimes,
    UnreachablePoint,
    open_travel_times,
)
from tests.builders.road_files import a_small_town, an_osm_file, grid

FAR_AWAY = Point(21.03, 105.85)
OFF_ROAD = grid(2, 9)  # 500 m north of the ring
ON_ISLAND = grid(7, 6)

Way = tuple[list[tuple[float, float]], dict[str, str]]
Town = Callable[..., TravelTimes]


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_roads(a_small_town(folder / "town.osm"), folder / "roads")
    return folder / "roads"


@pytest.fixture(scope="module")
def town(roads: Path) -> TravelTimes:
    return open_travel_times(roads, use_cache=False)


@pytest.fixture
def town_of(tmp_path: Path) -> Town:
    def build(*ways: Way) -> TravelTimes:
        build_roads(an_osm_file(tmp_path / "ways.osm", *ways), tmp_path / "roads")
        return open_travel_times(tmp_path / "roads", use_cache=False)

    return build


def metres(times: TravelTimes, origin: Point, target: Point) -> int:
    return int(times.matrix([origin, target]).distance_m[0, 1])


def speed_kmh(times: TravelTimes, origin: Point, target: Point) -> float:
    table = times.matrix([origin, target])
    return float(3.6 * table.distance_m[0, 1] / table.duration_s[0, 1])


def test_a_one_way_street_makes_the_table_asymmetric(town: TravelTimes) -> None:
    table = town.matrix([grid(1, 2), grid(3, 2)])
    assert table.distance_m[0, 1] == pytest.approx(200, abs=3)
    assert table.distance_m[1, 0] > 900  # round the ring
    assert table.source == OSRM_MOTORBIKE
    assert table.estimated_cells == 0


def test_one_way_may_hold_for_cars_only(town_of: Town) -> None:
    tags = {"highway": "tertiary", "oneway": "yes", "oneway:motorcycle": "no"}
    assert metres(town_of(([(0, 0), (4, 0)], tags)), grid(3, 0), grid(1, 0)) < 210


def test_alleys_are_ridden_slowly_and_streets_faster(town: TravelTimes) -> None:
    assert speed_kmh(town, grid(2, 0.1), grid(2, 0.9)) == pytest.approx(14, abs=1.5)
    assert speed_kmh(town, grid(0.1, 0), grid(1.9, 0)) == pytest.approx(35, abs=3)


def test_motorways_are_closed_to_motorbikes_unless_signed(town_of: Town) -> None:
    around: Way = ([(0, 0), (0, 4), (4, 4), (4, 0)], {"highway": "residential"})
    again: Way = ([(0, 10), (0, 14), (4, 14), (4, 10)], {"highway": "residential"})
    motorway = {"highway": "motorway", "oneway": "no"}
    signed = {**motorway, "motorcycle": "yes"}
    times = town_of(around, ([(0, 0), (4, 0)], motorway), again, ([(0, 10), (4, 10)], signed))
    assert metres(times, grid(0, 0), grid(4, 0)) == pytest.approx(1200, abs=10)
    assert metres(times, grid(0, 10), grid(4, 10)) < 410


def test_pavements_footbridges_and_steps_are_no_short_cut(town_of: Town) -> None:
    kinds = (
        {"highway": "footway", "footway": "sidewalk"},
        {"highway": "footway", "footway": "crossing"},
        {"highway": "footway", "bridge": "yes"},
        {"highway": "steps"},
        {"highway": "residential", "motorcycle": "no"},
        {"highway": "residential", "access": "no"},
        {"highway": "construction"},
    )
    ways: list[Way] = []
    for number, tags in enumerate(kinds):
        south = 10 * number
        around = [(0, south), (0, south + 4), (4, south + 4), (4, south)]
        ways += [(around, {"highway": "residential"}), ([(0, south), (4, south)], tags)]
    times = town_of(*ways)
    for number, tags in enumerate(kinds):
        assert metres(times, grid(0, 10 * number), grid(4, 10 * number)) > 1100, tags


def test_a_foot_way_serves_the_doors_along_it(town_of: Town) -> None:
    street: Way = ([(0, 0), (2, 0), (4, 0)], {"highway": "residential"})
    times = town_of(street, ([(2, 0), (2, 3)], {"highway": "footway"}))
    assert metres(times, grid(0, 0), grid(2, 2.9)) == pytest.approx(490, abs=10)
    assert speed_kmh(times, grid(2, 0.5), grid(2, 2.9)) == pytest.approx(8, abs=1)


def test_a_private_drive_is_reached_but_not_ridden_through(town_of: Town) -> None:
    street: Way = ([(0, 0), (0, 4), (4, 4), (4, 0)], {"highway": "residential"})
    times = town_of(street, ([(0, 0), (2, 0), (4, 0)], {"highway": "service", "access": "private"}))
    assert metres(times, grid(0, 1), grid(2, 0)) == pytest.approx(300, abs=10)
    assert metres(times, grid(0, 1), grid(4, 1)) == pytest.approx(1000, abs=15)


def test_signs_slow_a_courier_down_and_never_speed_one_up(town_of: Town) -> None:
    times = town_of(
        ([(0, 0), (9, 0)], {"highway": "primary", "maxspeed": "20"}),
        ([(0, 9), (9, 9)], {"highway": "primary", "maxspeed": "60"}),
    )
    assert speed_kmh(times, grid(1, 0), grid(8, 0)) == pytest.approx(20, abs=1)
    assert speed_kmh(times, grid(1, 9), grid(8, 9)) == pytest.approx(35, abs=1)


def test_a_place_600_km_away_is_named_and_harms_no_other_leg(town: TravelTimes) -> None:
    alone = town.matrix([grid(0, 0), grid(4, 4)])
    table = town.matrix([grid(0, 0), FAR_AWAY, grid(4, 4)])
    assert [place.index for place in table.unreachable] == [1]
    assert "km from the nearest road" in table.unreachable[0].reason
    assert table.unreachable[0].distance_to_road_m > 500_000
    assert table.duration_s[0, 1] == table.distance_m[1, 2] == UNREACHABLE
    assert table.duration_s[0, 2] == alone.duration_s[0, 1]
    assert table.unreachable_cells == 4
    assert table.estimated_cells == 0


def test_a_place_off_the_roads_is_reached_by_a_labelled_estimate(town: TravelTimes) -> None:
    table = town.matrix([grid(0, 0), OFF_ROAD, grid(4, 4)])
    assert table.unreachable == []
    assert [place.index for place in table.estimated_points] == [1]
    assert table.estimated.tolist() == [
        [False, True, False],
        [True, False, True],
        [False, True, False],
    ]
    assert 0 < table.duration_s[0, 1] < UNREACHABLE


def test_a_place_on_a_cut_off_road_is_reached_by_a_labelled_estimate(town: TravelTimes) -> None:
    table = town.matrix([grid(0, 0), grid(4, 0), grid(4, 4), ON_ISLAND])
    assert [place.index for place in table.estimated_points] == [3]
    assert "not connected" in table.estimated_points[0].reason
    assert table.estimated_cells == 6
    assert (table.duration_s < UNREACHABLE).all()


def test_the_same_place_twice_is_no_distance_apart(town: TravelTimes) -> None:
    table = town.matrix([grid(0, 0), grid(4, 4), grid(0, 0), FAR_AWAY, FAR_AWAY])
    assert table.distance_m[0, 2] == table.distance_m[2, 0] == 0
    assert table.duration_s[0].tolist()[:3] == table.duration_s[2].tolist()[:3]
    assert [place.index for place in table.unreachable] == [3, 4]


def test_no_places_and_one_place_are_tables_too(town: TravelTimes) -> None:
    assert town.matrix([]).duration_s.shape == (0, 0)
    assert town.matrix([grid(1, 0)]).duration_s.tolist() == [[0]]


def test_snapping_has_a_limit_and_names_what_lies_beyond(town: TravelTimes) -> None:
    near, beyond = town.snap([grid(1, 0.5), OFF_ROAD])
    assert isinstance(near, SnappedPoint)
    assert near.street == "Đường Lê Duẩn"
    assert near.distance_m == pytest.approx(50, abs=2)
    assert isinstance(beyond, UnreachablePoint)
    assert beyond.distance_to_road_m == pytest.approx(500, abs=5)
    (within,) = town.snap([OFF_ROAD], limit_m=600)
    assert isinstance(within, SnappedPoint)


def test_a_route_follows_the_roads_and_adds_up_like_the_table(town: TravelTimes) -> None:
    stops = [grid(1, 0), grid(4, 1), grid(2, 0.9)]
    route, table = town.route(stops), town.matrix(stops)
    assert route.source == OSRM_MOTORBIKE
    assert [leg.duration_s for leg in route.legs] == [
        table.duration_s[0, 1],
        table.duration_s[1, 2],
    ]
    assert route.distance_m == sum(leg.distance_m for leg in route.legs)
    assert route.coordinates[0] == pytest.approx(grid(1, 0).lon_lat, abs=1e-5)
    corner = route.coordinates[route.legs[1].first_coordinate]
    assert corner == pytest.approx(grid(4, 1).lon_lat, abs=1e-5)


def test_a_route_to_a_cut_off_road_labels_the_estimated_leg(town: TravelTimes) -> None:
    route = town.route([grid(0, 0), grid(4, 0), ON_ISLAND])
    assert route.source == GREAT_CIRCLE
    assert [leg.source for leg in route.legs] == [OSRM_MOTORBIKE, GREAT_CIRCLE]
    assert route.coordinates[-1] == pytest.approx(list(ON_ISLAND.lon_lat))


def test_a_route_to_a_place_600_km_away_is_refused_by_name(town: TravelTimes) -> None:
    with pytest.raises(NoRoute, match=r"Stop 2 is \d+\.\d km from any road"):
        town.route([grid(0, 0), FAR_AWAY])


class TestCache:
    """Tables are kept by network, profile and places; damage costs time, never a wrong table."""

    @pytest.fixture
    def cached(self, town: TravelTimes, tmp_path: Path) -> CachedTravelTimes:
        return CachedTravelTimes(town, tmp_path / "cache")

    stops = (grid(0, 0), grid(4, 2), OFF_ROAD, FAR_AWAY)

    def files(self, tmp_path: Path) -> list[Path]:
        return sorted((tmp_path / "cache").iterdir())

    def test_a_kept_table_is_the_same_table(
        self, cached: CachedTravelTimes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = cached.matrix(self.stops)
        monkeypatch.setattr(cached, "inner", _Broken(cached.inner))
        second = cached.matrix(self.stops)
        assert np.array_equal(first.duration_s, second.duration_s)
        assert np.array_equal(first.distance_m, second.distance_m)
        assert np.array_equal(first.estimated, second.estimated)
        assert first.unreachable == second.unreachable
        assert first.estimated_points == second.estimated_points
        assert first.source == second.source
        assert len(self.files(tmp_path)) == 1

    def test_other_places_or_another_order_are_another_table(
        self, cached: CachedTravelTimes, tmp_path: Path
    ) -> None:
        cached.matrix(self.stops)
        turned = cached.matrix(self.stops[::-1])
        assert [place.index for place in turned.unreachable] == [0]
        assert len(self.files(tmp_path)) == 2

    def test_a_damaged_file_is_made_anew(self, cached: CachedTravelTimes, tmp_path: Path) -> None:
        right = cached.matrix(self.stops)
        (file,) = self.files(tmp_path)
        for damage in (b"", b"not a table", file.read_bytes()[:200]):
            file.write_bytes(damage)
            assert np.array_equal(cached.matrix(self.stops).duration_s, right.duration_s)
            assert file.stat().st_size > 400

    def test_the_folder_stays_within_its_limit(self, town: TravelTimes, tmp_path: Path) -> None:
        one = CachedTravelTimes(town, tmp_path / "cache")
        one.matrix([grid(0, 0), grid(1, 0)])
        size = self.files(tmp_path)[0].stat().st_size
        small = CachedTravelTimes(town, tmp_path / "cache", limit_bytes=3 * size)
        for column in range(8):
            small.matrix([grid(column / 3, 0), grid(4, 4)])
        assert len(self.files(tmp_path)) == 3
        assert not list((tmp_path / "cache").glob("*.part"))

    def test_a_folder_that_cannot_be_written_costs_only_time(
        self, town: TravelTimes, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        cached = CachedTravelTimes(town, tmp_path / "file" / "cache")
        assert cached.matrix([grid(0, 0), grid(4, 4)]).duration_s[0, 1] > 0

    def test_the_default_folder_lies_beside_the_road_data(self, roads: Path) -> None:
        open_travel_times(roads).matrix([grid(0, 0), grid(2, 0)])
        assert list((roads.parent / "cache" / "travel").glob("*.npz"))


class _Broken:
    """Travel times that must not be asked for a table."""

    def __init__(self, inner: TravelTimes) -> None:
        self.fingerprint = inner.fingerprint

    def matrix(self, points: object) -> None:
        raise AssertionError("the table should have come from the cache")

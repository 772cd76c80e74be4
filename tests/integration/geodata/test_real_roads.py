"""The real extracts of Đà Nẵng and Hà Nội: calibration, labels, threads and forked workers."""

import csv
import gzip
import os
import random
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geodata.point import Point, distances_m
from geodata.roads_build import build_roads
from geodata.roads_check import check_roads
from geodata.roads_manifest import read_manifest
from geodata.travel_cache import CachedTravelTimes
from geodata.travel_times import (
    OSRM_MOTORBIKE,
    SnappedPoint,
    TravelTable,
    TravelTimes,
    open_travel_times,
)

IN_HA_NOI = Point(21.0285, 105.8542)
CENTRE = (16.0475, 108.2053, 16.0645, 108.2237)  # south, west, north, east of the extract


@pytest.fixture(scope="module")
def da_nang(da_nang_roads: Path) -> TravelTimes:
    return open_travel_times(da_nang_roads, use_cache=False)


@pytest.fixture(scope="module")
def ha_noi(ha_noi_roads: Path) -> TravelTimes:
    return open_travel_times(ha_noi_roads, use_cache=False)


@pytest.fixture(scope="module")
def homes(test_data: Path) -> list[Point]:
    """Real buildings of central Đà Nẵng: 266 of them."""
    south, west, north, east = CENTRE
    file = test_data / "addresses" / "danang_buildings_points.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        points = [Point(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(rows)]
    return [p for p in points if south < p.lat < north and west < p.lon < east]


@pytest.fixture(scope="module")
def ha_noi_places(ha_noi: TravelTimes) -> list[Point]:
    """Places on roads of inner Hà Nội, spread evenly."""
    draw = random.Random(26)
    points = [Point(draw.uniform(20.99, 21.06), draw.uniform(105.79, 105.86)) for _ in range(350)]
    snapped = ha_noi.snap(points)
    return [place.on_road for place in snapped if isinstance(place, SnappedPoint)][:300]


def speed_kmh(table: TravelTable, chosen: np.ndarray) -> float:
    return float(3.6 * table.distance_m[chosen].sum() / table.duration_s[chosen].sum())


def test_the_extracts_hold_what_their_manifests_say(
    da_nang_roads: Path, ha_noi_roads: Path
) -> None:
    centre, city = read_manifest(da_nang_roads), read_manifest(ha_noi_roads)
    assert centre.ways_by_class["alley"] > 500
    assert centre.turn_restrictions == 7
    assert city.way_count > 24_000
    assert city.road_km > 4_000
    for roads_dir in (da_nang_roads, ha_noi_roads):
        assert check_roads(roads_dir).problems == ()


def test_text_and_binary_form_of_an_extract_give_the_same_times(
    test_data: Path, tmp_path: Path, da_nang: TravelTimes, homes: list[Point]
) -> None:
    build_roads(test_data / "roads" / "danang_haichau_centre.osm.gz", tmp_path / "roads")
    other = open_travel_times(tmp_path / "roads", use_cache=False)
    assert np.array_equal(
        other.matrix(homes[:50]).duration_s, da_nang.matrix(homes[:50]).duration_s
    )


def test_every_home_of_the_centre_snaps_within_100_m(
    da_nang: TravelTimes, homes: list[Point]
) -> None:
    assert len(homes) > 250
    gaps = [place.distance_m for place in da_nang.snap(homes) if isinstance(place, SnappedPoint)]
    assert len(gaps) == len(homes)
    assert max(gaps) < 100.0


def test_speeds_agree_with_the_mean_day_time_speed_of_the_city(
    da_nang: TravelTimes, ha_noi: TravelTimes, homes: list[Point], ha_noi_places: list[Point]
) -> None:
    # Short trips among lights and alleys are slower than the 27.6 km/h of all traffic …
    centre = da_nang.matrix(homes)
    assert 20.0 < speed_kmh(centre, distances_m(homes, homes) > 500.0) < 27.0
    # … and trips of 3–10 km are about as fast.
    city, straight = ha_noi.matrix(ha_noi_places), distances_m(ha_noi_places, ha_noi_places)
    assert speed_kmh(city, (straight > 3_000) & (straight < 10_000)) == pytest.approx(27.6, abs=1.5)


def test_detours_agree_with_the_figures_that_the_estimate_is_made_of(
    da_nang: TravelTimes, ha_noi: TravelTimes, homes: list[Point], ha_noi_places: list[Point]
) -> None:
    def detour(table: TravelTable, straight: np.ndarray, low: float, high: float) -> float:
        chosen = (straight >= low) & (straight < high)
        return float(np.mean(table.distance_m[chosen] / straight[chosen]))

    centre, near = da_nang.matrix(homes), distances_m(homes, homes)
    city, far = ha_noi.matrix(ha_noi_places), distances_m(ha_noi_places, ha_noi_places)
    assert detour(centre, near, 1_000, 2_000) == pytest.approx(1.38, abs=0.15)
    assert detour(city, far, 3_000, 5_000) == pytest.approx(1.41, abs=0.10)
    assert detour(city, far, 5_000, 10_000) == pytest.approx(1.34, abs=0.10)


def test_tables_are_asymmetric_int32_and_without_gaps(
    ha_noi: TravelTimes, ha_noi_places: list[Point]
) -> None:
    table = ha_noi.matrix(ha_noi_places)
    assert (table.duration_s.dtype, table.distance_m.dtype) == (np.int32, np.int32)
    assert table.source == OSRM_MOTORBIKE
    assert (table.estimated_cells, table.unreachable_cells) == (0, 0)
    there, back = table.duration_s.astype(float), table.duration_s.T.astype(float)
    apart = (there + back) > 600
    asymmetry = float(np.mean(np.abs(there - back)[apart] / ((there + back)[apart] / 2)))
    assert 0.02 < asymmetry < 0.20


def test_a_place_600_km_away_is_named_beside_real_homes(
    da_nang: TravelTimes, homes: list[Point]
) -> None:
    table = da_nang.matrix([*homes[:20], IN_HA_NOI])
    assert [place.index for place in table.unreachable] == [20]
    assert table.unreachable[0].distance_to_road_m > 500_000
    assert np.array_equal(table.duration_s[:20, :20], da_nang.matrix(homes[:20]).duration_s)


def test_a_route_has_the_length_of_its_line_and_the_times_of_the_table(
    da_nang: TravelTimes, homes: list[Point]
) -> None:
    stops = homes[:8]
    route, table = da_nang.route(stops), da_nang.matrix(stops)
    assert [leg.duration_s for leg in route.legs] == [
        int(table.duration_s[i, i + 1]) for i in range(7)
    ]
    corners = [Point.from_lon_lat(each) for each in route.coordinates]
    drawn = sum(a.distance_m(b) for a, b in pairwise(corners))
    assert drawn == pytest.approx(route.distance_m, rel=0.02)


def test_threads_share_one_engine(ha_noi: TravelTimes, ha_noi_places: list[Point]) -> None:
    slices = [ha_noi_places[start : start + 60] for start in range(0, 240, 20)]
    expected = [ha_noi.matrix(places).duration_s for places in slices]
    with ThreadPoolExecutor(8) as pool:
        tables = list(pool.map(lambda places: ha_noi.matrix(places).duration_s, slices * 4))
        routes = list(pool.map(ha_noi.route, slices))
    for number, table in enumerate(tables):
        assert np.array_equal(table, expected[number % len(slices)])
    assert all(route.source == OSRM_MOTORBIKE for route in routes)


def in_forked_child(work: Callable[[], bool]) -> int:
    """Exit code of a forked child that answers True (0) or False (1); killed after 30 s."""
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        try:
            os._exit(0 if work() else 1)
        except BaseException:  # a child must never return into pytest
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_forked_workers_use_the_engine_of_their_parent(
    ha_noi: TravelTimes, ha_noi_places: list[Point]
) -> None:
    expected = ha_noi.matrix(ha_noi_places[:80]).duration_s

    def same() -> bool:
        return np.array_equal(ha_noi.matrix(ha_noi_places[:80]).duration_s, expected)

    assert [in_forked_child(same) for _ in range(3)] == [0, 0, 0]
    assert same()


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_worker_opens_the_roads_itself(
    da_nang_roads: Path, da_nang: TravelTimes, homes: list[Point]
) -> None:
    expected = da_nang.matrix(homes[:30]).duration_s

    def fresh() -> bool:
        times = open_travel_times(da_nang_roads, use_cache=False)
        return np.array_equal(times.matrix(homes[:30]).duration_s, expected)

    assert in_forked_child(fresh) == 0


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_processes_share_one_cache_folder(
    da_nang: TravelTimes, homes: list[Point], tmp_path: Path
) -> None:
    expected = da_nang.matrix(homes[:40]).duration_s

    def use() -> bool:
        cached = CachedTravelTimes(da_nang, tmp_path / "cache", limit_bytes=60_000)
        return all(
            np.array_equal(cached.matrix(homes[:40]).duration_s, expected)
            and cached.matrix(homes[n : n + 40]).duration_s.shape == (40, 40)
            for n in range(30)
        )

    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            os._exit(in_forked_child(use))
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0, 0, 0, 0]
    kept = list((tmp_path / "cache").iterdir())
    assert all(file.suffix == ".npz" for file in kept)
    assert len(kept) <= 8

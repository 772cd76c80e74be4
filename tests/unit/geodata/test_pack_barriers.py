"""The rivers of the pack must keep estimates out of the water without cutting a bank in two."""

import csv
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.geojson import read_features
from geodata.great_circle import GreatCircleTravelTimes
from geodata.packs import Pack, open_pack
from geodata.point import Point, to_plane

TOWN_HALL = Point(16.07708, 108.22302)
SON_TRA = Point(16.0769, 108.2310)  # straight across the Hàn, no bridge between
BRIDGES = {
    "Cầu Thuận Phước",
    "Cầu Sông Hàn",
    "Cầu Rồng",
    "Cầu Nguyễn Văn Trỗi",
    "Cầu Trần Thị Lý",
    "Cầu Tiên Sơn",
    "Cầu Hòa Xuân",
    "Cầu Nguyễn Tri Phương",
    "Cầu Cẩm Lệ",
    "Cầu Đỏ",
    "Cầu Khuê Đông",
    "Cầu Nam Ô",
}


# Doors of the west bank and of the east bank, by the unit of 2025 that they lie in.
WEST, EAST = {"20242", "20257", "20209"}, {"20275", "20263"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack("da_nang")


@pytest.fixture(scope="module")
def estimate(pack: Pack) -> GreatCircleTravelTimes:
    return GreatCircleTravelTimes(pack.barriers)


def metres(estimate: GreatCircleTravelTimes, origin: Point, target: Point) -> float:
    return float(estimate.legs([origin], [target])[1][0, 0])


def features(pack: Pack) -> list[dict[str, Any]]:
    file = pack.find_file("barriers")
    assert file is not None
    return read_features(file.path)


def test_every_feature_names_its_source_and_that_nobody_checked_it(pack: Pack) -> None:
    for feature in features(pack):
        assert len(feature["properties"]["source"]) > 20
        assert feature["properties"]["status"] == "unverified"


def test_every_bridge_known_to_the_project_crosses_its_river(pack: Pack) -> None:
    named = {
        feature["properties"]["name"]: feature
        for feature in features(pack)
        if feature["geometry"]["type"] == "Point"
    }
    assert named.keys() >= BRIDGES
    lines = {barrier.name: barrier.line for barrier in pack.barriers}
    for feature in named.values():
        bridge = Point.from_lon_lat(feature["geometry"]["coordinates"])
        assert distance_to_line_m(bridge, lines[feature["properties"]["barrier"]]) <= 150


def test_the_far_bank_is_reached_over_a_bridge_and_not_by_swimming(
    estimate: GreatCircleTravelTimes,
) -> None:
    straight = TOWN_HALL.distance_m(SON_TRA)
    assert straight < 900
    assert 1_500 < metres(estimate, TOWN_HALL, SON_TRA) < 4_000
    assert metres(estimate, TOWN_HALL, Point(16.0687, 108.2229)) < 1_700  # same bank


def test_the_bay_is_ridden_around(estimate: GreatCircleTravelTimes) -> None:
    kim_lien, tho_quang = Point(16.1256, 108.1191), Point(16.1016, 108.2476)
    assert metres(estimate, kim_lien, tho_quang) > 17_000
    assert kim_lien.distance_m(tho_quang) < 14_500


def test_every_populated_point_reaches_every_other(
    pack: Pack, estimate: GreatCircleTravelTimes
) -> None:
    table = estimate.matrix([place.point for place in pack.populated_points[::4]])
    assert not table.unreachable
    assert int(table.distance_m.max()) < 80_000


def test_no_building_stands_in_a_river(pack: Pack, test_data: Path) -> None:
    lines = shapely.MultiLineString(
        [
            np.column_stack(to_plane(barrier.line, TOWN_HALL))
            for barrier in pack.barriers
            if "Sông" in barrier.name
        ]
    )
    with gzip.open(
        test_data / "addresses" / "danang_buildings_points.csv.gz", "rt", encoding="utf-8"
    ) as rows:
        doors = [Point(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(rows)]
    gaps = shapely.distance(shapely.points(*to_plane(doors, TOWN_HALL)), lines)
    assert len(gaps) > 40_000
    assert float(gaps.min()) > 30


def test_the_han_parts_the_wards_of_both_banks_and_no_ward_in_itself(
    pack: Pack, test_data: Path
) -> None:
    (han,) = (barrier for barrier in pack.barriers if barrier.name == "Sông Hàn")
    line = shapely.LineString(np.column_stack(to_plane(han.line, TOWN_HALL)))
    wrong = {True: 0, False: 0}
    seen = {True: 0, False: 0}
    with gzip.open(
        test_data / "addresses" / "danang_buildings_points.csv.gz", "rt", encoding="utf-8"
    ) as rows:
        for row in csv.DictReader(rows):
            if row["ward_code"] not in WEST | EAST:
                continue
            east_bank = row["ward_code"] in EAST
            ((east,), (north,)) = to_plane([Point(float(row["lat"]), float(row["lon"]))], TOWN_HALL)
            crosses = shapely.LineString([(0, 0), (east, north)]).intersects(line)
            seen[east_bank] += 1
            wrong[east_bank] += crosses != east_bank
    assert min(seen.values()) > 1_000
    assert wrong[True] == 0
    # A line from the town hall may cut a bend of the river on its way to the same bank.
    assert wrong[False] <= 0.01 * seen[False]


def distance_to_line_m(place: Point, line: tuple[Point, ...]) -> float:
    path = shapely.LineString(np.column_stack(to_plane(line, place)))
    return float(path.distance(shapely.Point(0, 0)))

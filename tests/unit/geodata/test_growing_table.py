"""What is looked up for one place, or grown place by place, is what the whole table says."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from geodata.barriers import Barrier
from geodata.great_circle import GreatCircleTravelTimes
from geodata.growing_table import MOST_NEW, GrowingTable
from geodata.point import Point
from geodata.roads_build import build_roads
from geodata.travel_tables import PlaceRides, TravelTable, TravelTimes
from geodata.travel_times import open_travel_times
from tests.builders.road_files import a_small_town, grid

RIVER = Barrier(
    "Sông Mẫu", (Point(16.0, 108.2), Point(16.1, 108.2)), bridges=(Point(16.05, 108.2),)
)
PLACES = [
    *(grid(column, row) for column in range(4) for row in range(3)),
    grid(2, 9),  # off the roads: an estimate
    grid(7, 6),  # on an island
    Point(21.03, 105.85),  # Hà Nội: unreachable
]


@pytest.fixture(scope="module", params=["roads", "estimate"])
def travel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TravelTimes:
    if request.param == "estimate":
        return GreatCircleTravelTimes([RIVER])
    folder: Path = tmp_path_factory.mktemp("town")
    build_roads(a_small_town(folder / "town.osm"), folder / "roads")
    return open_travel_times(folder / "roads", use_cache=False)


def places_of(travel: TravelTimes) -> list[Point]:
    if isinstance(travel, GreatCircleTravelTimes):
        drawn = random.Random(1)
        return [
            Point(16.02 + drawn.random() * 0.06, 108.17 + drawn.random() * 0.06) for _ in range(15)
        ] + [Point(21.03, 105.85)]
    return PLACES


def test_the_rides_of_one_place_are_its_row_and_column(travel: TravelTimes) -> None:
    places = places_of(travel)
    table = travel.matrix(places)
    for at, place in enumerate(places):
        others = [number for number in range(len(places)) if number != at]
        rides = travel.rides(place, [places[number] for number in others])
        same_rides(rides, table, at, others)


def same_rides(rides: PlaceRides, table: TravelTable, at: int, others: Sequence[int]) -> None:
    np.testing.assert_array_equal(rides.to_s, table.duration_s[others, at])
    np.testing.assert_array_equal(rides.to_m, table.distance_m[others, at])
    np.testing.assert_array_equal(rides.from_s, table.duration_s[at, others])
    np.testing.assert_array_equal(rides.from_m, table.distance_m[at, others])
    np.testing.assert_array_equal(rides.estimated[0], table.estimated[others, at])
    np.testing.assert_array_equal(rides.estimated[1], table.estimated[at, others])


def test_a_place_is_no_way_from_itself(travel: TravelTimes) -> None:
    place = places_of(travel)[0]
    rides = travel.rides(place, [place])
    assert (rides.to_s[0], rides.from_m[0], rides.estimated.any()) == (0, 0, False)


def test_a_table_grown_place_by_place_is_the_whole_table(travel: TravelTimes) -> None:
    places = places_of(travel)
    growing = GrowingTable(travel)
    for size in range(2, len(places) + 1):
        growing.matrix(places[:size])
    asked = list(reversed(places))
    grown, whole = growing.matrix(asked), travel.matrix(asked)
    np.testing.assert_array_equal(grown.duration_s, whole.duration_s)
    np.testing.assert_array_equal(grown.distance_m, whole.distance_m)
    np.testing.assert_array_equal(grown.estimated, whole.estimated)
    assert [each.index for each in grown.unreachable] == [e.index for e in whole.unreachable]
    assert grown.source == whole.source


def test_only_new_places_are_looked_up() -> None:
    class Counting(GreatCircleTravelTimes):
        tables = rows = 0

        def matrix(self, points: Sequence[Point]) -> TravelTable:
            self.tables += 1
            return super().matrix(points)

        def rides(self, place: Point, others: Sequence[Point]) -> PlaceRides:
            self.rows += 1
            return super().rides(place, others)

    travel = Counting()
    growing = GrowingTable(travel)
    places = [Point(16.0 + n / 1000, 108.2) for n in range(2 * MOST_NEW + 4)]
    growing.matrix(places[:10])
    growing.matrix(places[:12])
    growing.matrix(places[2:9])
    assert (travel.tables, travel.rows) == (1, 2)
    growing.matrix(places)
    assert (travel.tables, travel.rows) == (2, 2)


def test_a_place_looked_at_is_its_row_of_the_whole_table_and_asked_for_once(
    travel: TravelTimes,
) -> None:
    places = places_of(travel)
    table = travel.matrix(places)
    growing = GrowingTable(travel)
    growing.matrix(places[:4])
    for at in range(4, len(places)):
        others = [number for number in range(len(places)) if number != at]
        for _ in range(2):
            seen = growing.look(places[at], [places[number] for number in others])
            same_rides(seen.rides, table, at, others)
            beyond = seen.unreachable is not None
            assert beyond == (at in [each.index for each in table.unreachable])
        growing.matrix([*places[:4], places[at]])  # what was seen of it becomes its row
        known = growing.look(places[at], [places[number] for number in others])
        same_rides(known.rides, table, at, others)

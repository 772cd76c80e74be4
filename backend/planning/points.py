"""The places of a day as points of one travel table, and the table as the solver's matrices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from backend.fleet.models import VehicleKind
from backend.planning.day_rows import DayRows, PlaceKey
from backend.planning.service_times import BICYCLE_SPEED_KMH
from geodata.point import Point
from geodata.travel_tables import UNREACHABLE as NO_WAY
from geodata.travel_tables import TravelTable
from routing import UNREACHABLE, Location, TravelMatrix

MOTORBIKE = "motorbike"
BICYCLE = "bicycle"


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """Places in matrix order; a place stands once, however many visits it has."""

    places: tuple[PlaceKey, ...]
    points: tuple[Point, ...]
    numbers: dict[PlaceKey, int]
    zones: dict[PlaceKey, str]

    def location(self, place: PlaceKey) -> Location:
        """The solver's word for a place: its setup is paid once, its zone is the area."""
        return Location(
            matrix_index=self.numbers[place],
            place=f"{place[0].value}:{place[1]}",
            area=self.zones[place],
        )


def index_places(day: DayRows, wanted: Iterable[PlaceKey]) -> PlaceIndex:
    """Numbers places in a stable order; those without a point are left out."""
    placed = {place: point for place in wanted if (point := day.point_of(place)) is not None}
    places = tuple(sorted(placed, key=lambda place: (place[0].value, place[1])))
    return PlaceIndex(
        places=places,
        points=tuple(placed[place] for place in places),
        numbers={place: number for number, place in enumerate(places)},
        zones={place: day.zone_of(place) for place in places},
    )


def profile_of(kind: VehicleKind) -> str:
    """Which matrix a vehicle rides on; cars take the motorbike's way in this version."""
    return BICYCLE if kind is VehicleKind.BICYCLE else MOTORBIKE


def matrices(table: TravelTable, profiles: Sequence[str]) -> dict[str, TravelMatrix]:
    """One matrix a profile; cells without a way are the solver's UNREACHABLE."""
    none = (table.duration_s >= NO_WAY) | (table.distance_m >= NO_WAY)
    duration = np.where(none, UNREACHABLE, table.duration_s)
    distance = np.where(none, UNREACHABLE, table.distance_m)
    made = {MOTORBIKE: TravelMatrix(duration, distance)}
    if BICYCLE in profiles:
        by_pedal = np.rint(table.distance_m * (3.6 / BICYCLE_SPEED_KMH)).astype(np.int64)
        slower = np.maximum(table.duration_s, by_pedal)
        made[BICYCLE] = TravelMatrix(np.where(none, UNREACHABLE, slower), distance)
    return {name: matrix for name, matrix in made.items() if name in profiles}

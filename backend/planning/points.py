"""The places of a day as points of one travel table, and the table as the solver's matrices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.fleet.models import VehicleKind
from backend.planning.day_rows import DayRows, PlaceKey
from backend.planning.service_times import BICYCLE_SPEED_KMH
from geodata.point import Point
from geodata.travel_tables import UNREACHABLE as NO_WAY
from geodata.travel_tables import Int32Table, PlaceRides, TravelTable
from routing import UNREACHABLE, Location, NewPlace, TravelMatrix
from routing import PlaceRides as WaysOfPlace

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


def new_place(rides: PlaceRides, profiles: Iterable[str]) -> NewPlace:
    """The ways between a place that the matrices do not have and theirs, for each profile."""
    made = {}
    for name in profiles:
        to_s, from_s = (
            _by_pedal(seconds, metres) if name == BICYCLE else seconds
            for seconds, metres in ((rides.to_s, rides.to_m), (rides.from_s, rides.from_m))
        )
        made[name] = WaysOfPlace(
            to_s=_open(to_s, rides.to_m),
            from_s=_open(from_s, rides.from_m),
            to_m=_open(rides.to_m, rides.to_s),
            from_m=_open(rides.from_m, rides.from_s),
        )
    return NewPlace(rides=made)


def matrices(table: TravelTable, profiles: Sequence[str]) -> dict[str, TravelMatrix]:
    """One matrix a profile; cells without a way are the solver's UNREACHABLE."""
    none = (table.duration_s >= NO_WAY) | (table.distance_m >= NO_WAY)
    duration = np.where(none, UNREACHABLE, table.duration_s)
    distance = np.where(none, UNREACHABLE, table.distance_m)
    made = {MOTORBIKE: TravelMatrix(duration, distance)}
    if BICYCLE in profiles:
        slower = _by_pedal(table.duration_s, table.distance_m)
        made[BICYCLE] = TravelMatrix(np.where(none, UNREACHABLE, slower), distance)
    return {name: matrix for name, matrix in made.items() if name in profiles}


def _by_pedal(seconds: Int32Table, metres: Int32Table) -> npt.NDArray[np.int64]:
    """The motorbike's way at a bicycle's speed, where that is slower."""
    pedalled = np.rint(metres * (3.6 / BICYCLE_SPEED_KMH)).astype(np.int64)
    return np.maximum(seconds, pedalled)


def _open(ways: npt.NDArray[Any], others: npt.NDArray[Any]) -> list[int]:
    """The solver's numbers: none where the table has no way."""
    found: list[int] = np.where((ways >= NO_WAY) | (others >= NO_WAY), UNREACHABLE, ways).tolist()
    return found

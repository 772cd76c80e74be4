"""A built problem moved on by some legs, where building it anew from the whole day takes too long.

What is added is what `build_problem` would have made of the same rows; places only come, at the
end of the matrices.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from backend.planning import screening
from backend.planning.carriages import Carriage, bundle
from backend.planning.day_rows import DayRows, LegRow, PlaceKey
from backend.planning.points import PlaceIndex, new_place
from backend.planning.problem_builder import BuiltProblem, most_dossiers
from backend.planning.reasons import SetAside
from backend.planning.tasks import TaskMaker, TaskMeaning, safes_of
from geodata.growing_table import GrowingTable
from geodata.point import Point
from routing import NewPlace, Shipment
from routing.offering.new_places import with_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Legs as works for a problem that does not have them, with the places that come along."""

    works: tuple[Shipment, ...]
    carriages: tuple[Carriage, ...]
    """Of the works, in their order."""
    meanings: Mapping[str, TaskMeaning]
    set_aside: tuple[SetAside, ...]
    places: tuple[PlaceKey, ...]
    points: tuple[Point, ...]
    rides: tuple[NewPlace, ...]
    """Of the new places, each also to those before it."""
    estimated_places: int


def add_legs(
    built: BuiltProblem, day: DayRows, legs: Iterable[LegRow], travel: GrowingTable
) -> Added:
    """The works of some legs. `day` knows their ends besides all that the problem was made from."""
    carriages, set_aside = screening.split(day, bundle(legs, most_dossiers(day)))
    index = _Grown(built, travel)
    safes = safes_of(list(built.shifts.values()))
    for place in (end for carriage in carriages for end in (carriage.origin, carriage.destination)):
        index.add(place, day)
    for place in safes:
        index.zones[place] = day.zone_of(place)
    tasks = TaskMaker(day, index.as_index(), safes)
    on_road = [(each, screening.off_road(day, each, index.far)) for each in carriages]
    ridden = tuple(carriage for carriage, obstacle in on_road if obstacle is None)
    return Added(
        works=tuple(tasks.shipment(carriage) for carriage in ridden),
        carriages=ridden,
        meanings=tasks.meanings,
        set_aside=(*set_aside, *(obstacle for _, obstacle in on_road if obstacle is not None)),
        places=tuple(index.new),
        points=tuple(index.points[len(built.points) :]),
        rides=tuple(index.rides),
        estimated_places=index.estimated,
    )


def with_added(built: BuiltProblem, added: Added) -> BuiltProblem:
    """The problem with the works in it, behind those it has."""
    problem = with_places(built.problem, added.rides)
    return replace(
        built,
        problem=replace(problem, shipments=(*problem.shipments, *added.works)),
        meanings={**built.meanings, **added.meanings},
        carriages={**built.carriages, **{each.id: each for each in added.carriages}},
        set_aside=(*built.set_aside, *added.set_aside),
        places=(*built.places, *added.places),
        points=(*built.points, *added.points),
        estimated_places=built.estimated_places + added.estimated_places,
    )


def without_legs(built: BuiltProblem, leg_ids: Collection[uuid.UUID]) -> BuiltProblem:
    """The problem without the carriages of some legs; their places stay."""
    gone = {
        work_id
        for work_id, carriage in built.carriages.items()
        if any(leg_id in leg_ids for leg_id in carriage.leg_ids)
    }
    left_aside = tuple(
        each for each in built.set_aside if not any(leg in leg_ids for leg in each.leg_ids)
    )
    if not gone:
        return replace(built, set_aside=left_aside)
    kept = tuple(each for each in built.problem.shipments if each.id not in gone)
    tasks = {
        task.id
        for work in built.problem.shipments
        if work.id in gone
        for task in (*work.pickups, *work.deliveries)
    }
    return replace(
        built,
        problem=replace(built.problem, shipments=kept),
        meanings={key: each for key, each in built.meanings.items() if key not in tasks},
        carriages={key: each for key, each in built.carriages.items() if key not in gone},
        set_aside=left_aside,
    )


class _Grown:
    """The places of a problem, and what comes behind them."""

    def __init__(self, built: BuiltProblem, travel: GrowingTable) -> None:
        self._profiles = tuple(built.problem.matrices)
        self._travel = travel
        self._known = built.places
        self.points = list(built.points)
        self.numbers = {place: number for number, place in enumerate(built.places)}
        self.zones: dict[PlaceKey, str] = {}
        self.new: list[PlaceKey] = []
        self.rides: list[NewPlace] = []
        self.far: dict[PlaceKey, int] = {}
        """Metres to the road of new places that nobody can ride to."""
        self.estimated = 0

    def add(self, place: PlaceKey, day: DayRows) -> None:
        """A place that works name; known ones stay where they are."""
        self.zones[place] = day.zone_of(place)
        point = day.point_of(place)
        if place in self.numbers or point is None:
            return
        found = self._travel.look(point, self.points)
        if found.unreachable is not None:
            self.far[place] = found.unreachable.distance_to_road_m
        self.estimated += found.estimated is not None
        self.numbers[place] = len(self.points)
        self.new.append(place)
        self.points.append(point)
        self.rides.append(new_place(found.rides, self._profiles))

    def as_index(self) -> PlaceIndex:
        """All of them."""
        return PlaceIndex(
            places=(*self._known, *self.new),
            points=tuple(self.points),
            numbers=self.numbers,
            zones=self.zones,
        )

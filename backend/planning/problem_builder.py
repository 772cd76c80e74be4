"""The one join of the two libraries: a day's rows and its travel table become a routing problem."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from backend import clock
from backend.places.models import PlaceKind
from backend.planning import priorities, screening
from backend.planning.carriages import Carriage, bundle
from backend.planning.day_rows import DayRows, PlaceKey, ShiftRow
from backend.planning.points import PlaceIndex, index_places, matrices, profile_of
from backend.planning.reasons import SetAside
from backend.planning.service_times import UNFAMILIAR_SETUP_S
from backend.planning.tasks import TaskMaker, TaskMeaning, safes_of
from backend.planning.windows import shift_breaks
from geodata.point import Point
from geodata.travel_tables import TravelTables
from routing import Costs, Problem, TimeWindow, Vehicle

DOSSIERS = "dossiers"
CASH = "cash_vnd"
LOAD_DIMENSIONS = (DOSSIERS, CASH)

SATCHEL_OF_NOBODY = 30
"""Bundle size on a day without couriers; nothing is ridden then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltProblem:
    """A problem with the way back from its answer to our rows."""

    problem: Problem
    meanings: Mapping[str, TaskMeaning]
    """Task id → what it stands for."""
    carriages: Mapping[str, Carriage]
    """Shipment id → its legs."""
    shifts: Mapping[str, ShiftRow]
    """Vehicle id → its shift."""
    set_aside: tuple[SetAside, ...]
    stranded_shifts: tuple[ShiftRow, ...]
    """Shifts whose post office has no place on the roads: they cannot be planned."""
    places: tuple[PlaceKey, ...]
    points: tuple[Point, ...]
    """By matrix index."""
    travel_source: str
    travel_note: str
    estimated_places: int
    """Places off the mapped roads, reached by a labelled estimate."""

    @property
    def epoch(self) -> datetime:
        return self.problem.epoch


def build_problem(day: DayRows, travel: TravelTables) -> BuiltProblem:
    """The problem of one day: what is impossible for everybody is set aside with its reason."""
    carriages, set_aside = screening.split(day, bundle(day.legs, most_dossiers(day)))
    ends = [(PlaceKind.POST_OFFICE, id_) for shift in day.shifts for id_ in _ends_of(shift)]
    wanted = [end for carriage in carriages for end in (carriage.origin, carriage.destination)]
    index = index_places(day, [*ends, *wanted])
    table = travel.matrix(index.points)
    far = {index.places[far.index]: far.distance_to_road_m for far in table.unreachable}
    on_road = [(c, screening.off_road(day, c, far)) for c in carriages]
    shifts = [shift for shift in day.shifts if _can_start(shift, index, far)]
    tasks = TaskMaker(day, index, safes_of(shifts))
    shipments = tuple(tasks.shipment(c) for c, obstacle in on_road if obstacle is None)
    vehicles = tuple(_vehicle(shift, index) for shift in shifts)
    profiles = sorted({vehicle.profile for vehicle in vehicles})
    problem = Problem(
        vehicles=vehicles,
        matrices=matrices(table, profiles) if vehicles else {},
        shipments=shipments,
        load_dimensions=LOAD_DIMENSIONS,
        epoch=clock.local_instant(day.service_date, time(0)),
    )
    return BuiltProblem(
        problem=problem,
        meanings=tasks.meanings,
        carriages={c.id: c for c, obstacle in on_road if obstacle is None},
        shifts={str(shift.id): shift for shift in shifts},
        set_aside=(*set_aside, *(o for _, o in on_road if o is not None)),
        stranded_shifts=tuple(shift for shift in day.shifts if shift not in shifts),
        places=index.places,
        points=index.points,
        travel_source=table.source,
        travel_note=travel.notice,
        estimated_places=len(table.estimated_points),
    )


def most_dossiers(day: DayRows) -> int:
    """Of one carriage: as many as the smallest satchel of the day holds."""
    smallest = min((shift.satchel_dossiers for shift in day.shifts), default=0)
    return smallest or SATCHEL_OF_NOBODY


def _vehicle(shift: ShiftRow, index: PlaceIndex) -> Vehicle:
    start, end = ((PlaceKind.POST_OFFICE, id_) for id_ in _ends_of(shift))
    return Vehicle(
        id=str(shift.id),
        start=index.location(start),
        end=index.location(end),
        shift=TimeWindow(start=shift.work[0], end=shift.work[1]),
        capacity=(shift.satchel_dossiers, shift.cash_limit_vnd),
        skills=shift.skills,
        breaks=shift_breaks(shift),
        familiar_areas=shift.familiar_zones,
        unfamiliar_setup_s=UNFAMILIAR_SETUP_S if shift.familiar_zones else 0,
        max_stops=shift.max_stops,
        costs=Costs(fixed=priorities.COURIER_FIXED_COST),
        profile=profile_of(shift.vehicle_kind),
    )


def _can_start(shift: ShiftRow, index: PlaceIndex, far: dict[PlaceKey, int]) -> bool:
    places: list[PlaceKey] = [(PlaceKind.POST_OFFICE, id_) for id_ in _ends_of(shift)]
    return all(place in index.numbers and place not in far for place in places)


def _ends_of(shift: ShiftRow) -> tuple[uuid.UUID, uuid.UUID]:
    return shift.start_post_office_id, shift.end_post_office_id

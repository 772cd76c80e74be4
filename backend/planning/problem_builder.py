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
from backend.planning.models import VisitKind
from backend.planning.points import PlaceIndex, index_places, matrices, profile_of
from backend.planning.reasons import SetAside
from backend.planning.service_times import UNFAMILIAR_SETUP_S, service_s, setup_s
from backend.planning.windows import (
    fetch_windows,
    hand_over_windows,
    home_windows,
    post_office_windows,
    shift_breaks,
)
from geodata.point import Point
from geodata.travel_tables import TravelTables
from routing import Costs, Problem, Shipment, Task, TimeWindow, Vehicle

DOSSIERS = "dossiers"
CASH = "cash_vnd"
LOAD_DIMENSIONS = (DOSSIERS, CASH)

SATCHEL_OF_NOBODY = 30
"""Bundle size on a day without couriers; nothing is ridden then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMeaning:
    """What a task of the problem is in our words: which legs, which act, at which place."""

    leg_ids: tuple[uuid.UUID, ...]
    kind: VisitKind
    place: PlaceKey
    overnight: bool = False
    """A deposit that stands in for a hand-over today."""


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
    smallest_satchel = min((shift.satchel_dossiers for shift in day.shifts), default=0)
    bundled = bundle(day.legs, smallest_satchel or SATCHEL_OF_NOBODY)
    carriages, set_aside = screening.split(day, bundled)
    ends = [(PlaceKind.POST_OFFICE, id_) for shift in day.shifts for id_ in _ends_of(shift)]
    wanted = [end for carriage in carriages for end in (carriage.origin, carriage.destination)]
    index = index_places(day, [*ends, *wanted])
    table = travel.matrix(index.points)
    far = {index.places[far.index]: far.distance_to_road_m for far in table.unreachable}
    on_road = [(c, screening.off_road(day, c, far)) for c in carriages]
    shifts = [shift for shift in day.shifts if _can_start(shift, index, far)]
    tasks = _TaskMaker(day, index, _safes(shifts))
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


class _TaskMaker:
    """Turns carriages into shipments and remembers what each task means."""

    def __init__(self, day: DayRows, index: PlaceIndex, safes: tuple[PlaceKey, ...]) -> None:
        self._day = day
        self._index = index
        self._safes = safes
        self.meanings: dict[str, TaskMeaning] = {}

    def shipment(self, carriage: Carriage) -> Shipment:
        first = carriage.first
        return Shipment(
            id=carriage.id,
            pickups=(self._pickup(carriage),),
            deliveries=tuple(self._deliveries(carriage)),
            skills=first.skills,
            priority=priorities.priority(days_left=first.days_left, same_day=first.same_day),
            penalty=priorities.penalty(
                days_left=first.days_left,
                same_day=first.same_day,
                attempt=first.attempt,
                dossiers=carriage.dossiers,
            ),
        )

    def _pickup(self, carriage: Carriage) -> Task:
        kind, place = carriage.pickup_kind, carriage.origin
        cash = carriage.cash_vnd if kind is VisitKind.COLLECTION else 0
        return self._task(
            carriage, kind, place, load=(carriage.dossiers, cash), release_s=carriage.first.ready_s
        )

    def _deliveries(self, carriage: Carriage) -> list[Task]:
        kind, place = carriage.delivery_kind, carriage.destination
        collected = carriage.pickup_kind is VisitKind.COLLECTION
        cash = -carriage.cash_vnd if collected else carriage.cash_vnd
        load = (-carriage.dossiers, cash)
        main = self._task(carriage, kind, place, load=load)
        if kind is not VisitKind.HAND_OVER:
            return [main]
        rests = self._overnight(carriage, load) if collected else []
        return [main, *rests] if main.windows else rests

    def _overnight(self, carriage: Carriage, load: tuple[int, int]) -> list[Task]:
        """Collected papers may rest in the safe of any post office where a shift ends."""
        first = carriage.first
        price = priorities.overnight_price(days_left=first.days_left, same_day=first.same_day)
        return [
            self._task(carriage, VisitKind.DEPOSIT, place, load=load, price=price)
            for place in self._safes
        ]

    def _task(
        self,
        carriage: Carriage,
        kind: VisitKind,
        place: PlaceKey,
        *,
        load: tuple[int, int],
        release_s: int = 0,
        price: int = 0,
    ) -> Task:
        task_id = f"{carriage.id}:{kind.value}"
        if price:
            task_id += f":{place[1]}"
        self.meanings[task_id] = TaskMeaning(
            leg_ids=carriage.leg_ids, kind=kind, place=place, overnight=price > 0
        )
        office = self._day.offices.get(place[1]) if place[0] is PlaceKind.OFFICE else None
        service = service_s(kind, carriage.dossiers)
        return Task(
            id=task_id,
            location=self._index.location(place),
            setup_s=setup_s(kind, office.queue_minutes if office else 0),
            service_s=service,
            windows=self._windows(carriage, kind, place, service),
            must_finish=office is not None,
            load_change=load,
            release_s=release_s,
            price=price,
        )

    def _windows(
        self, carriage: Carriage, kind: VisitKind, place: PlaceKey, service: int
    ) -> tuple[TimeWindow, ...]:
        if kind in (VisitKind.COLLECTION, VisitKind.DELIVERY):
            return home_windows(carriage.first.slot)
        if kind is VisitKind.HAND_OVER:
            return hand_over_windows(self._day.offices[place[1]], service)
        if kind is VisitKind.FETCH:
            return fetch_windows(self._day.offices[place[1]], service)
        if kind is VisitKind.TAKE_FROM_POST_OFFICE:
            return post_office_windows(self._day.post_offices[place[1]])
        return ()  # a deposit ends the shift, whenever that is


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


def _safes(shifts: list[ShiftRow]) -> tuple[PlaceKey, ...]:
    ends = sorted({shift.end_post_office_id for shift in shifts})
    return tuple((PlaceKind.POST_OFFICE, id_) for id_ in ends)


def _ends_of(shift: ShiftRow) -> tuple[uuid.UUID, uuid.UUID]:
    return shift.start_post_office_id, shift.end_post_office_id

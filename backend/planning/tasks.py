"""A carriage as tasks of the solver: where, when, how long, what it loads, what a choice costs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from backend.places.models import PlaceKind
from backend.planning import priorities
from backend.planning.carriages import Carriage
from backend.planning.day_rows import DayRows, PlaceKey, ShiftRow
from backend.planning.models import VisitKind
from backend.planning.points import PlaceIndex
from backend.planning.service_times import service_s, setup_s
from backend.planning.windows import (
    fetch_windows,
    hand_over_windows,
    home_windows,
    post_office_windows,
)
from routing import Shipment, Task, TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMeaning:
    """What a task of the problem is in our words: which legs, which act, at which place."""

    leg_ids: tuple[uuid.UUID, ...]
    kind: VisitKind
    place: PlaceKey
    overnight: bool = False
    """A deposit that stands in for a hand-over today."""


class TaskMaker:
    """Turns carriages into shipments and remembers what each task means."""

    def __init__(self, day: DayRows, index: PlaceIndex, safes: tuple[PlaceKey, ...]) -> None:
        self._day = day
        self._index = index
        self._safes = safes
        self.meanings: dict[str, TaskMeaning] = {}

    def shipment(self, carriage: Carriage) -> Shipment:
        """The work of a carriage; its tasks are in `meanings` then."""
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


def safes_of(shifts: Sequence[ShiftRow]) -> tuple[PlaceKey, ...]:
    """Where papers may rest overnight: the post offices at which shifts end."""
    ends = sorted({shift.end_post_office_id for shift in shifts})
    return tuple((PlaceKind.POST_OFFICE, id_) for id_ in ends)

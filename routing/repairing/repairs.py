"""What would get an undone work done: each way is tried in the running plan and priced exactly.

The least widening is found by halving; of places under one widening the cheapest is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from routing.insertion import PreparedPlan, prepare
from routing.objective import SCALE
from routing.offering.new_places import for_one_vehicle, without_pins
from routing.offering.offers import Offer
from routing.parts import Job, Shipment, Task, Vehicle, Work
from routing.relax import shift_longer, with_vehicles
from routing.repairing.apply_repair import MINUTE_S, widened
from routing.solution import Repair, RepairKind
from routing.trying.repair import first_of_each_kind
from routing.trying.trial_model import TrialModel
from routing.trying.trial_places import insertions
from routing.trying.trials import TrialRoute

MOST_WIDER_MIN, MOST_OVERTIME_MIN = 240, 120
"""Beyond four hours a slot is another slot; the Labour Code of 2019 (article 107) caps a day at
twelve hours, which leaves some two hours to a long shift."""

OVERTIME_TRIED = 3
"""Couriers of whom the least overtime is measured: those whom it costs least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairQuestions:
    """What a caller can add: `other_places` are tasks at which a shipment might be delivered
    instead, by work id (their matrix indexes are the problem's); `other_day` a prepared plan of
    another day, in whose terms `other_day_works` gives the work."""

    other_places: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    other_day: PreparedPlan | None = None
    other_day_works: Mapping[str, Work] = field(default_factory=dict)


class Repairs:
    """Finds repairs in one plan; what several works need is made once, when first needed."""

    def __init__(
        self,
        plan: PreparedPlan,
        questions: RepairQuestions | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self._plan = plan
        self._questions = questions or RepairQuestions()
        self._should_stop = should_stop or _never
        self._longer: PreparedPlan | None = None

    def of(self, work: Work) -> tuple[Repair, ...]:
        """Tested repairs of an undone work, cheapest first; those found by then when stopped."""
        room = self._plan.insert(work).best
        if room is not None:
            return (_told(RepairKind.ROOM, work, room),)
        found: list[Repair] = []
        for ask in (
            self._windows,
            self._skills,
            self._pins,
            self._other_places,
            self._overtime,
            self._one_more,
            self._other_day,
        ):
            if self._should_stop():
                break
            found.extend(ask(work))
        return tuple(sorted(found, key=lambda repair: repair.price))

    # ---- the work gives way ------------------------------------------------------------------

    def _windows(self, work: Work) -> Iterator[Repair]:
        """The windows at one end of the work, later or earlier."""
        sides = ((work.task,),) if isinstance(work, Job) else (work.pickups, work.deliveries)
        for side in sides:
            subject = side[0].id
            if not any(task.windows for task in side):
                continue
            for kind in (RepairKind.LATER, RepairKind.EARLIER):
                least = self._least(work, subject, kind)
                if least is not None:
                    minutes, offer = least
                    yield _told(kind, work, offer, subject=subject, amount=minutes, unit="min")

    def _least(self, work: Work, subject: str, kind: RepairKind) -> tuple[int, Offer] | None:
        def best(minutes: int) -> Offer | None:
            return self._plan.insert(widened(work, subject, kind, minutes)).best

        return self._halved(best, MOST_WIDER_MIN)

    def _halved[Found](
        self, best: Callable[[int], Found | None], most: int
    ) -> tuple[int, Found] | None:
        """The least number of minutes for which there is something, and that."""
        found = best(most)
        if found is None:
            return None
        low, high = 1, most
        while low < high and not self._should_stop():
            middle = (low + high) // 2
            tried = best(middle)
            if tried is None:
                low = middle + 1
            else:
                found, high = tried, middle
        return (high, found)

    def _skills(self, work: Work) -> Iterator[Repair]:
        """Somebody who is not allowed to."""
        if not work.skills:
            return
        offer = self._plan.insert(replace(work, skills=frozenset())).best
        if offer is not None:
            vehicle = self._plan.model.lookup.vehicles[offer.vehicle_id]
            lacking = ",".join(sorted(work.skills - vehicle.skills))
            yield _told(RepairKind.SKILL, work, offer, subject=lacking)

    def _pins(self, work: Work) -> Iterator[Repair]:
        """Somebody else than whom it was fixed to."""
        pin = self._plan.model.lookup.pin_of_work.get(work.id)
        if pin is None:
            return
        problem = without_pins(self._plan.problem, work.id)
        plan = prepare(problem, self._plan.solution, compiled=self._plan.is_compiled)
        offer = plan.insert(work).best
        if offer is not None:
            yield _told(RepairKind.UNPINNED, work, offer, subject=pin.vehicle_id)

    def _other_places(self, work: Work) -> Iterator[Repair]:
        if isinstance(work, Job) or work.id in self._plan.model.lookup.pin_of_work:
            return
        for task in self._questions.other_places.get(work.id, ()):
            offer = self._plan.insert(replace(work, deliveries=(task,))).best
            if offer is not None:
                yield _told(RepairKind.OTHER_PLACE, work, offer, subject=task.id, task=task)

    # ---- a vehicle gives way -----------------------------------------------------------------

    def _overtime(self, work: Work) -> Iterator[Repair]:
        """The least overtime among the couriers whom it costs least."""
        if self._longer is None:
            longer = with_vehicles(self._plan.problem, shift_longer(MOST_OVERTIME_MIN * MINUTE_S))
            model = TrialModel(longer, like=self._plan.model)
            self._longer = prepare(
                longer, self._plan.solution, compiled=self._plan.is_compiled, model=model
            )
        best: Repair | None = None
        for offer in self._longer.insert(work).offers[:OVERTIME_TRIED]:
            told = self._least_overtime(work, offer.vehicle_id)
            if told is not None and (best is None or told.amount < best.amount):
                best = told
        if best is not None:
            yield best

    def _least_overtime(self, work: Work, vehicle_id: str) -> Repair | None:
        def best(minutes: int) -> Repair | None:
            return self._alone(work, vehicle_id, shift_longer(minutes * MINUTE_S))

        least = self._halved(best, MOST_OVERTIME_MIN)
        return None if least is None else replace(least[1], amount=least[0])

    def _alone(
        self, work: Work, vehicle_id: str, change: Callable[[Vehicle], Vehicle]
    ) -> Repair | None:
        """The cheapest place in one changed vehicle's route, by the exact trials."""
        lookup = self._plan.model.lookup
        present = self._plan.routes.get(vehicle_id)
        task_ids = () if present is None else present.task_ids
        held = {lookup.entries[task_id].work.id for task_id in task_ids} | {work.id}
        problem = for_one_vehicle(self._plan.problem, change(lookup.vehicles[vehicle_id]), held)
        model = TrialModel(problem, like=self._plan.model)
        route = TrialRoute(model, model.vehicles[0])
        route.replace(tuple(model.number_of[task_id] for task_id in task_ids))
        found = min(insertions(route, work), key=lambda each: each.cost, default=None)
        if found is None:
            return None
        before = 0 if present is None else present.cost
        return Repair(
            kind=RepairKind.OVERTIME,
            work_id=work.id,
            vehicle_id=vehicle_id,
            price=(route.cost + found.cost) // SCALE - before,
            task_ids=tuple(model.tasks[task].id for task in found.sequence),
            subject=vehicle_id,
            unit="min",
        )

    def _one_more(self, work: Work) -> Iterator[Repair]:
        """One more vehicle like one that could do it alone."""
        model = self._plan.model
        if work.id in self._plan.problem.stability.vehicle_of:
            return  # to a new vehicle it would move
        twins = first_of_each_kind(model.vehicles)
        best: Repair | None = None
        for vehicle in model.vehicles:
            if twins[vehicle.number] != vehicle.number or vehicle.has_pins:
                continue
            if not model.may_serve(vehicle, work):
                continue
            route = TrialRoute(model, vehicle)
            found = min(insertions(route, work), key=lambda each: each.cost, default=None)
            if found is not None and (best is None or found.cost // SCALE < best.price):
                like = vehicle.vehicle.id
                best = Repair(
                    kind=RepairKind.ONE_MORE,
                    work_id=work.id,
                    vehicle_id=self._free_id(like),
                    price=found.cost // SCALE,
                    task_ids=tuple(model.tasks[task].id for task in found.sequence),
                    subject=like,
                    amount=1,
                    unit="vehicles",
                )
        if best is not None:
            yield best

    def _free_id(self, like: str) -> str:
        number = 1
        while f"{like}+{number}" in self._plan.model.lookup.vehicles:
            number += 1
        return f"{like}+{number}"

    # ---- the day gives way -------------------------------------------------------------------

    def _other_day(self, work: Work) -> Iterator[Repair]:
        asked = self._questions
        if asked.other_day is None or work.id not in asked.other_day_works:
            return
        offer = asked.other_day.insert(asked.other_day_works[work.id]).best
        if offer is not None:
            yield _told(RepairKind.OTHER_DAY, work, offer)


def _told(
    kind: RepairKind,
    work: Job | Shipment,
    offer: Offer,
    *,
    subject: str = "",
    amount: int = 0,
    unit: str = "",
    task: Task | None = None,
) -> Repair:
    return Repair(
        kind=kind,
        work_id=work.id,
        vehicle_id=offer.vehicle_id,
        price=offer.price,
        task_ids=offer.task_ids,
        subject=subject,
        amount=amount,
        unit=unit,
        task=task,
    )


def _never() -> bool:
    return False

"""A problem as VROOM input JSON; what VROOM has no word for is refused by name, never dropped."""

from collections.abc import Iterable, Sequence

import numpy as np

from routing.formats.errors import FormatError, FormatErrors
from routing.formats.own import Json
from routing.formats.vroom_tables import NOWHERE
from routing.formats.vroom_vehicle import LAST_SECOND
from routing.problem import Job, Location, Problem, Shipment, Task, Vehicle, Work, start_load_of

NO_WORD = "VROOM has no word for it"


class VroomNumbers:
    """VROOM's ids are integers: ids that end in one, such as `pickup:7`, keep it, otherwise those
    of their kind are numbered in the problem's order. Maps of our ids to numbers."""

    def __init__(self, problem: Problem) -> None:
        works = list(problem.works())
        self.skills = _numbers(
            skill for owner in (*works, *problem.vehicles) for skill in sorted(owner.skills)
        )
        self.jobs = _numbers(job.task.id for job in problem.jobs)
        self.pickups = _numbers(task.id for s in problem.shipments for task in s.pickups)
        self.deliveries = _numbers(task.id for s in problem.shipments for task in s.deliveries)
        self.vehicles = _numbers(vehicle.id for vehicle in problem.vehicles)
        self.breaks = {v.id: _numbers(pause.id for pause in v.breaks) for v in problem.vehicles}
        self.tasks = self.jobs | self.pickups | self.deliveries


def problem_to_vroom(problem: Problem) -> dict[str, Json]:
    """A problem as VROOM input, with the same meaning.

    Ids are numbered as in `VroomNumbers`; those that are lost by it become descriptions.
    Raises FormatErrors naming each field that VROOM has no word for.
    """
    return _Writer(problem).document()


class _Writer:
    """One problem being written; refusals are collected and told together."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.errors: list[FormatError] = []
        self.zero = (0,) * len(problem.load_dimensions)
        self.numbers = VroomNumbers(problem)

    def refuse(self, wrong: object, path: str, reason: str = NO_WORD) -> None:
        if wrong:
            self.errors.append(FormatError(path, reason))

    def document(self) -> dict[str, Json]:
        problem = self.problem
        self.refuse(problem.pins, "pins")
        self.refuse(problem.stability.vehicle_of, "stability")
        self.refuse(problem.hour_bands, "hour_bands")
        self._check_places()
        document = {
            "jobs": [self._job(job, f"jobs[{i}]") for i, job in enumerate(problem.jobs)],
            "shipments": [
                self._shipment(shipment, f"shipments[{i}]")
                for i, shipment in enumerate(problem.shipments)
            ],
            "vehicles": [
                self._vehicle(vehicle, f"vehicles[{i}]")
                for i, vehicle in enumerate(problem.vehicles)
            ],
            "matrices": self._matrices(),
        }
        if self.errors:
            raise FormatErrors(self.errors)
        return document

    def _check_places(self) -> None:
        """VROOM tells places by their matrix index: a place must be one index and the reverse."""
        index_of: dict[str, set[int]] = {}
        place_of: dict[int, set[str]] = {}
        for work in self.problem.works():
            for task in (work.task,) if isinstance(work, Job) else work.pickups + work.deliveries:
                self._note_place(task.location, index_of, place_of)
        for vehicle in self.problem.vehicles:
            for location in (vehicle.start, vehicle.end):
                if location is not None:
                    self._note_place(location, index_of, place_of)
        shared = [place for place, indices in index_of.items() if len(indices) > 1]
        split = [str(index) for index, places in place_of.items() if len(places) > 1]
        self.refuse(shared, "place", f"VROOM has no word for one place of several points: {shared}")
        self.refuse(split, "place", f"VROOM has no word for several places at points {split}")

    @staticmethod
    def _note_place(
        location: Location, index_of: dict[str, set[int]], place_of: dict[int, set[str]]
    ) -> None:
        index_of.setdefault(location.place_key, set()).add(location.matrix_index)
        place_of.setdefault(location.matrix_index, set()).add(location.place_key)

    def _matrices(self) -> dict[str, Json]:
        widened = any(vehicle.start.place == NOWHERE for vehicle in self.problem.vehicles)
        written: dict[str, Json] = {}
        for name, matrix in self.problem.matrices.items():
            durations, distances = matrix.duration_s, matrix.distance_m
            if widened:  # the index that stands for "no start" is no place of VROOM's
                durations, distances = durations[:-1, :-1], distances[:-1, :-1]
            gaps = bool(np.min(durations, initial=0) < 0)
            self.refuse(gaps, f"matrices.{name}", "VROOM has no word for unreachable places")
            written[name] = {"durations": durations.tolist(), "distances": distances.tolist()}
        return written

    def _work(self, work: Work, path: str) -> dict[str, Json]:
        self.refuse(work.penalty is not None, f"{path}.penalty")
        return {
            "skills": sorted(self.numbers.skills[skill] for skill in work.skills),
            "priority": work.priority,
        }

    def _job(self, job: Job, path: str) -> dict[str, Json]:
        start = start_load_of(job, len(self.zero))
        change = job.task.load_change or self.zero
        amounts = {
            "delivery": list(start),
            "pickup": [a + b for a, b in zip(start, change, strict=True)],
        }
        return {
            **self._task(job.task, self.numbers.jobs, f"{path}.task"),
            **self._work(job, path),
            **(amounts if job.task.load_change or job.start_load else {}),
        }

    def _shipment(self, shipment: Shipment, path: str) -> dict[str, Json]:
        for side, tasks in (("pickups", shipment.pickups), ("deliveries", shipment.deliveries)):
            self.refuse(len(tasks) > 1, f"{path}.{side}", "VROOM has no word for alternatives")
        self.refuse(shipment.max_ride_s is not None, f"{path}.max_ride_s")
        pickup, delivery = shipment.pickups[0], shipment.deliveries[0]
        amount = pickup.load_change or self.zero
        left = any(a + b for a, b in zip(amount, delivery.load_change or self.zero, strict=True))
        self.refuse(left, f"{path}.deliveries[0].load_change")
        return {
            "amount": list(amount),
            **self._work(shipment, path),
            "pickup": self._task(pickup, self.numbers.pickups, f"{path}.pickups[0]"),
            "delivery": self._task(delivery, self.numbers.deliveries, f"{path}.deliveries[0]"),
        }

    def _task(self, task: Task, numbers: dict[str, int], path: str) -> dict[str, Json]:
        self.refuse(task.price, f"{path}.price")
        self.refuse(task.soft_windows, f"{path}.soft_windows")
        written: dict[str, Json] = {
            "id": numbers[task.id],
            "location_index": task.location.matrix_index,
            "setup": task.setup_s,
            "service": task.service_s,
        }
        windows = self._windows(task, path)
        if task.windows or task.release_s:
            written["time_windows"] = windows
        return written | _described(task.id, numbers)

    def _windows(self, task: Task, path: str) -> list[list[int]]:
        """Windows of the start alone: release cuts their front, `must_finish` their end."""
        action = task.service_s if task.must_finish else 0
        self.refuse(
            task.must_finish and task.setup_s and task.windows,
            f"{path}.must_finish",
            "VROOM has no word for it where setup is paid once per place",
        )
        pairs = [(w.start, w.end) for w in task.windows] or [(0, LAST_SECOND)]
        cut = [
            [max(opens, task.release_s), closes - (action if task.windows else 0)]
            for opens, closes in pairs
        ]
        kept = [window for window in cut if window[0] <= window[1]]
        self.refuse(not kept, f"{path}.windows", "no start within them is possible")
        return kept

    def _vehicle(self, vehicle: Vehicle, path: str) -> dict[str, Json]:
        self.refuse(vehicle.max_stops is not None, f"{path}.max_stops")
        self.refuse(vehicle.unfamiliar_setup_s, f"{path}.unfamiliar_setup_s")
        self.refuse(vehicle.overtime is not None, f"{path}.overtime")
        self.refuse(self.zero and not vehicle.capacity, f"{path}.capacity", "must be stated")
        pauses = self.numbers.breaks[vehicle.id]
        written: dict[str, Json] = {
            "id": self.numbers.vehicles[vehicle.id],
            "profile": vehicle.profile,
            "time_window": [vehicle.shift.start, vehicle.shift.end],
            "capacity": list(vehicle.capacity),
            "skills": sorted(self.numbers.skills[skill] for skill in vehicle.skills),
            "breaks": [
                {
                    "id": pauses[pause.id],
                    "time_windows": [[pause.window.start, pause.window.end]],
                    "service": pause.duration_s,
                    **_described(pause.id, pauses),
                }
                for pause in vehicle.breaks
            ],
            "costs": {
                "fixed": vehicle.costs.fixed,
                "per_hour": vehicle.costs.per_hour,
                "per_km": vehicle.costs.per_km,
            },
        }
        for i, pause in enumerate(vehicle.breaks):
            self.refuse(pause.after_start, f"{path}.breaks[{i}].after_start")
        spans = [(pause.window.start, pause.window.end) for pause in vehicle.breaks]
        self.refuse(spans != sorted(spans), f"{path}.breaks", "VROOM takes breaks by their windows")
        if vehicle.start.place != NOWHERE:
            written["start_index"] = vehicle.start.matrix_index
        if vehicle.end is not None:
            written["end_index"] = vehicle.end.matrix_index
        limits = {
            "max_tasks": vehicle.max_tasks,
            "max_travel_time": vehicle.max_travel_s,
            "max_distance": vehicle.max_distance_m,
        }
        stated = {name: limit for name, limit in limits.items() if limit is not None}
        return written | stated | _described(vehicle.id, self.numbers.vehicles)


def _numbers(names: Iterable[str]) -> dict[str, int]:
    """The number at the end of each id if all have one of their own, else their rank from 1."""
    ids: Sequence[str] = list(dict.fromkeys(names))
    tails = [name.rsplit(":", 1)[-1] for name in ids]
    plain = all(tail.isdecimal() and tail == str(int(tail)) for tail in tails)
    if plain and len(set(tails)) == len(ids):
        return {name: int(tail) for name, tail in zip(ids, tails, strict=True)}
    return {name: rank for rank, name in enumerate(ids, 1)}


def _described(name: str, numbers: dict[str, int]) -> dict[str, Json]:
    """A description that keeps an id which its number does not tell."""
    return {} if name.rsplit(":", 1)[-1] == str(numbers[name]) else {"description": name}

"""How late a route is with its breaks here or there, without timing every visit of it.

Only what depends on where breaks are taken is looked at; the rest is alike for all their places.
"""

from collections.abc import Sequence

from routing.clock.starts import departure, earliest_start, setup_to_pay, take_break, window_of
from routing.lookup import Lookup
from routing.problem import Break, Shipment, Vehicle
from routing.solution import VisitKind

Badness = tuple[int, int, int]
"""Rules of the clock broken, by how many seconds in all, end of the route."""


class Lateness:
    """The clock of one order of tasks, to be tried with breaks in it."""

    def __init__(self, lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str]) -> None:
        self._vehicle = vehicle
        self._rides = lookup.rides[vehicle.profile]
        self._entries = [lookup.entries[task_id] for task_id in task_ids]
        tasks = [entry.task for entry in self._entries]
        places = [vehicle.start.place_key, *(task.location.place_key for task in tasks)]
        self._actions = [
            setup_to_pay(vehicle, task, before) + task.service_s
            for task, before in zip(tasks, places, strict=False)
        ]
        at = [vehicle.start.matrix_index, *(task.location.matrix_index for task in tasks)]
        ends = None if vehicle.end is None else vehicle.end.matrix_index
        self._ways = list(zip(at, [*at[1:], ends], strict=True))
        self._leave = departure(lookup, vehicle, tasks[0])
        self._fixed = None if self._rides.by_hour else [self._ride(w, 0) for w in self._ways]

    def _ride(self, way: tuple[int, int | None], leaving_s: int) -> int:
        origin, to = way
        return 0 if to is None else max(0, self._rides.seconds(origin, to, leaving_s))

    def of(self, taken: Sequence[tuple[int, Break]]) -> Badness:
        """With breaks on legs, in the order of the legs; leg 0 leads to the first task."""
        broken, late_s, ridden_s, now, number = 0, 0, 0, self._leave, 0
        picked: dict[str, int] = {}
        for leg, way in enumerate(self._ways):
            left = self._ride(way, now) if self._fixed is None else self._fixed[leg]
            ridden_s += left
            while number < len(taken) and taken[number][0] == leg:
                pause = taken[number][1]
                window = window_of(pause, self._leave)
                if now > window.end:
                    broken, late_s = broken + 1, late_s + now - window.end
                start, ridden = take_break(window.start, now, left)
                now, left, number = start + pause.duration_s, left - ridden, number + 1
            now += left
            if leg == len(self._entries):
                break
            entry, action = self._entries[leg], self._actions[leg]
            start, late = earliest_start(entry.task, now, action)
            now = start + action
            work = entry.work
            if isinstance(work, Shipment) and work.max_ride_s is not None:
                if entry.kind is VisitKind.PICKUP:
                    picked[work.id] = now
                elif (longer := start - picked.get(work.id, start) - work.max_ride_s) > 0:
                    broken, late_s = broken + 1, late_s + longer
            if late > 0:
                broken, late_s = broken + 1, late_s + late
        if now > self._vehicle.latest_end_s:
            broken, late_s = broken + 1, late_s + now - self._vehicle.latest_end_s
        most = self._vehicle.max_travel_s
        if most is not None and ridden_s > most:  # hangs on the hours at which rides begin
            broken, late_s = broken + 1, late_s + ridden_s - most
        return broken, late_s, now

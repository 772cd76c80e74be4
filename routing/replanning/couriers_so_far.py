"""The couriers of a day under way: what each has behind him, and with which vehicle he goes on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.lookup import Lookup
from routing.parts import Job, Location, Task, TimeWindow, Vehicle
from routing.replanning.courier_state import CourierState
from routing.replanning.past import Past, past_of
from routing.solution import Route


@dataclass(frozen=True, slots=True)
class CouriersSoFar:
    """`vehicles` as they go on, in the problem's order; one who dropped out without having done a
    task is none any more. `pasts` by vehicle id, of those that have done something; `tasks` are
    executed ones as they happened, by id."""

    lookup: Lookup
    states: Mapping[str, CourierState]
    dropped: Collection[str]
    vehicles: tuple[Vehicle, ...]
    pasts: Mapping[str, Past]
    tasks: Mapping[str, Task]

    @property
    def halts(self) -> list[Job]:
        """Works without an action that hold the past in its place."""
        return [halt for past in self.pasts.values() for halt in past.halts]

    def fixed(self, vehicle_id: str) -> tuple[str, ...]:
        """Executed task ids of a vehicle."""
        past = self.pasts.get(vehicle_id)
        return () if past is None else past.task_ids

    def bag_at(self, vehicle_id: str) -> Location:
        """Where one who dropped out stands with his bag."""
        state, entries = self.states[vehicle_id], self.lookup.entries
        if state.location is not None:
            return state.location
        places = [entries[step].task.location for step in state.done if step in entries]
        return places[-1] if places else self.lookup.vehicles[vehicle_id].start


def couriers_so_far(
    lookup: Lookup,
    states: Mapping[str, CourierState],
    dropped: Collection[str],
    routes: Sequence[Route],
    now_s: int,
) -> CouriersSoFar:
    """`states` of every vehicle; `routes` give the start of each step where no state has it."""
    planned = {v.task_id: v.start_s for route in routes for v in route.visits if v.task_id}
    own = {r.vehicle_id: {v.task_id: v.start_s for v in r.visits if v.task_id} for r in routes}
    vehicles: list[Vehicle] = []
    pasts: dict[str, Past] = {}
    for vehicle in lookup.problem.vehicles:
        state, out = states[vehicle.id], vehicle.id in dropped
        has_worked = any(step in lookup.entries for step in state.done)
        if state.done and (has_worked or not out):
            starts = planned | own.get(vehicle.id, {})  # two vehicles' breaks may share an id
            pasts[vehicle.id] = past_of(lookup, state, starts, moves_on=not out)
            vehicles.append(pasts[vehicle.id].vehicle)
        elif not out:
            vehicles.append(_starting(vehicle, state, now_s))
    tasks = {task_id: task for past in pasts.values() for task_id, task in past.tasks.items()}
    return CouriersSoFar(lookup, states, dropped, tuple(vehicles), pasts, tasks)


def _starting(vehicle: Vehicle, state: CourierState, now_s: int) -> Vehicle:
    """Nothing is done yet: it starts where it is, not before now."""
    starts = max(vehicle.shift.start, state.free_s, 0 if state.has_left else now_s)
    shift = TimeWindow(start=starts, end=max(starts, vehicle.shift.end))
    return replace(vehicle, start=state.location or vehicle.start, shift=shift)


def executed_by(lookup: Lookup, states: Sequence[CourierState]) -> dict[str, str]:
    """Executed task id → vehicle id."""
    return {i: s.vehicle_id for s in states for i in s.done if i in lookup.entries}

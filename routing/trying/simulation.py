"""Time a whole sequence of task numbers where the quick slacks of a trial route do not tell all:
late prices, time on board, breaks counted from leaving, rides by the hour.

It chooses as `clock.breaks` and `clock.timing` do; a property test holds them equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from routing.clock.starts import window_of
from routing.objective import scaled_late_price, scaled_overtime_price
from routing.parts import Shipment, TimeWindow
from routing.rides import latest_leave
from routing.trying.trial_model import TrialModel, VehicleModel


@dataclass(frozen=True, slots=True)
class Simulated:
    """A legal clock of a sequence: its end (s), riding (s) and prices by the second (1/SCALE)."""

    end_s: int
    ride_s: int
    price: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A task done on the way to a moment."""

    before: "_Step | None"
    task: int
    start_s: int
    end_s: int


_State = tuple[int, int, int, _Step | None]
"""The earliest moment with so many breaks taken, the price and the riding by then, the way."""


def simulate(model: TrialModel, vehicle: VehicleModel, sequence: Sequence[int]) -> Simulated | None:
    """The clock of a sequence that is not empty; None if it breaks a window, a break, the end of
    the shift, a limit of time on board, or has no way."""
    leave = _leave(model, vehicle, sequence[0])
    windows = [window_of(pause, leave) for pause in vehicle.vehicle.breaks]
    states: dict[int, _State] = {0: (leave, 0, 0, None)}
    at, place = vehicle.start, vehicle.start_place
    for task in sequence:
        to = model.locations[task]
        length, starts = vehicle.action(task, model.places[task] != place)
        ended: dict[int, _State] = {}
        for taken, (arrival, price, ride, way) in _ride(vehicle, windows, states, at, to).items():
            for earliest, latest in starts:
                if arrival <= latest:
                    start = max(earliest, arrival)
                    late = scaled_late_price(model.tasks[task], start)
                    step = _Step(way, task, start, start + length)
                    ended[taken] = (start + length, price + late, ride, step)
                    break
        states, at, place = ended, to, model.places[task]
    home = _ride(vehicle, windows, states, at, vehicle.end).get(vehicle.breaks)
    if home is None or home[0] > vehicle.latest_end or not _in_time_on_board(model, home[3]):
        return None
    end, price, ride, _ = home
    return Simulated(end, ride, price + scaled_overtime_price(vehicle.vehicle, end))


def _leave(model: TrialModel, vehicle: VehicleModel, first: int) -> int:
    opens, to = vehicle.vehicle.shift.start, model.locations[first]
    if not vehicle.floats:
        return opens
    ride = vehicle.rides.seconds(vehicle.start, to, opens)
    if ride < 0:
        return opens
    _, starts = vehicle.action(first, model.places[first] != vehicle.start_place)
    start = next((max(e, opens + ride) for e, latest in starts if opens + ride <= latest), None)
    return opens if start is None else latest_leave(vehicle.rides, vehicle.vehicle, to, start)


def _ride(
    vehicle: VehicleModel,
    windows: Sequence[TimeWindow],
    states: dict[int, _State],
    origin: int,
    target: int | None,
) -> dict[int, _State]:
    """Arrivals per number of breaks taken, ties as in `routing.clock.breaks`."""
    arrivals: dict[int, _State] = {}
    pauses = vehicle.vehicle.breaks
    for taken, (free, price, ridden, way) in states.items():
        now, leg = free, 0
        if target is not None:
            leg = (
                vehicle.rides.seconds(origin, target, free)
                if vehicle.floats
                else vehicle.durations[origin][target]
            )
        if leg < 0:
            continue
        left = leg
        for number in range(taken, len(pauses) + 1):
            if number not in arrivals or (now + left, price) < arrivals[number][:2]:
                arrivals[number] = (now + left, price, ridden + leg, way)
            if number == len(pauses) or now > windows[number].end:
                break
            start = max(now, windows[number].start)
            left -= min(left, start - now)
            now = start + pauses[number].duration_s
    return arrivals


def _in_time_on_board(model: TrialModel, step: _Step | None) -> bool:
    delivered: dict[str, int] = {}
    while step is not None:
        work = model.work_of[step.task]
        if isinstance(work, Shipment) and work.max_ride_s is not None:
            if work.id not in delivered:
                delivered[work.id] = step.start_s
            elif delivered[work.id] - step.end_s > work.max_ride_s:
                return False
        step = step.before
    return True

"""How long a ride takes by the moment at which it begins, and when a vehicle leaves home.

A ride that begins at t in an hour band takes the band's seconds, but never longer than waiting for
a later band and riding then: who leaves later never arrives earlier.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from routing.matrix import Table, TravelMatrix
from routing.parts import HourBand, Vehicle
from routing.problem import Problem


def band_key(profile: str, band: HourBand) -> str:
    """The key in `Problem.matrices` of a profile's durations in a band."""
    return f"{profile}@{band.name}"


def tables_of(problem: Problem, profile: str) -> Iterator[Table]:
    """Every table of durations that a profile's rides may take."""
    yield problem.matrices[profile].duration_s
    for band in problem.hour_bands:
        if band_key(profile, band) in problem.matrices:
            yield problem.matrices[band_key(profile, band)].duration_s


class Rides:
    """Durations of one profile over the day. `steps` are the moments at which the table in use
    changes, each with the key of the table used from then on; the first is before all time."""

    __slots__ = ("matrix", "moments", "steps", "tables")

    def __init__(
        self,
        matrices: Mapping[str, TravelMatrix],
        profile: str,
        bands: tuple[HourBand, ...],
    ) -> None:
        self.matrix = matrices[profile]
        self.steps = steps_of(matrices, profile, bands)
        self.moments = [moment for moment, _ in self.steps]
        self.tables = [matrices[key].duration_s for _, key in self.steps]

    @property
    def by_hour(self) -> bool:
        """Whether the moment of leaving matters."""
        return len(self.steps) > 1

    def seconds(self, origin: int, destination: int, leaving_s: int) -> int:
        """Of a ride begun at `leaving_s`; negative = there is no way."""
        if len(self.tables) == 1:
            return int(self.tables[0][origin, destination])
        now = bisect_right(self.moments, leaving_s) - 1
        best = int(self.tables[now][origin, destination])
        for later in range(now + 1, len(self.tables)):
            waiting = self.moments[later] - leaving_s
            if waiting >= best:
                break
            best = min(best, waiting + int(self.tables[later][origin, destination]))
        return best


BEFORE_ALL_TIME = -(1 << 60)


def steps_of(
    matrices: Mapping[str, TravelMatrix], profile: str, bands: tuple[HourBand, ...]
) -> list[tuple[int, str]]:
    """(moment, key of the matrix in use from then on), in order of time."""
    steps = [(BEFORE_ALL_TIME, profile)]
    for band in sorted(bands, key=lambda band: band.start):
        key = band_key(profile, band)
        if key not in matrices:
            continue
        if steps[-1][0] == band.start:  # the band before ends where this one starts
            steps.pop()
        steps += [(band.start, key), (band.end, profile)]
    return steps


def leaves_for_first_task(rides: Rides, vehicle: Vehicle) -> bool:
    """Whether the first task alone decides when the vehicle leaves: where breaks count from that
    moment, or rides depend on it. Other vehicles' breaks before it may let them leave later."""
    return rides.by_hour or any(pause.after_start for pause in vehicle.breaks)


def leave_to_arrive(rides: Rides, origin: int, to: int, arrive_by_s: int) -> int:
    """The last moment of leaving one place that is at another by a moment, however early that is;
    where there is no way, it takes no time."""
    longest = max(0, *(int(table[origin, to]) for table in rides.tables))
    return _latest(rides, (origin, to), arrive_by_s - longest, arrive_by_s)


def latest_leave(rides: Rides, vehicle: Vehicle, to: int, arrive_by_s: int) -> int:
    """The last moment of leaving the start that is at `to` by a moment; not before the shift."""
    return _latest(rides, (vehicle.start.matrix_index, to), vehicle.shift.start, arrive_by_s)


def _latest(rides: Rides, way: tuple[int, int], low: int, arrive_by_s: int) -> int:
    """From `low` on; `low` itself where every ride comes too late."""
    high = max(low, arrive_by_s)
    while low < high:  # who leaves later never arrives earlier
        middle = (low + high + 1) // 2
        if middle + max(0, rides.seconds(*way, middle)) <= arrive_by_s:
            low = middle
        else:
            high = middle - 1
    return low

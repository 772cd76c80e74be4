"""The rest of a route from where the courier is now, timed by `routing.schedule`.

Pure: places and seconds in, seconds out. What is behind the courier is not looked at again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from geodata.point import Point
from routing import (
    Break,
    Job,
    Location,
    Problem,
    Task,
    TimeWindow,
    TravelMatrix,
    Vehicle,
    VisitKind,
    schedule,
)

_VEHICLE = "courier"
_HERE = "here"
_END_OF_TIME_S = 3 * 24 * 3600
"""A forecast names lateness and never cuts it off."""


type Rides = Callable[[Sequence[Point]], TravelMatrix]
"""The travel matrix of places, for this courier's vehicle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is done at a halt in one go: seconds with whatever it takes to begin, and when it may
    start (seconds after midnight, inclusive; none = at any time)."""

    seconds: int
    windows: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A stop that is still to be made; an empty `acts` is a mere arrival (the end of the shift)."""

    key: str
    point: Point
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break still to be taken: it begins not before `earliest_s`."""

    key: str
    earliest_s: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the courier was last known to be, free to ride on from `free_s` (after midnight)."""

    point: Point
    free_s: int


def forecast(
    start: Start, ahead: Sequence[Halt | Rest], rides: Rides, *, now_s: int
) -> dict[str, int]:
    """Arrival at each halt of `ahead`, in its order, in seconds after midnight; none before now.

    Who should have been at the next halt by now and is not is taken to arrive there now.
    """
    halts = [each for each in ahead if isinstance(each, Halt)]
    if not halts:
        return {}
    matrix = rides([start.point, *(halt.point for halt in halts)])
    arrivals = _timed(start.free_s, ahead, matrix)
    behind_s = now_s - arrivals[halts[0].key]
    if behind_s <= 0:
        return arrivals
    return _timed(start.free_s + behind_s, ahead, matrix)


def _timed(free_s: int, ahead: Sequence[Halt | Rest], matrix: TravelMatrix) -> dict[str, int]:
    jobs = [_job_here(free_s)]
    order = [_HERE]
    number = 0
    for each in ahead:
        if isinstance(each, Rest):
            order.append(each.key)
            continue
        number += 1
        made = list(_jobs(each, number))
        jobs += made
        order += [job.task.id for job in made]
    here = Location(matrix_index=0)
    rests = [each for each in ahead if isinstance(each, Rest)]
    vehicle = Vehicle(
        id=_VEHICLE,
        start=here,
        end=None,
        shift=TimeWindow(start=free_s, end=_END_OF_TIME_S),
        breaks=tuple(
            Break(
                id=rest.key,
                window=TimeWindow(start=rest.earliest_s, end=_END_OF_TIME_S),
                duration_s=rest.seconds,
            )
            for rest in rests
        ),
    )
    problem = Problem(vehicles=(vehicle,), matrices={vehicle.profile: matrix}, jobs=tuple(jobs))
    (route,) = schedule(problem, {_VEHICLE: order}).routes
    arrivals: dict[str, int] = {}
    for visit in route.visits:
        if visit.kind is VisitKind.JOB and visit.task_id not in {None, _HERE}:
            arrivals.setdefault(str(visit.task_id).partition("#")[0], visit.arrival_s)
    return arrivals


def _job_here(free_s: int) -> Job:
    """Work without length where the courier stands: from here nobody leaves later to wait less."""
    return Job(id=_HERE, task=Task(id=_HERE, location=Location(matrix_index=0), release_s=free_s))


def _jobs(halt: Halt, number: int) -> Iterator[Job]:
    for ordinal, act in enumerate(halt.acts or (Act(seconds=0),)):
        key = f"{halt.key}#{ordinal}"
        windows = tuple(TimeWindow(start=start, end=end) for start, end in act.windows)
        place = Location(matrix_index=number)
        yield Job(id=key, task=Task(id=key, location=place, service_s=act.seconds, windows=windows))

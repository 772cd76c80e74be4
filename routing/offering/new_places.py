"""A problem with one more work, at addresses that its matrices may not have yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from routing.matrix import TravelMatrix
from routing.parts import DEFAULT_PROFILE, Job, Shipment, Vehicle, Work, tasks_of
from routing.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRides:
    """Seconds and metres between a new place and every place before it, by matrix index; negative
    = no way. Without metres they are zeros."""

    to_s: Sequence[int]
    from_s: Sequence[int]
    to_m: Sequence[int] = ()
    from_m: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """An address that no matrix has yet: its rides per profile (and `profile@band`).

    The first new place gets the matrix index behind the last, the next the one after it; the rides
    of the second name the first one too.
    """

    rides: Mapping[str, PlaceRides]

    @classmethod
    def of(cls, rides: PlaceRides, profile: str = DEFAULT_PROFILE) -> "NewPlace":
        """With one profile."""
        return cls(rides={profile: rides})


type Cells = npt.NDArray[np.int32]


def rides_of(place: NewPlace, profile: str, size: int) -> tuple[Cells, Cells, Cells, Cells]:
    """to_s, from_s, to_m, from_m as arrays of `size` cells. Raises ValueError for a profile or a
    length that does not fit."""
    rides = place.rides.get(profile)
    if rides is None:
        raise ValueError(f"a new place lacks the rides of profile {profile!r}")
    found = []
    for name in ("to_s", "from_s", "to_m", "from_m"):
        given = getattr(rides, name)
        cells = np.zeros(size, dtype=np.int32) if len(given) == 0 and name.endswith("_m") else given
        if len(cells) != size:
            raise ValueError(f"{name} of a new place has {len(given)} cells, not {size}")
        found.append(np.asarray(cells, dtype=np.int32))
    return found[0], found[1], found[2], found[3]


def with_places(problem: Problem, places: Sequence[NewPlace]) -> Problem:
    """The problem with new places behind those of its matrices."""
    if not places:
        return problem
    grown = {name: _grown(name, table, places) for name, table in problem.matrices.items()}
    return replace(problem, matrices=grown)


def _grown(profile: str, matrix: TravelMatrix, places: Sequence[NewPlace]) -> TravelMatrix:
    size = len(matrix.duration_s)
    seconds = np.zeros((size + len(places),) * 2, dtype=np.int32)
    metres = np.zeros_like(seconds)
    seconds[:size, :size], metres[:size, :size] = matrix.duration_s, matrix.distance_m
    for at, place in enumerate(places, start=size):
        to_s, from_s, to_m, from_m = rides_of(place, profile, at)
        seconds[:at, at], seconds[at, :at] = to_s, from_s
        metres[:at, at], metres[at, :at] = to_m, from_m
    return TravelMatrix(seconds, metres)


def with_work(problem: Problem, work: Work, places: Sequence[NewPlace] = ()) -> Problem:
    """The problem with a work more, last of its kind; a work of the same id gives way to it."""
    problem = with_places(problem, places)
    if isinstance(work, Job):
        return replace(problem, jobs=_with(problem.jobs, work))
    return replace(problem, shipments=_with(problem.shipments, work))


def _with[W: (Job, Shipment)](works: tuple[W, ...], work: W) -> tuple[W, ...]:
    changed = [work if each.id == work.id else each for each in works]
    if all(each.id != work.id for each in works):
        changed.append(work)
    return tuple(changed)


def without_work(problem: Problem, work_id: str) -> Problem:
    """The problem without a work and its pins; the same problem if it has no such work."""
    if all(work.id != work_id for work in problem.works()):
        return problem
    told = problem.stability.vehicle_of
    kept = {other: vehicle for other, vehicle in told.items() if other != work_id}
    return replace(
        without_pins(problem, work_id),
        stability=replace(problem.stability, vehicle_of=kept),
        jobs=tuple(job for job in problem.jobs if job.id != work_id),
        shipments=tuple(shipment for shipment in problem.shipments if shipment.id != work_id),
    )


def without_pins(problem: Problem, work_id: str) -> Problem:
    """The problem in which a work may be done by anybody."""
    tasks = {t.id for work in problem.works() if work.id == work_id for t in tasks_of(work)}
    kept = (
        replace(pin, task_ids=tuple(i for i in pin.task_ids if i not in tasks))
        for pin in problem.pins
    )
    return replace(problem, pins=tuple(pin for pin in kept if pin.task_ids))


def for_one_vehicle(problem: Problem, vehicle: Vehicle, work_ids: Collection[str]) -> Problem:
    """The problem of one vehicle and some of the works, with what is pinned of them to it."""
    works = [work for work in problem.works() if work.id in work_ids]
    tasks = {task.id for work in works for task in tasks_of(work)}
    pins = (
        replace(pin, task_ids=tuple(i for i in pin.task_ids if i in tasks))
        for pin in problem.pins
        if pin.vehicle_id == vehicle.id
    )
    return replace(
        problem,
        vehicles=(vehicle,),
        jobs=tuple(work for work in works if isinstance(work, Job)),
        shipments=tuple(work for work in works if isinstance(work, Shipment)),
        pins=tuple(pin for pin in pins if pin.task_ids),
    )

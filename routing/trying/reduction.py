"""Which vehicles can do which work at all, so that one impossible task never spoils the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from routing.problem import Work
from routing.trying.repair import first_of_each_kind
from routing.trying.trial_model import TrialModel
from routing.trying.trial_places import insertions
from routing.trying.trials import TrialRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """`allowed` gives the vehicle numbers that can do a work alone; `works` are those with any."""

    works: tuple[Work, ...]
    allowed: Mapping[str, tuple[int, ...]]


class LoneTrials(Protocol):
    """Works tried alone in empty routes of some vehicles, skills and pins aside."""

    def slices(self) -> Sequence[range]:
        """The works, by position, in slices that are quickly tried."""

    def fits(self, works: range) -> npt.NDArray[np.bool_]:
        """Per work of a slice and vehicle: whether the clock, the loads and the limits hold."""


type Try = Callable[[TrialModel, Sequence[Work], Sequence[int]], LoneTrials]
"""Works and numbers of vehicles to try each with each."""


class ExactTrials:
    """One by one, in plain Python: where no compiled search is at hand, and the other's judge."""

    def __init__(self, model: TrialModel, works: Sequence[Work], vehicles: Sequence[int]) -> None:
        self._works = works
        self._empty = [TrialRoute(model, model.vehicles[number]) for number in vehicles]

    def slices(self) -> Sequence[range]:
        """One work at a time."""
        return [range(position, position + 1) for position in range(len(self._works))]

    def fits(self, works: range) -> npt.NDArray[np.bool_]:
        """Of each work and vehicle, pins and skills included."""
        found = [
            [any(True for _ in insertions(route, self._works[i], exhaustive=True)) for i in works]
            for route in self._empty
        ]
        return np.array(found, dtype=np.bool_).reshape(len(self._empty), len(works)).T


def reduce_works(
    model: TrialModel,
    is_stopped: Callable[[], bool] = lambda: False,
    trials: Try = ExactTrials,
) -> Reduced:
    """Try every work alone in an empty route of every kind of vehicle.

    Works with pinned tasks are tried exactly, whatever `trials` does: there are few, each on one
    vehicle. After a wish to stop the rest counts as possible: nothing will be searched any more.
    """
    twins = np.array(first_of_each_kind(model.vehicles))
    first, kind_of = np.unique(twins, return_inverse=True)
    # Where the first task moves the clock of all, company may allow what fails alone.
    floats = np.array([model.vehicles[number].floats for number in first.tolist()], dtype=np.bool_)
    works = tuple(model.lookup.works.values())
    serves = _may_serve(model, works)
    possible = np.ones((len(works), len(first)), dtype=np.bool_)
    pinned = [work.id in model.lookup.pin_of_work for work in works]
    for some, attempt in ((False, trials), (True, ExactTrials)):
        if is_stopped():
            break
        rows = np.flatnonzero(np.array(pinned, dtype=np.bool_) == some)
        tried = attempt(model, [works[row] for row in rows.tolist()], first[~floats].tolist())
        for part in tried.slices():
            if is_stopped():
                break
            possible[np.ix_(rows[part.start : part.stop], ~floats)] = tried.fits(part)
    able = serves & possible[:, kind_of]
    allowed = {
        work.id: tuple(np.flatnonzero(row).tolist())
        for work, row in zip(works, able, strict=True)
        if row.any()
    }
    return Reduced(works=tuple(w for w in works if w.id in allowed), allowed=allowed)


def _may_serve(model: TrialModel, works: Sequence[Work]) -> npt.NDArray[np.bool_]:
    """Skills and pins, per work and vehicle."""
    by_skills: dict[frozenset[str], npt.NDArray[np.bool_]] = {}
    rows = np.zeros((len(works), len(model.vehicles)), dtype=np.bool_)
    for number, work in enumerate(works):
        if work.id in model.lookup.pin_of_work:
            rows[number] = [model.may_serve(vehicle, work) for vehicle in model.vehicles]
            continue
        if work.skills not in by_skills:
            skilled = [work.skills <= vehicle.vehicle.skills for vehicle in model.vehicles]
            by_skills[work.skills] = np.array(skilled, dtype=np.bool_)
        rows[number] = by_skills[work.skills]
    return rows

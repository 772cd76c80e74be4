"""Which vehicles can do which work at all, so that one impossible task never spoils the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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


def reduce_works(model: TrialModel, is_stopped: Callable[[], bool] = lambda: False) -> Reduced:
    """Try every work alone in an empty route of every kind of vehicle.

    After a wish to stop the rest counts as possible: nothing will be searched for any more.
    """
    twins = first_of_each_kind(model.vehicles)
    empty = [TrialRoute(model, vehicle) for vehicle in model.vehicles]
    allowed: dict[str, tuple[int, ...]] = {}
    works: list[Work] = []
    for work in model.lookup.works.values():
        possible = {
            # Where the first task moves the clock of all, company may allow what fails alone.
            number: is_stopped()
            or model.vehicles[number].floats
            or any(True for _ in insertions(empty[number], work, exhaustive=True))
            for number in set(twins)
        }
        able = tuple(
            vehicle.number
            for vehicle in model.vehicles
            if possible[twins[vehicle.number]] and model.may_serve(vehicle, work)
        )
        if able:
            works.append(work)
            allowed[work.id] = able
    return Reduced(works=tuple(works), allowed=allowed)

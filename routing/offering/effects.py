"""What the places of one new work change for the others on the same routes: told for all routes at
once by the compiled clock, in about the time that one takes by the schedule."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.promises import TimeChange
from routing.solution import Route, Visit, VisitKind
from routing.trying.trial_model import TrialModel

if TYPE_CHECKING:
    from routing.engines.ruin_recreate.new_work import KernelPlan


class Found(NamedTuple):
    """A place in a route: vehicle number, what the route then costs, its task ids; where the
    kernels found it, the new tasks by number, each behind so many tasks of the route."""

    vehicle: int
    route_cost: int
    task_ids: tuple[str, ...]
    steps: tuple[tuple[int, int], ...] | None = None


class Effects:
    """The effects of the places of one question, computed when one is first asked for. `visits`
    are those of the present routes, without breaks."""

    def __init__(
        self,
        kernel: "KernelPlan",
        visits: Mapping[str, Sequence[Visit]],
        model: TrialModel,
        found: Mapping[int, Found],
    ) -> None:
        self._kernel = kernel
        self._question = kernel.question
        self._visits = visits
        self._ids = [vehicle.vehicle.id for vehicle in model.vehicles]
        self._places = {v: each.steps for v, each in found.items() if each.steps is not None}
        self._known: dict[str, tuple[TimeChange, ...]] | None = None

    def of(self, vehicle_id: str) -> tuple[TimeChange, ...] | None:
        """Visits of a vehicle that begin at another moment with the work at its place, in their
        order. None where only the schedule tells: of rare rules, or once another question has been
        asked."""
        if self._known is None:
            if self._kernel.question != self._question:
                return None
            self._known = self._all()
        return self._known.get(vehicle_id)

    def _all(self) -> dict[str, tuple[TimeChange, ...]]:
        changes: dict[str, tuple[TimeChange, ...]] = {}
        for v, starts in self._kernel.starts(self._places).items():
            vehicle_id = self._ids[v]
            visits = self._visits.get(vehicle_id, ())
            before = np.array([visit.start_s for visit in visits], dtype=np.int64)
            changes[vehicle_id] = tuple(
                TimeChange(
                    task_id=visits[at].task_id or "",
                    work_id=visits[at].work_id or "",
                    before_s=visits[at].start_s,
                    after_s=int(starts[at]),
                    before_vehicle_id=vehicle_id,
                    after_vehicle_id=vehicle_id,
                )
                for at in np.flatnonzero(before != starts).tolist()
            )
        return changes


def tasks_in(route: Route) -> tuple[Visit, ...]:
    """Its visits but for start, breaks and end."""
    return tuple(
        visit
        for visit in route.visits
        if visit.task_id is not None and visit.kind is not VisitKind.BREAK
    )

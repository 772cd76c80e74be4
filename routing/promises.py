"""What a change of plan means for those who were told a time: each later visit, by how much."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.solution import Route, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChange:
    """A visit whose start differs between two plans, seconds after the epoch. `late_s` is by how
    much it then starts after the first of its soft windows; a vehicle of "" did not do it."""

    task_id: str
    work_id: str
    before_s: int
    after_s: int
    before_vehicle_id: str
    after_vehicle_id: str
    late_s: int = 0

    @property
    def by_s(self) -> int:
        """Seconds later; negative = earlier."""
        return self.after_s - self.before_s

    @property
    def is_moved(self) -> bool:
        """Whether another vehicle comes."""
        return self.before_vehicle_id != self.after_vehicle_id


def time_changes(before: Iterable[Route], after: Iterable[Route]) -> tuple[TimeChange, ...]:
    """Visits of both plans that start at another moment or with another vehicle, in the order of
    the new plan."""
    told = {
        visit.task_id: (visit.start_s, route.vehicle_id)
        for route in before
        for visit in route.visits
        if visit.task_id is not None and visit.kind is not VisitKind.BREAK
    }
    return tuple(
        TimeChange(
            task_id=visit.task_id,
            work_id=visit.work_id or "",
            before_s=told[visit.task_id][0],
            after_s=visit.start_s,
            before_vehicle_id=told[visit.task_id][1],
            after_vehicle_id=route.vehicle_id,
            late_s=visit.late_s,
        )
        for route in after
        for visit in route.visits
        if visit.task_id is not None
        and visit.kind is not VisitKind.BREAK
        and told.get(visit.task_id, (visit.start_s, route.vehicle_id))
        != (visit.start_s, route.vehicle_id)
    )


def touched(changes: Iterable[TimeChange], tolerance_s: int) -> tuple[TimeChange, ...]:
    """Those whose start moved by more than `tolerance_s` seconds either way."""
    return tuple(change for change in changes if abs(change.by_s) > tolerance_s)

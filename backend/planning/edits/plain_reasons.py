"""Why a courier cannot take a work whatever his route looks like: told at once, without trying."""

from collections.abc import Iterator, Sequence

from backend.planning.edits.workbench import Workbench
from routing import Job, Reason, ReasonCode, Task, Vehicle
from routing.lookup import Lookup
from routing.parts import Work


def plain_reasons(bench: Workbench, work: Work, vehicle_id: str) -> tuple[Reason, ...]:
    """Skill, lock, shift, break and satchel, each true by itself; none means that only trying
    tells."""
    lookup = bench.desk.lookup
    vehicle = lookup.vehicles[vehicle_id]
    return (
        *_rights(lookup, work, vehicle),
        *_hours(bench, work, vehicle),
        *_room(lookup, work, vehicle),
    )


def _rights(lookup: Lookup, work: Work, vehicle: Vehicle) -> Iterator[Reason]:
    lacking = work.skills - vehicle.skills
    if lacking:
        yield Reason(
            code=ReasonCode.NO_SKILL, vehicle_id=vehicle.id, subject=",".join(sorted(lacking))
        )
    pin = lookup.pin_of_work.get(work.id)
    if pin is not None and pin.vehicle_id != vehicle.id:
        yield Reason(code=ReasonCode.PINNED, vehicle_id=vehicle.id, subject=pin.vehicle_id)


def _hours(bench: Workbench, work: Work, vehicle: Vehicle) -> Iterator[Reason]:
    """One end of the work cannot begin while the courier works, or only in his break."""
    now_s = 0
    if bench.now is not None:
        now_s = max(0, round((bench.now - bench.root.epoch).total_seconds()))
    begins, ends = max(vehicle.shift.start, now_s), vehicle.latest_end_s
    if begins >= ends:
        yield Reason(code=ReasonCode.SHIFT, vehicle_id=vehicle.id, amount=begins - ends, unit="s")
        return
    for side in _sides(work):
        missed = [_missed(task, begins, ends) for task in side]
        if all(missed):
            yield Reason(
                code=ReasonCode.SHIFT,
                vehicle_id=vehicle.id,
                subject=side[0].id,
                amount=min(missed),
                unit="s",
            )
        elif all(_only_in_break(bench, task, vehicle) for task in side):
            yield Reason(code=ReasonCode.BREAK, vehicle_id=vehicle.id, subject=side[0].id)


def _missed(task: Task, begins: int, ends: int) -> int:
    """Seconds by which every legal start of a task lies outside the shift; 0: one lies in it."""
    if not task.windows:
        return max(0, task.release_s - ends)
    return min(
        max(max(window.start, task.release_s) + task.service_s - ends, begins - window.end, 0)
        for window in task.windows
    )


def _only_in_break(bench: Workbench, task: Task, vehicle: Vehicle) -> bool:
    """Whether no legal start lies before the latest beginning of a break that is still to come, or
    behind its earliest end."""
    standing = bench.desk.standing
    past = None if standing is None else standing.pasts.get(vehicle.id)
    ahead = [b for b in vehicle.breaks if past is None or b.id not in past.steps]
    return bool(task.windows) and any(
        all(
            max(window.start, task.release_s) + task.service_s > pause.window.end
            and window.end < pause.window.start + pause.duration_s
            for window in task.windows
        )
        for pause in ahead
    )


def _room(lookup: Lookup, work: Work, vehicle: Vehicle) -> Iterator[Reason]:
    """More than the satchel, or the cash limit, holds when it is empty."""
    names = lookup.problem.load_dimensions
    loads = [task.load_change for task in _sides(work)[0]]
    for number, name in enumerate(names):
        if not all(load for load in loads) or not vehicle.capacity:
            return
        over = min(load[number] for load in loads) - vehicle.capacity[number]
        if over > 0:
            yield Reason(
                code=ReasonCode.CAPACITY,
                vehicle_id=vehicle.id,
                subject=name,
                amount=over,
                unit=name,
            )


def _sides(work: Work) -> Sequence[Sequence[Task]]:
    return ((work.task,),) if isinstance(work, Job) else (work.pickups, work.deliveries)

"""What a day has brought so far: what each courier did, where he is, and when he is free."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from routing.lookup import Lookup
from routing.parts import Location, Work
from routing.solution import VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierState:
    """One vehicle in the middle of its day; times in seconds after the epoch.

    `done` holds task and break ids in the order in which they were done, what is going on now
    included; `free_s` is when it may leave. `location` is where it then is, if not at the place of
    the last task done. `started` gives real starts of tasks and breaks where they are known (the
    plan's are taken otherwise). `next_ids` are tasks it must do next: it is on its way already.
    One who stands where the matrix has no way home from ends his day anywhere.
    """

    vehicle_id: str
    done: tuple[str, ...] = ()
    free_s: int = 0
    location: Location | None = None
    started: Mapping[str, int] = field(default_factory=dict)
    next_ids: tuple[str, ...] = ()

    @property
    def has_left(self) -> bool:
        """Whether it is no longer at its start, with what it took on board there."""
        return bool(self.done) or self.location is not None


class InvalidState(ValueError):
    """What is said to have happened cannot have: `reasons` lists everything wrong with it."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        more = f" (and {len(reasons) - 3} more)" if len(reasons) > 3 else ""
        super().__init__("; ".join(reasons[:3]) + more)


def impossible(
    lookup: Lookup,
    states: Mapping[str, CourierState],
    dropped: Collection[str],
    new_works: Sequence[Work],
) -> tuple[str, ...]:
    """Everything that cannot have happened, or is not what it is called."""
    wrong: list[str] = []
    seen: set[str] = set()
    wrong += [f"no vehicle {i!r}" for i in (*states, *dropped) if i not in lookup.vehicles]
    wrong += [f"work {w.id!r} is not new" for w in new_works if w.id in lookup.works]
    for state in states.values():
        vehicle = lookup.vehicles.get(state.vehicle_id)
        if vehicle is None:
            continue
        if state.free_s < 0:
            wrong.append(f"{vehicle.id!r} cannot be free at {state.free_s} s: before the epoch")
        pauses = {pause.id for pause in vehicle.breaks}
        taken: set[str] = set()
        for step in state.done:
            entry = lookup.entries.get(step)
            if entry is None:
                if step not in pauses or step in taken:
                    wrong.append(f"{vehicle.id!r} cannot have done {step!r}: no such task or break")
                taken.add(step)
                continue
            if step in seen:
                wrong.append(f"{step!r} is done twice")
            if entry.kind is VisitKind.DELIVERY and entry.work.id not in taken:
                wrong.append(f"{vehicle.id!r} delivered {step!r} without its pickup before")
            seen.add(step)
            taken.add(entry.work.id)
        wrong += [
            f"{step!r} cannot be next: no such task"
            for step in state.next_ids
            if step not in lookup.entries
        ]
    return tuple(wrong)

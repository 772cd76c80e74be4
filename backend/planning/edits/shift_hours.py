"""Hours of couriers that were written since a version was made: it is opened with them, else a
route would be planned into an evening that nobody works any more."""

import json
from collections.abc import Mapping
from dataclasses import replace

from backend.planning.day_rows import ShiftRow
from backend.planning.fingerprint import Digests, digest_of_shift
from backend.planning.models import Plan
from backend.storage import ContentFolder
from routing import Problem, TimeWindow


def moved_hours(plan: Plan, shifts: Mapping[str, ShiftRow], content: ContentFolder) -> set[str]:
    """Shifts whose rows are others than those that the version was made from. Hours that a version
    let give way are its own, for their row was not written."""
    if plan.input_fingerprint is None:
        return set()
    before: Digests = json.loads(content.read_file(plan.input_fingerprint))
    return {
        vehicle
        for vehicle, shift in shifts.items()
        if before.get(f"shift:{shift.id}", digest_of_shift(shift)) != digest_of_shift(shift)
    }


def with_hours_of(root: Problem, shifts: Mapping[str, ShiftRow], moved: set[str]) -> Problem:
    """The problem with the hours of some shifts as their rows have them."""
    if not moved:
        return root
    hours = {v: TimeWindow(start=s.work[0], end=s.work[1]) for v, s in shifts.items() if v in moved}
    vehicles = (replace(v, shift=hours[v.id]) if v.id in hours else v for v in root.vehicles)
    return replace(root, vehicles=tuple(vehicles))

"""The vehicle routing problem: its parts together, and the check that they make sense.

Integers only; times are seconds after `Problem.epoch`; ids are opaque strings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from routing.matrix import TravelMatrix
from routing.parts import (
    DEFAULT_PROFILE,
    MAX_PRIORITY,
    Break,
    Costs,
    HourBand,
    Job,
    Load,
    Location,
    Overtime,
    Pin,
    PinOrder,
    Shipment,
    SoftWindow,
    Stability,
    Task,
    TimeWindow,
    Vehicle,
    Work,
    start_load_of,
    tasks_of,
)
from routing.validation import Defect, find_defects

__all__ = [
    "DEFAULT_PROFILE",
    "MAX_PRIORITY",
    "Break",
    "Costs",
    "HourBand",
    "InvalidProblem",
    "Job",
    "Load",
    "Location",
    "Overtime",
    "Pin",
    "PinOrder",
    "Problem",
    "Shipment",
    "SoftWindow",
    "Stability",
    "Task",
    "TimeWindow",
    "Vehicle",
    "Work",
    "start_load_of",
    "tasks_of",
]


class InvalidProblem(ValueError):
    """The problem is malformed; `defects` lists everything wrong with it at once."""

    def __init__(self, defects: tuple[Defect, ...]) -> None:
        self.defects = defects
        shown = "; ".join(str(defect) for defect in defects[:3])
        more = f" (and {len(defects) - 3} more)" if len(defects) > 3 else ""
        super().__init__(f"{len(defects)} defect(s): {shown}{more}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One planning problem. `matrices` maps a vehicle's profile to its travel matrix, and
    `profile@band` to its durations in one of `hour_bands`."""

    vehicles: tuple[Vehicle, ...]
    matrices: Mapping[str, TravelMatrix]
    jobs: tuple[Job, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    load_dimensions: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    stability: Stability = field(default_factory=Stability)
    hour_bands: tuple[HourBand, ...] = ()
    epoch: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC))

    def validate(self) -> tuple[Defect, ...]:
        """All defects at once, each with a code and a path; empty when the problem is sound."""
        return find_defects(self)

    def works(self) -> Iterator[Work]:
        """Jobs, then shipments, in the given order."""
        yield from self.jobs
        yield from self.shipments

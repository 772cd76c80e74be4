"""What a defect is, and the simplest ones: numbers that are none, windows the wrong way round."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from routing.matrix import TravelMatrix
from routing.parts import HourBand, Job, Pin, Shipment, Stability, TimeWindow, Vehicle, Work

MAX_VALUE = 2**31 - 1
"""Times, durations and loads fit 32 bits: 68 years of seconds."""

MAX_PENALTY = 10**12
"""Largest explicit penalty or cost rate: sums over a nation's day stay inside 64 bits."""


class DefectCode(StrEnum):
    EMPTY_ID = "EMPTY_ID"
    DUPLICATE_ID = "DUPLICATE_ID"
    NOT_AN_INTEGER = "NOT_AN_INTEGER"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    WINDOW_REVERSED = "WINDOW_REVERSED"
    WINDOWS_UNORDERED = "WINDOWS_UNORDERED"
    MATRIX_INDEX = "MATRIX_INDEX"
    UNKNOWN_PROFILE = "UNKNOWN_PROFILE"
    MATRIX_SIZE = "MATRIX_SIZE"
    NO_VEHICLES = "NO_VEHICLES"
    NO_ALTERNATIVE = "NO_ALTERNATIVE"
    LOAD_DIMENSIONS = "LOAD_DIMENSIONS"
    NEGATIVE_LOAD = "NEGATIVE_LOAD"
    NAIVE_EPOCH = "NAIVE_EPOCH"
    UNKNOWN_VEHICLE = "UNKNOWN_VEHICLE"
    UNKNOWN_TASK = "UNKNOWN_TASK"
    CONFLICTING_PINS = "CONFLICTING_PINS"
    UNKNOWN_WORK = "UNKNOWN_WORK"
    UNKNOWN_BAND = "UNKNOWN_BAND"
    BANDS_OVERLAP = "BANDS_OVERLAP"
    BAND_REACH = "BAND_REACH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """`path` points into the problem, e.g. `shipments[3].deliveries[0].windows[1]`."""

    code: DefectCode
    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.code}: {self.detail}"


class ProblemParts(Protocol):
    """What of a `routing.problem.Problem` is looked at; named here so that it can use this."""

    @property
    def epoch(self) -> datetime: ...
    @property
    def load_dimensions(self) -> tuple[str, ...]: ...
    @property
    def matrices(self) -> Mapping[str, TravelMatrix]: ...
    @property
    def vehicles(self) -> tuple[Vehicle, ...]: ...
    @property
    def jobs(self) -> tuple[Job, ...]: ...
    @property
    def shipments(self) -> tuple[Shipment, ...]: ...
    @property
    def pins(self) -> tuple[Pin, ...]: ...
    @property
    def stability(self) -> Stability: ...
    @property
    def hour_bands(self) -> tuple[HourBand, ...]: ...


Found = Iterator[tuple[DefectCode, str, str]]
"""Code, path and detail of one defect after the other."""


def works_with_paths(problem: ProblemParts) -> Iterator[tuple[str, Work]]:
    """Each job and shipment with its path in the problem."""
    for number, job in enumerate(problem.jobs):
        yield f"jobs[{number}]", job
    for number, shipment in enumerate(problem.shipments):
        yield f"shipments[{number}]", shipment


def integer_defects(value: object, path: str, low: int = 0, high: int = MAX_VALUE) -> Found:
    if not isinstance(value, int) or isinstance(value, bool):
        yield DefectCode.NOT_AN_INTEGER, path, f"{value!r} is not an integer"
    elif not low <= value <= high:
        yield DefectCode.OUT_OF_RANGE, path, f"{value} is not within {low} to {high}"


def window_defects(window: TimeWindow, path: str) -> Found:
    found = [
        *integer_defects(window.start, f"{path}.start"),
        *integer_defects(window.end, f"{path}.end"),
    ]
    yield from found
    if not found and window.end < window.start:
        yield DefectCode.WINDOW_REVERSED, path, f"ends at {window.end}, starts at {window.start}"

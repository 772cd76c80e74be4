"""A visit asked about, as work of a running day that does not have it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.places.models import PlaceKind
from backend.planning.day_rows import Span
from backend.planning.points import new_place
from backend.planning.problem_builder import build_problem
from backend.planning.read_day import read_offices
from backend.planning.slots.asked import Asked
from backend.planning.slots.running_day import Running
from backend.planning.windows import home_windows
from geodata.point import Point
from routing import NewPlace, Offer, Shipment, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The work, and the addresses that it brings to the day's matrices."""

    work: Shipment
    places: tuple[NewPlace, ...]
    at_delivery: bool
    """Whether the door is the end of the way."""


def find_candidate(session: Session, running: Running, asked: Asked) -> Candidate | None:
    """The visit as work; None where nobody could ride it on that day (office closed, off road)."""
    calendar = load_calendar(session, asked.area.province_code)
    office = read_offices(session, asked.day, calendar, {asked.office.id})
    alone = replace(
        running.rows,
        legs=asked.legs(None),
        homes={asked.work_id: asked.home()},
        offices={row.id: row for row in office},
    )
    built = build_problem(alone, running.travel)
    if len(built.problem.shipments) != 1:
        return None
    (work,) = built.problem.shipments
    moved = _Moved(running, dict(zip(_names(built.places), built.points, strict=True)))
    return Candidate(
        work=replace(
            work,
            pickups=tuple(moved.task(task) for task in work.pickups),
            deliveries=tuple(moved.task(task) for task in work.deliveries),
        ),
        places=tuple(moved.places),
        at_delivery=asked.brings_home,
    )


def best_offer(running: Running, candidate: Candidate, span: Span) -> Offer | None:
    """The cheapest place of the visit with its door inside a window."""
    windows, work = home_windows(span), candidate.work
    if candidate.at_delivery:
        work = replace(work, deliveries=tuple(replace(t, windows=windows) for t in work.deliveries))
    else:
        work = replace(work, pickups=tuple(replace(t, windows=windows) for t in work.pickups))
    with running.lock:
        return running.prepared.insert(work, places=candidate.places).best


class _Moved:
    """Tasks of one problem on the matrices of another; what those lack comes behind them."""

    def __init__(self, running: Running, points: dict[str, Point]) -> None:
        self._running = running
        self._points = points
        self._numbers = {name: n for n, name in enumerate(_names(running.built.places))}
        self._known = list(running.built.points)
        self.places: list[NewPlace] = []

    def task(self, task: Task) -> Task:
        """The same task at the same place."""
        number = self._number(task.location.place)
        return replace(task, location=replace(task.location, matrix_index=number))

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            point = self._points[name]
            rides = self._running.travel.rides(point, self._known)
            self.places.append(new_place(rides, self._running.built.problem.matrices))
            self._numbers[name] = len(self._known)
            self._known.append(point)
        return self._numbers[name]


def _names(places: Sequence[tuple[PlaceKind, uuid.UUID]]) -> list[str]:
    """As the problem names its places."""
    return [f"{kind.value}:{place_id}" for kind, place_id in places]

"""What couriers' phones tell of a day under way beyond the outcomes of visits: breaks and places.

Whoever runs a replan brings it; planning does not know how phones report.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan
from backend.planning.points import new_place
from geodata.growing_table import GrowingTable
from geodata.point import Point
from geodata.travel_tables import TravelTimes
from routing import CourierState, Location, Problem
from routing.offering.new_places import with_places


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """By courier: when the break that was reported began, and where the phone was when."""

    rests: Mapping[uuid.UUID, datetime] = field(default_factory=dict)
    places: Mapping[uuid.UUID, tuple[datetime, Point]] = field(default_factory=dict)


type ReadNews = Callable[[Session, Plan], News]


def nothing_new(_session: Session, _plan: Plan) -> News:
    """Where no phone reports."""
    return News()


def with_places_of(
    problem: Problem,
    states: Sequence[CourierState],
    dropped: set[str],
    *,
    bench: Workbench,
    news: News,
    travel: TravelTimes,
) -> tuple[Problem, list[CourierState]]:
    """Those who drop out stand where their phones are, if that is newer than their last act and a
    road leads there; else where they acted last. The places are in this problem's matrices only."""
    table, points = GrowingTable(travel), list(bench.legend.points)
    rides, found = [], []
    last = {each.courier_id: each.ended_at for each in bench.acts.done}
    for state in states:
        courier_id = bench.shifts[state.vehicle_id].courier_id
        seen = news.places.get(courier_id) if state.vehicle_id in dropped else None
        if seen is None or (courier_id in last and seen[0] <= last[courier_id]):
            found.append(state)
            continue
        here = table.look(seen[1], points)
        if here.unreachable is not None:
            found.append(state)
            continue
        number = len(points)
        points.append(seen[1])
        rides.append(new_place(here.rides, tuple(problem.matrices)))
        place = f"now:{state.vehicle_id}"
        found.append(replace(state, location=Location(matrix_index=number, place=place)))
    return with_places(problem, rides), found

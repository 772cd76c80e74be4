"""Routes of a version as rows: without the halts that only hold the past in its place, and with the
lines on the map that did not change."""

import uuid
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.planning.drafts import draw_routes, route_rows
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan, Route
from backend.planning.problem_builder import BuiltProblem
from backend.planning.summary import halts
from geodata.travel_tables import TravelTimes
from routing import Route as TimedRoute
from routing import Solution
from routing import Visit as Step
from routing import VisitKind as StepKind


def without_halts(bench: Workbench, solution: Solution) -> Solution:
    """The routes without the moments that only hold the past in its place; a route that has
    nothing else is none."""
    routes = tuple(
        replace(route, visits=_visits(bench, route))
        for route in solution.routes
        if any(task_id in bench.meanings for task_id in route.task_ids)
    )
    known = tuple(left for left in solution.unassigned if left.id in bench.legend.works)
    return replace(solution, routes=routes, unassigned=known)


def _visits(bench: Workbench, route: TimedRoute) -> tuple[Step, ...]:
    kept, ride_s, distance_m = [], 0, 0
    for visit in route.visits:
        is_halt = visit.work_id is not None and visit.task_id not in bench.meanings
        ride_s, distance_m = ride_s + visit.ride_s, distance_m + visit.distance_m
        if is_halt:
            continue
        kept.append(replace(visit, ride_s=ride_s, distance_m=distance_m))
        ride_s = distance_m = 0
    return tuple(kept)


def write_routes(
    session: Session,
    plan: Plan,
    built: BuiltProblem,
    shown: Solution,
    *,
    base: Plan,
    travel: TravelTimes,
) -> None:
    """Lines on the map are drawn for routes that changed; the others keep theirs."""
    rows = session.scalars(
        select(Route).where(Route.plan_id == base.id).options(selectinload(Route.stops))
    )
    drawn = {str(route.shift_id): route for route in rows}
    same = {
        route.vehicle_id
        for route in shown.routes
        if route.vehicle_id in drawn
        and _places(built, route) == [s.place_id for s in drawn[route.vehicle_id].stops]
    }
    changed = replace(shown, routes=tuple(r for r in shown.routes if r.vehicle_id not in same))
    geometries = draw_routes(built, changed, travel)
    for row in route_rows(plan, built, shown, geometries):
        kept = drawn.get(str(row.shift_id)) if str(row.shift_id) in same else None
        if kept is not None:
            row.geometry, row.geometry_source = kept.geometry, kept.geometry_source
        session.add(row)


def _places(built: BuiltProblem, route: TimedRoute) -> list[uuid.UUID | None]:
    """Where a route halts, as its stops have it: one a halt, None at breaks."""
    first = {id(steps[0]) for steps in halts(route)}
    ends = (StepKind.START, StepKind.END, StepKind.BREAK)
    return [
        None if step.location is None else built.places[step.location.matrix_index][1]
        for step in route.visits
        if step.kind in ends or id(step) in first
    ]

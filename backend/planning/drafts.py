"""A found solution becomes rows: routes, stops, visits, and what is left with its reasons."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape
from shapely import LineString

from backend.database import SRID_WGS84
from backend.places.models import PlaceKind
from backend.places.points import to_geometry
from backend.planning.models import (
    Plan,
    Route,
    Stop,
    StopKind,
    UnassignedLeg,
    Visit,
)
from backend.planning.problem_builder import BuiltProblem
from backend.planning.summary import LeftLegs, halts
from geodata.errors import NoRoute
from geodata.point import Point
from geodata.travel_tables import RouteGeometry, TravelTimes
from routing import Route as TimedRoute
from routing import Solution
from routing import Visit as Step
from routing import VisitKind as StepKind

type Geometries = Mapping[str, RouteGeometry]
"""Vehicle id → the line on the map; absent where no way could be drawn."""


def draw_routes(
    built: BuiltProblem, solution: Solution, travel: TravelTimes
) -> dict[str, RouteGeometry]:
    """The line of each route. Needs no database, so that no transaction waits for it."""
    drawn: dict[str, RouteGeometry] = {}
    for route in solution.routes:
        points = _points_along(built, route)
        if len(points) < 2:
            continue
        try:
            drawn[route.vehicle_id] = travel.route(points)
        except NoRoute:
            continue
    return drawn


def route_rows(
    plan: Plan, built: BuiltProblem, solution: Solution, geometries: Geometries
) -> Iterable[Route]:
    """Route rows with their stops and visits, numbered in the order of shifts."""
    for number, timed in enumerate(solution.routes, start=1):
        shift = built.shifts[timed.vehicle_id]
        geometry = geometries.get(timed.vehicle_id)
        yield Route(
            province_code=plan.province_code,
            plan_id=plan.id,
            number=number,
            courier_id=shift.courier_id,
            shift_id=shift.id,
            starts_at=_at(built, timed.start_s),
            ends_at=_at(built, timed.end_s),
            ride_s=timed.ride_s,
            wait_s=sum(step.wait_s for step in timed.visits),
            distance_m=timed.distance_m,
            geometry=None if geometry is None else _line(geometry),
            geometry_source=None if geometry is None else geometry.source,
            stops=list(_stops(built, timed)),
        )


def unassigned_rows(plan: Plan, left: Iterable[LeftLegs]) -> Iterable[UnassignedLeg]:
    """One row a leg; dossiers of one carriage share their reasons."""
    for item in left:
        for leg_id in item.leg_ids:
            yield UnassignedLeg(
                plan_id=plan.id, leg_id=leg_id, reasons={"reasons": list(item.reasons)}
            )


def _stops(built: BuiltProblem, timed: TimedRoute) -> Iterable[Stop]:
    """START, halts with their visits, breaks where they are taken, END."""
    first_of_halt = {id(steps[0]): steps for steps in halts(timed)}
    ordinal = 0
    for step in timed.visits:
        if step.kind in (StepKind.START, StepKind.END, StepKind.BREAK):
            stop = _plain_stop(built, step)
        elif id(step) in first_of_halt:
            stop = _halt(built, first_of_halt[id(step)])
        else:
            continue
        ordinal += 1
        stop.ordinal = ordinal
        yield stop


def _plain_stop(built: BuiltProblem, step: Step) -> Stop:
    stop = Stop(
        kind=StopKind(step.kind.value),
        arrives_at=_at(built, step.arrival_s),
        starts_at=_at(built, step.start_s),
        ends_at=_at(built, step.end_s),
        distance_m=step.distance_m,
    )
    if step.location is not None:
        _put_at(built, stop, step.location.matrix_index)
    return stop


def _halt(built: BuiltProblem, steps: list[Step]) -> Stop:
    first, last = steps[0], steps[-1]
    visits = [visit for step in steps for visit in _visits(built, step)]
    for ordinal, visit in enumerate(visits, start=1):
        visit.ordinal = ordinal
    stop = Stop(
        kind=StopKind.VISITS,
        arrives_at=_at(built, first.arrival_s),
        starts_at=_at(built, first.start_s),
        ends_at=_at(built, last.end_s),
        distance_m=first.distance_m,
        visits=visits,
    )
    if first.location is not None:
        _put_at(built, stop, first.location.matrix_index)
    return stop


def _visits(built: BuiltProblem, step: Step) -> Iterable[Visit]:
    """One visit a leg: each dossier has an outcome of its own."""
    if step.task_id is None:
        return
    meaning = built.meanings[step.task_id]
    for leg_id in meaning.leg_ids:
        yield Visit(
            leg_id=leg_id,
            kind=meaning.kind,
            starts_at=_at(built, step.start_s),
            ends_at=_at(built, step.end_s),
        )


def _put_at(built: BuiltProblem, stop: Stop, matrix_index: int) -> None:
    kind, place_id = built.places[matrix_index]
    stop.place_kind = PlaceKind(kind)
    stop.place_id = place_id
    stop.point = to_geometry(built.points[matrix_index])


def _points_along(built: BuiltProblem, route: TimedRoute) -> list[Point]:
    """The places in order, each once in a row."""
    points: list[Point] = []
    for step in route.visits:
        if step.location is not None:
            point = built.points[step.location.matrix_index]
            if not points or points[-1] != point:
                points.append(point)
    return points


def _line(geometry: RouteGeometry) -> WKBElement:
    return from_shape(LineString(geometry.coordinates), srid=SRID_WGS84)


def _at(built: BuiltProblem, seconds: int) -> datetime:
    return built.epoch + timedelta(seconds=seconds)

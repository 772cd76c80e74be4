"""The judge's view of a route's clock: riding and actions follow each other without a gap."""

from collections.abc import Iterator

from routing.problem import Problem, Vehicle
from routing.solution import Route, Visit, VisitKind

_Found = Iterator[tuple[str, str, str]]


def clock_faults(problem: Problem, vehicle: Vehicle, route: Route) -> _Found:
    """Riding and actions follow each other without gap; a leg may be interrupted by breaks."""
    visits = route.visits
    first, last = visits[0], visits[-1]
    still = first.wait_s, first.setup_s, first.service_s, first.ride_s, first.distance_m
    if not first.arrival_s == first.start_s == first.end_s or any(still):
        yield "TIME", f"{route.vehicle_id}[0]", "a start takes no time"
    if first.end_s < vehicle.shift.start:
        yield "SHIFT", route.vehicle_id, f"leaves {vehicle.shift.start - first.end_s} s too early"
    allowed = vehicle.shift.end
    if vehicle.overtime is not None:
        allowed += vehicle.overtime.most_s
    if last.end_s > allowed:
        yield "SHIFT", route.vehicle_id, f"ends {last.end_s - allowed} s too late"
    if last.late_s != max(0, last.end_s - vehicle.shift.end):
        yield "LATE", route.vehicle_id, f"says {last.late_s} s of overtime"
    if first.late_s:
        yield "LATE", f"{route.vehicle_id}[0]", "a start cannot be late"
    before = first
    for position, visit in enumerate(visits[1:], start=1):
        yield from _step(before, visit, f"{route.vehicle_id}[{position}]")
        before = visit
    here, ridden = first, 0
    for position, visit in enumerate(visits[1:], start=1):
        ridden += visit.ride_s
        if visit.kind is not VisitKind.BREAK:
            where = f"{route.vehicle_id}[{position}]"
            yield from _leg(problem, vehicle, (here, visit), ridden, where)
            here, ridden = visit, 0


def _step(before: Visit, visit: Visit, where: str) -> _Found:
    if visit.arrival_s != before.end_s + visit.ride_s or visit.ride_s < 0:
        yield "TIME", where, "arrival is not departure plus ride"
    if visit.start_s != visit.arrival_s + visit.wait_s or visit.wait_s < 0:
        yield "TIME", where, "start is not arrival plus waiting"
    if visit.end_s != visit.start_s + visit.setup_s + visit.service_s:
        yield "TIME", where, "end is not start plus setup plus service"
    if visit.kind is VisitKind.END and visit.end_s != visit.arrival_s:
        yield "TIME", where, "nothing is done at the end"
    if visit.kind is VisitKind.BREAK and visit.late_s:
        yield "LATE", where, "only tasks and ends can be late"
    if visit.kind is VisitKind.BREAK and visit.distance_m:
        yield "DISTANCE", where, "the metres of a leg count where it leads"


def _leg(
    problem: Problem, vehicle: Vehicle, between: tuple[Visit, Visit], ridden: int, where: str
) -> _Found:
    here, visit = between
    seconds, metres = 0, 0
    if here.location is not None and visit.location is not None:
        cell = here.location.matrix_index, visit.location.matrix_index
        seconds = _seconds(problem, vehicle.profile, cell, here.end_s)
        metres = int(problem.matrices[vehicle.profile].distance_m[cell])
    if seconds < 0:
        yield "UNREACHABLE", where, "there is no way from the place before"
    elif ridden != seconds:
        yield "RIDE", where, f"rides {ridden} s on a leg of {seconds} s"
    if visit.distance_m != max(0, metres):
        yield "DISTANCE", where, f"says {visit.distance_m} m, the leg has {metres} m"


def _seconds(problem: Problem, profile: str, cell: tuple[int, int], leaving: int) -> int:
    """The quickest of: riding now, or waiting for a moment at which the matrix changes."""
    own = problem.matrices[profile]
    if own.duration_s[cell] < 0:
        return -1
    if not problem.hour_bands:
        return int(own.duration_s[cell])
    moments = {leaving}
    for band in problem.hour_bands:
        moments.update(moment for moment in (band.start, band.end) if moment > leaving)
    answers = []
    for moment in moments:
        matrix = own
        for band in problem.hour_bands:
            if band.start <= moment < band.end:
                matrix = problem.matrices.get(f"{profile}@{band.name}", own)
        answers.append(moment - leaving + int(matrix.duration_s[cell]))
    return min(answers)

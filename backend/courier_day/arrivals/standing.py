"""How far a courier has come on a route, from what was reported and where the phone was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.courier_day.arrivals.models import Basis
from backend.courier_day.position_models import LastPosition
from backend.places.points import find_point
from backend.planning.models import Route, Stop, StopKind, StopStatus, Visit, VisitStatus
from geodata.point import Point

STALE_AFTER = timedelta(minutes=10)
"""A place this old says little: ten fixes were missed [G]."""

AT_STOP_M = 250.0
"""Within so many metres of the door the courier is still there [G]: a yard, a lane, a poor fix."""

BEFORE_START = timedelta(minutes=30)
"""Fixes made earlier than this before the route belong to something else."""

E7 = 1e7


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a forecast starts from: the place, since when it is known, and what lies ahead."""

    basis: Basis
    point: Point | None
    known_at: datetime | None
    """None where nothing was heard yet."""
    free_at: datetime
    """From when on the courier can ride on."""
    stale: bool
    ahead: tuple[Stop, ...]
    """Open stops and breaks in the order in which they are expected; the end of the shift last."""
    passed_over: frozenset[Stop]
    """Open stops of `ahead` that the courier went past."""


def find_standing(
    route: Route, stops: Sequence[Stop], last: LastPosition | None, now: datetime
) -> Standing | None:
    """How the route stands; None when nothing lies ahead.

    stops: of the route in published order, with their visits. The newest of three things counts: a
    fresh fix, an arrival with work left to do, the last act.
    """
    reached = [stop for stop in stops if reached_at(stop) is not None]
    anchor = max(reached, key=_last_sign, default=None)
    heard = None if anchor is None else _last_sign(anchor)
    fix = _usable_fix(route, last)
    busy_at = _busy_at(anchor, fix)
    ahead, passed = _ahead(stops, anchor, busy_at)
    if not ahead:
        return None
    if busy_at is not None and heard is not None:
        return Standing(
            basis=Basis.AT_STOP,
            point=find_point(busy_at.point),
            known_at=heard,
            free_at=max(now, heard + _work_left(busy_at)),
            stale=now - heard > max(STALE_AFTER, 2 * _work_left(busy_at)),
            ahead=ahead,
            passed_over=passed,
        )
    if fix is not None and (heard is None or fix.at >= heard):
        return Standing(
            basis=Basis.POSITION,
            point=Point(fix.lat / E7, fix.lon / E7),
            known_at=fix.at,
            free_at=max(fix.at, route.starts_at) if anchor is None else fix.at,
            stale=now - fix.at > STALE_AFTER,
            ahead=ahead,
            passed_over=passed,
        )
    if anchor is not None and heard is not None:
        return Standing(
            basis=Basis.EXECUTED,
            point=find_point(anchor.point),
            known_at=heard,
            free_at=heard,
            stale=now - heard > STALE_AFTER,
            ahead=ahead,
            passed_over=passed,
        )
    first = next((stop for stop in stops if stop.kind is StopKind.START), stops[0])
    return Standing(
        basis=Basis.PLAN,
        point=find_point(first.point),
        known_at=None,
        free_at=max(route.starts_at, now),
        stale=now > route.starts_at + STALE_AFTER,
        ahead=ahead,
        passed_over=passed,
    )


def open_visits(stop: Stop) -> list[Visit]:
    """What is still to be done at a stop."""
    return [visit for visit in stop.visits if visit.status is VisitStatus.OPEN]


def reached_at(stop: Stop) -> datetime | None:
    """When the route's courier was first known to be at a stop: reported, or an act there."""
    acts = _own_acts(stop)
    return min([*acts, *([stop.arrived_at] if stop.arrived_at else [])], default=None)


def arrival_of(stop: Stop) -> tuple[datetime, bool] | None:
    """When the courier arrived, and whether that is derived: first act less its planned time."""
    if stop.arrived_at is not None:
        return stop.arrived_at, False
    first = min(
        (visit for visit in stop.visits if _is_own(stop, visit)),
        key=lambda visit: (visit.executed_at, visit.id),
        default=None,
    )
    if first is None or first.executed_at is None:
        return None
    return first.executed_at - (first.ends_at - first.starts_at), True


def _ahead(
    stops: Sequence[Stop], anchor: Stop | None, busy_at: Stop | None
) -> tuple[tuple[Stop, ...], frozenset[Stop]]:
    """Published order from the anchor on; what was passed over comes before the end, unless the
    courier has set out for it since."""
    come_to = -1 if anchor is None else anchor.ordinal
    left = [stop for stop in stops if _is_left(stop, come_to) and stop is not busy_at]
    next_one = _set_out_for(left, anchor)
    passed = [stop for stop in left if stop.ordinal <= come_to and stop is not next_one]
    onward = [stop for stop in left if stop not in passed and stop is not next_one]
    end = [stop for stop in onward if stop.kind is StopKind.END]
    onward = [stop for stop in onward if stop.kind is not StopKind.END]
    first = [next_one] if next_one is not None else []
    return (*first, *onward, *passed, *end), frozenset(passed)


def _is_left(stop: Stop, come_to: int) -> bool:
    if stop.status is not StopStatus.OPEN:
        return False
    if stop.kind is StopKind.VISITS:
        return bool(open_visits(stop))
    if stop.kind is StopKind.BREAK:
        return stop.ordinal > come_to  # whoever went on has taken it
    return stop.kind is StopKind.END and stop.arrived_at is None


def _set_out_for(left: Sequence[Stop], anchor: Stop | None) -> Stop | None:
    since = None if anchor is None else _last_sign(anchor)
    told = [
        stop
        for stop in left
        if stop.set_out_at is not None and (since is None or stop.set_out_at >= since)
    ]
    return max(told, key=lambda stop: str(stop.set_out_at), default=None)


def _usable_fix(route: Route, last: LastPosition | None) -> LastPosition | None:
    """A fix of this route's hours whose precision nobody has taken away."""
    if last is None or last.coarse or last.at < route.starts_at - BEFORE_START:
        return None
    return last


def _busy_at(stop: Stop | None, fix: LastPosition | None) -> Stop | None:
    """The stop, if work is left there and no newer fix well away from its door says otherwise."""
    if stop is None or not open_visits(stop):
        return None
    door = find_point(stop.point)
    if fix is None or door is None or fix.at <= _last_sign(stop):
        return stop
    away = Point(fix.lat / E7, fix.lon / E7).distance_m(door)
    return None if away > AT_STOP_M + (fix.acc_m or 0) else stop


def _last_sign(stop: Stop) -> datetime:
    """The newest thing known from a stop that was reached."""
    signs = [*_own_acts(stop), *([stop.arrived_at] if stop.arrived_at else [])]
    return max(signs)


def _work_left(stop: Stop) -> timedelta:
    """The planned time of what is still open at a stop."""
    spans = {(visit.starts_at, visit.ends_at) for visit in open_visits(stop)}
    return sum((ends - starts for starts, ends in spans), timedelta())


def _own_acts(stop: Stop) -> list[datetime]:
    return [v.executed_at for v in stop.visits if v.executed_at and _is_own(stop, v)]


def _is_own(stop: Stop, visit: Visit) -> bool:
    """Done at this stop by the route's courier, and not elsewhere by another one."""
    return visit.executed_at is not None and visit.executed_by_id == stop.route.courier_id

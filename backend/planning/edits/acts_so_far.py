"""How far a published day has come, as the solver's states of couriers: outcomes of visits, where
somebody is now and where he set out for. What is here cannot be edited any more."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.places.models import PlaceKind
from backend.planning.carried_over import OUTCOMES
from backend.planning.locks import Act
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    StopKind,
    Visit,
    VisitKind,
    VisitStatus,
)
from routing import Break, CourierState, Location

PICK_UPS = (VisitKind.COLLECTION, VisitKind.FETCH, VisitKind.TAKE_FROM_POST_OFFICE)

IDLE_S = 600
"""Nothing was heard of a courier since his last act: he left it at most so long ago [G]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One act with an outcome, by whom and until when."""

    act: Act
    visit_id: uuid.UUID
    courier_id: uuid.UUID
    status: VisitStatus
    started_at: datetime
    ended_at: datetime
    place: tuple[PlaceKind, uuid.UUID] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsSoFar:
    """Everything that was reported of a day, in the order in which it happened."""

    done: tuple[Done, ...]
    next_acts: Mapping[uuid.UUID, tuple[Act, ...]]
    """Courier → what is to be done at the stop for which he set out, or where he is."""
    left_at: Mapping[uuid.UUID, datetime]
    """Courier → when he set out for it."""
    rests: Mapping[uuid.UUID, datetime]
    """Courier → when his break began: as reported, else as planned where acts behind it are
    known."""
    handed_over: Mapping[Act, uuid.UUID] = field(default_factory=dict)
    """Pick-up of papers that are in another bag now → the route that brings them."""

    def with_rests(self, reported: Mapping[uuid.UUID, datetime]) -> "ActsSoFar":
        """With the breaks that phones told of."""
        return replace(self, rests={**self.rests, **reported})

    def courier_of(self) -> dict[Act, uuid.UUID]:
        """Who did what."""
        return {each.act: each.courier_id for each in self.done}

    def failed_pick_ups(self) -> set[uuid.UUID]:
        """Legs whose papers could not be had today."""
        return {
            each.act[0]
            for each in self.done
            if each.status is VisitStatus.FAILED and each.act[1] in PICK_UPS
        }


NOTHING_YET = ActsSoFar(done=(), next_acts={}, left_at={}, rests={})


def read_acts(session: Session, area_id: uuid.UUID, day: object) -> ActsSoFar:
    """What couriers have reported of the published plan of a day."""
    routes = session.scalars(
        select(Route)
        .join(Plan, Plan.id == Route.plan_id)
        .where(
            Plan.planning_area_id == area_id,
            Plan.service_date == day,
            Plan.status == PlanStatus.PUBLISHED,
        )
        .order_by(Route.number)
        .options(selectinload(Route.stops).selectinload(Stop.visits), joinedload(Route.courier))
        .execution_options(populate_existing=True)
    ).all()
    done = sorted(
        (found for route in routes for stop in route.stops for found in _done_at(route, stop)),
        key=lambda each: (each.ended_at, each.visit_id),
    )
    next_acts, left_at, rests = {}, {}, {}
    for route in routes:
        heading = _heading_for(route)
        if heading is not None:
            next_acts[route.courier_id] = tuple(
                (visit.leg_id, visit.kind)
                for visit in heading.visits
                if visit.status is VisitStatus.OPEN
            )
            if heading.set_out_at is not None:
                left_at[route.courier_id] = heading.set_out_at
        rest = _rest_behind(route)
        if rest is not None:
            rests[route.courier_id] = rest
    return ActsSoFar(done=tuple(done), next_acts=next_acts, left_at=left_at, rests=rests)


def states_of(
    acts: ActsSoFar,
    *,
    vehicle_of: Mapping[uuid.UUID, str],
    tasks: Mapping[Act, str],
    breaks: Mapping[str, Break],
    locations: Mapping[tuple[PlaceKind, uuid.UUID], Location],
    epoch: datetime,
    now: datetime,
) -> list[CourierState]:
    """The states of couriers of whom something is known. `vehicle_of`: courier → vehicle;
    `breaks`: vehicle → its break; acts that `tasks` does not know still say where he was."""
    found = []
    by_courier: dict[uuid.UUID, list[Done]] = {}
    for each in acts.done:
        by_courier.setdefault(each.courier_id, []).append(each)
    seen: set[str] = set()
    for courier_id in {**dict.fromkeys(by_courier), **dict.fromkeys(acts.next_acts)}:
        vehicle_id = vehicle_of.get(courier_id)
        if vehicle_id is None:
            continue
        mine = by_courier.get(courier_id, [])
        steps, started = _steps(mine, tasks, seen, epoch)
        rest, pause = acts.rests.get(courier_id), breaks.get(vehicle_id)
        rested_s = 0
        if rest is not None and pause is not None and steps:
            at = _seconds(rest, epoch)
            before = sum(started[step] <= at for step in steps)
            rested_s = at + pause.duration_s if before == len(steps) else 0
            steps.insert(before, pause.id)
            started[pause.id] = at
        heading = tuple(
            dict.fromkeys(
                tasks[act]
                for act in acts.next_acts.get(courier_id, ())
                if act in tasks and tasks[act] not in seen
            )
        )
        last = mine[-1] if mine else None
        place = None
        if last is not None and last.place is not None and tasks.get(last.act) not in steps:
            place = locations.get(last.place)
        free = _free_at(last, acts.left_at.get(courier_id), now)
        found.append(
            CourierState(
                vehicle_id=vehicle_id,
                done=tuple(steps),
                free_s=max(_seconds(free, epoch), rested_s),
                location=place,
                started=started,
                next_ids=heading,
            )
        )
    return found


def _steps(
    mine: Sequence[Done], tasks: Mapping[Act, str], seen: set[str], epoch: datetime
) -> tuple[list[str], dict[str, int]]:
    """Tasks in the order done, each once: dossiers of one carriage share one. Drops without their
    pick-up before are left out: what another had fetched is not in this route."""
    steps: list[str] = []
    started: dict[str, int] = {}
    fetched: set[str] = set()
    for each in mine:
        task_id = tasks.get(each.act)
        if task_id is None or task_id in seen:
            continue
        if each.status is VisitStatus.FAILED and each.act[1] in PICK_UPS:
            continue
        work_id = task_id.partition(":")[0]
        if each.act[1] in PICK_UPS:
            fetched.add(work_id)
        elif work_id not in fetched:
            continue
        steps.append(task_id)
        started[task_id] = _seconds(each.started_at, epoch)
        seen.add(task_id)
    return steps, started


def _free_at(last: Done | None, left_at: datetime | None, now: datetime) -> datetime:
    known = [moment for moment in (None if last is None else last.ended_at, left_at) if moment]
    if left_at is not None:
        return max(known)
    waited = now.timestamp() - IDLE_S
    return max([*known, datetime.fromtimestamp(waited, tz=now.tzinfo)])


def _done_at(route: Route, stop: Stop) -> Iterable[Done]:
    place = None
    if stop.place_kind is not None and stop.place_id is not None:
        place = (stop.place_kind, stop.place_id)
    for visit in stop.visits:
        if visit.status in OUTCOMES and visit.executed_at is not None:
            yield Done(
                act=(visit.leg_id, visit.kind),
                visit_id=visit.id,
                courier_id=visit.executed_by_id or route.courier_id,
                status=visit.status,
                started_at=_began(visit),
                ended_at=visit.executed_at,
                place=place,
            )


def _began(visit: Visit) -> datetime:
    """Papers are signed at the end of an act, which takes as long as was planned."""
    assert visit.executed_at is not None
    return visit.executed_at - (visit.ends_at - visit.starts_at)


def _heading_for(route: Route) -> Stop | None:
    """The stop where the courier is or set out for last, unless something was done elsewhere
    since: then what is open there was left behind."""
    told = [
        (moment, stop.ordinal, stop)
        for stop in route.stops
        if any(visit.status is VisitStatus.OPEN for visit in stop.visits)
        and (moment := _last_told_at(stop)) is not None
    ]
    if not told:
        return None
    moment, _, newest = max(told, key=lambda each: each[:2])
    elsewhere = [
        visit.executed_at
        for stop in route.stops
        if stop is not newest
        for visit in stop.visits
        if visit.executed_at is not None
    ]
    return newest if not elsewhere or moment >= max(elsewhere) else None


def _last_told_at(stop: Stop) -> datetime | None:
    """When the courier last said to be on the way there, or to be there."""
    return max((at for at in (stop.set_out_at, stop.arrived_at) if at is not None), default=None)


def _rest_behind(route: Route) -> datetime | None:
    """When the break was to begin, if acts that were planned behind it are done."""
    rest = next((stop for stop in route.stops if stop.kind is StopKind.BREAK), None)
    if rest is None:
        return None
    behind = any(
        visit.status in OUTCOMES
        for stop in route.stops
        for visit in stop.visits
        if stop.ordinal > rest.ordinal
    )
    return rest.starts_at if behind else None


def _seconds(instant: datetime, epoch: datetime) -> int:
    return max(0, round((instant - epoch).total_seconds()))

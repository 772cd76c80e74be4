"""The planned visits of a leg, and what becomes of them when something really happened.

Only visits of published plans count; the batch holds the locks of their dossiers and stops.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from backend.courier_day.acting import CourierActing
from backend.dossiers.models import Leg
from backend.planning.carried_over import status_of
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    Visit,
    VisitKind,
    VisitStatus,
)

PICK_UPS = frozenset({VisitKind.COLLECTION, VisitKind.FETCH, VisitKind.TAKE_FROM_POST_OFFICE})
DROPS = frozenset({VisitKind.HAND_OVER, VisitKind.DELIVERY, VisitKind.DEPOSIT})


def list_visits(scene: CourierActing, leg: Leg) -> list[Visit]:
    """The visits of a leg in the plans that couriers ride, with stop and route."""
    return list(
        scene.session.scalars(
            select(Visit)
            .join(Visit.stop)
            .join(Stop.route)
            .join(Route.plan)
            .where(Visit.leg_id == leg.id, Plan.status == PlanStatus.PUBLISHED)
            .order_by(Visit.id)
            .options(contains_eager(Visit.stop).contains_eager(Stop.route))
        )
    )


def is_mine(scene: CourierActing, visit: Visit) -> bool:
    """Whether the plan gives the visit to the courier who acts."""
    return visit.stop.route.courier_id == scene.courier.id


def mark_picked_up(scene: CourierActing, leg: Leg) -> None:
    """Papers are with the courier. If somebody else was to get them, that day loses the rest."""
    visits = list_visits(scene, leg)
    picks = [visit for visit in visits if visit.kind in PICK_UPS]
    planned_for_me = any(is_mine(scene, visit) for visit in picks)
    _finish(scene, picks)
    if not planned_for_me:
        stop = picks[0].stop if picks else None
        scene.flag("not_assignee", dossier=leg.dossier, stop=stop)
        drop([visit for visit in visits if visit.kind in DROPS], scene)


def mark_dropped(scene: CourierActing, leg: Leg, kind: VisitKind) -> None:
    """Papers have left the courier: this drop is done, its pick-up too, other drops are void."""
    visits = list_visits(scene, leg)
    open_drops = [v for v in visits if v.kind in DROPS and v.status is VisitStatus.OPEN]
    stranger = next((visit for visit in open_drops if not is_mine(scene, visit)), None)
    if stranger is not None:
        scene.flag("not_assignee", dossier=leg.dossier, stop=stranger.stop)
    _finish(scene, [v for v in visits if v.kind in PICK_UPS or v.kind is kind])
    drop([visit for visit in open_drops if visit.kind is not kind], scene)


def fail(scene: CourierActing, visit: Visit, reason: str) -> None:
    """The courier was there and could not do it."""
    visit.status = VisitStatus.FAILED
    visit.failure_reason = reason
    visit.executed_at, visit.executed_by_id = scene.origin.at, scene.courier.id
    _settle(scene, visit.stop)


def drop(visits: Collection[Visit], scene: CourierActing) -> None:
    """Open visits that nobody needs to make any more."""
    for visit in visits:
        if visit.status is VisitStatus.OPEN:
            visit.status = VisitStatus.CANCELLED
            _settle(scene, visit.stop)


def _finish(scene: CourierActing, visits: Collection[Visit]) -> None:
    for visit in visits:
        if visit.status in {VisitStatus.OPEN, VisitStatus.FAILED}:
            visit.status = VisitStatus.DONE
            visit.failure_reason = None
            visit.executed_at, visit.executed_by_id = scene.origin.at, scene.courier.id
            _settle(scene, visit.stop)


def cancel_open_visits(session: Session, leg: Leg) -> set[UUID]:
    """Nobody needs to ride this leg as planned; returns the couriers whose day changes.

    For acts of this server, which names no command.
    """
    visits = session.scalars(
        select(Visit)
        .join(Visit.stop)
        .join(Stop.route)
        .join(Route.plan)
        .where(
            Visit.leg_id == leg.id,
            Plan.status == PlanStatus.PUBLISHED,
            Visit.status == VisitStatus.OPEN,
        )
        .order_by(Visit.id)
        .options(contains_eager(Visit.stop).contains_eager(Stop.route))
    ).all()
    for visit in visits:
        visit.status = VisitStatus.CANCELLED
        settle_stop(visit.stop)
    return {visit.stop.route.courier_id for visit in visits}


def _settle(scene: CourierActing, stop: Stop) -> None:
    settle_stop(stop)
    scene.touch_stop(stop)


def settle_stop(stop: Stop) -> None:
    """A stop is over when every visit has an outcome; cancelled if none was made."""
    stop.status = status_of(stop.visits)
    stop.version += 1

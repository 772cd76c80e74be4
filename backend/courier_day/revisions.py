"""Numbers of a courier's day: one more with every change, in the order of the commits.

The courier's row lock is what makes commit order and number order the same; a sequence or a
timestamp would not (SYNC §4).
"""

import secrets
import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.models import SyncEpoch
from backend.database import among
from backend.dossiers.known_changes import changed_dossiers
from backend.dossiers.models import Leg
from backend.fleet.models import Courier
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus

FIRST_EPOCH = "e1"

NEWEST_EPOCH = (
    select(SyncEpoch.epoch)
    .order_by(SyncEpoch.started_at.desc(), SyncEpoch.epoch.desc())
    .limit(1)
    .scalar_subquery()
)
"""NULL until a restore has written one; then phones are told FIRST_EPOCH."""


_IN_ORDER = (  # not their keys: a place that names the courier must not wait for this
    select(Courier.id)
    .where(among(Courier.id, "ids"))
    .order_by(Courier.id)
    .with_for_update(key_share=True)
)
_ONE_MORE = (
    update(Courier)
    .where(among(Courier.id, "ids"))
    .values(revision=Courier.revision + 1)
    .execution_options(synchronize_session=False)
)


def raise_revisions(session: Session, couriers: Collection[uuid.UUID]) -> None:
    """Every courier named, and everybody whose day shows a dossier that has new events, gets a
    new revision; the last step before the commit."""
    session.flush()
    couriers = {*couriers, *_shown_to(session, changed_dossiers(session))}
    if not couriers:
        return
    session.execute(_IN_ORDER, {"ids": list(couriers)})
    session.execute(_ONE_MORE, {"ids": list(couriers)})


def _shown_to(session: Session, dossiers: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Couriers whose published routes name these dossiers, whoever acts on them."""
    if not dossiers:
        return set()
    return set(
        session.scalars(
            select(Route.courier_id)
            .join(Courier, Courier.id == Route.courier_id)
            .join(Plan, Plan.id == Route.plan_id)
            .join(Stop, Stop.route_id == Route.id)
            .join(Visit, Visit.stop_id == Stop.id)
            .join(Leg, Leg.id == Visit.leg_id)
            .where(
                Leg.dossier_id.in_(dossiers),
                Plan.status == PlanStatus.PUBLISHED,
                Visit.status != VisitStatus.CANCELLED,
                Plan.service_date >= func.coalesce(Courier.day_from, Plan.service_date),
            )
            .distinct()
        )
    )


def roll_day(session: Session, courier_id: uuid.UUID, today: date) -> None:
    """Moves the first date that a courier's day shows; the caller raises the revision with it."""
    session.execute(
        update(Courier)
        .where(Courier.id == courier_id)
        .values(day_from=today)
        .execution_options(synchronize_session=False)
    )


def current_epoch(session: Session) -> str:
    """The epoch that phones compare; the first one until a restore writes another."""
    return session.scalar(select(NEWEST_EPOCH)) or FIRST_EPOCH


def start_epoch(session: Session, epoch: str | None = None) -> str:
    """After a restore from backup: all phones take the whole day anew and send again (SYNC §10).

    Without a name it gets one that no older copy of the database can make again: a phone that saw
    an epoch which the restore has lost must see yet another one.
    """
    started_at = clock.now()
    epoch = epoch or f"e{started_at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
    session.add(SyncEpoch(epoch=epoch, started_at=started_at))
    session.flush()
    return epoch


def list_epochs(session: Session) -> list[SyncEpoch]:
    """Every epoch that was started, the newest first; none of them is FIRST_EPOCH."""
    return list(
        session.scalars(
            select(SyncEpoch).order_by(SyncEpoch.started_at.desc(), SyncEpoch.epoch.desc())
        )
    )

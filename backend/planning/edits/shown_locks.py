"""The locks of a version for people: by courier, with the visits of that version."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.fleet.models import Courier, Shift
from backend.planning.locks import Act, read_locks
from backend.planning.models import Plan, Route, Stop, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLock:
    """One lock; `visits` in its order."""

    courier_code: str
    order: str
    visits: tuple[uuid.UUID, ...]


def list_locks(session: Session, plan: Plan) -> list[ShownLock]:
    """All locks of a version."""
    locks = read_locks(session, plan.id)
    if not locks:
        return []
    codes: dict[uuid.UUID, str] = {
        row.id: row.code
        for row in session.execute(
            select(Shift.id, Courier.code)
            .join(Courier, Courier.id == Shift.courier_id)
            .where(Shift.id.in_([lock.shift_id for lock in locks]))
        )
    }
    visits: dict[Act, uuid.UUID] = {
        (row.leg_id, row.kind): row.id
        for row in session.execute(
            select(Visit.id, Visit.leg_id, Visit.kind)
            .join(Stop, Stop.id == Visit.stop_id)
            .join(Route, Route.id == Stop.route_id)
            .where(Route.plan_id == plan.id)
        )
    }
    return [
        ShownLock(
            courier_code=codes[lock.shift_id],
            order=lock.order.value,
            visits=tuple(visits[act] for act in lock.acts if act in visits),
        )
        for lock in locks
    ]

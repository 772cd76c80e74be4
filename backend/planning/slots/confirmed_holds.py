"""What was written of a hold goes on as the booking that it became: a version made before that
names the hold where it has room for it, or none."""

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from backend.booking.models import Booking, BookingDossier
from backend.dossiers.models import Leg
from backend.planning.models import Plan
from backend.planning.room_orders import read_room_orders
from backend.planning.slots.models import SlotHold


def find_legs_of_holds(
    session: Session, hold_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Hold → the legs of its visit, of those that became a booking, the first one first."""
    first, each = aliased(Booking), aliased(Booking)
    rows = session.execute(
        select(SlotHold.id, Leg.id.label("leg_id"))
        .join(first, first.id == SlotHold.booking_id)
        .join(each, or_(each.id == first.id, each.visit_id == first.visit_id))
        .join(BookingDossier, BookingDossier.booking_id == each.id)
        .join(Leg, Leg.dossier_id == BookingDossier.dossier_id)
        .where(SlotHold.id.in_(set(hold_ids)), Leg.service_date == SlotHold.service_date)
        .order_by(Leg.id)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row.leg_id)
    return found


def read_room(session: Session, plan: Plan, folder: Path) -> dict[str, list[str]] | None:
    """As `read_room_orders`; what was held then has the place as the booking that it became."""
    orders = read_room_orders(plan, folder)
    if orders is None:
        return None
    works = {task.partition(":")[0] for order in orders.values() for task in order}
    became = find_legs_of_holds(session, (uuid.UUID(work) for work in works if _is_id(work)))
    names = {str(hold): str(legs[0]) for hold, legs in became.items()}
    return {shift: [_renamed(task, names) for task in order] for shift, order in orders.items()}


def _renamed(task: str, names: Mapping[str, str]) -> str:
    work, colon, act = task.partition(":")
    return f"{names.get(work, work)}{colon}{act}"


def _is_id(work: str) -> bool:
    try:
        uuid.UUID(work)
    except ValueError:
        return False
    return True

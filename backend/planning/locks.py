"""What a person fixed in a version of a plan: later versions and the next search keep it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import Base, Identified, Instant, JsonObject, enum_column
from backend.planning.models import VisitKind
from routing import Pin, PinOrder

type Act = tuple[uuid.UUID, VisitKind]
"""A leg and what is done for it: what outlives the ids of one version's visits."""


class PlanLock(Identified, Base):
    """Acts that belong to one shift in a version; how firmly, the order says (`routing.Pin`)."""

    __tablename__ = "plan_lock"
    __table_args__ = (Index("ix_plan_lock_plan_id", "plan_id"),)

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    shift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shift.id"))
    pin_order: Mapped[PinOrder] = mapped_column(enum_column(PinOrder))
    acts: Mapped[JsonObject]
    """{"acts": [[leg id, visit kind], …]} in their order."""
    created_at: Mapped[Instant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock as a plain value."""

    shift_id: uuid.UUID
    order: PinOrder
    acts: tuple[Act, ...]


def read_locks(session: Session, plan_id: uuid.UUID) -> tuple[Lock, ...]:
    """The locks of a version, by shift."""
    rows = session.scalars(
        select(PlanLock)
        .where(PlanLock.plan_id == plan_id)
        .order_by(PlanLock.shift_id, PlanLock.pin_order, PlanLock.id)
    )
    return tuple(
        Lock(
            shift_id=row.shift_id,
            order=row.pin_order,
            acts=tuple((uuid.UUID(leg), VisitKind(kind)) for leg, kind in row.acts["acts"]),
        )
        for row in rows
    )


def write_locks(session: Session, plan_id: uuid.UUID, locks: Iterable[Lock]) -> None:
    """The locks of a new version."""
    session.add_all(
        PlanLock(
            plan_id=plan_id,
            shift_id=lock.shift_id,
            pin_order=lock.order,
            acts={"acts": [[str(leg), kind.value] for leg, kind in lock.acts]},
            created_at=clock.now(),
        )
        for lock in locks
    )


def with_lock(locks: Sequence[Lock], lock: Lock) -> tuple[Lock, ...]:
    """The locks with one more: what it names is held by it alone, and a shift has one STRICT
    beginning and one SEQUENCE at most."""
    acts = set(lock.acts)
    kept = [
        replace(each, acts=tuple(act for act in each.acts if act not in acts))
        for each in locks
        if each.order is PinOrder.ANY
        or each.order is not lock.order
        or each.shift_id != lock.shift_id
    ]
    return (*(each for each in kept if each.acts), lock)


def without_acts(locks: Sequence[Lock], acts: Iterable[Act]) -> tuple[Lock, ...]:
    """The locks without some acts."""
    gone = set(acts)
    kept = (replace(each, acts=tuple(a for a in each.acts if a not in gone)) for each in locks)
    return tuple(each for each in kept if each.acts)


def pins_of(
    locks: Iterable[Lock], tasks: Mapping[Act, str], vehicles: Iterable[str]
) -> tuple[Pin, ...]:
    """Locks as the solver's pins. Acts and shifts that are not there any more bind nobody; `tasks`
    gives the task of an act."""
    known, taken = set(vehicles), set[str]()
    pins = []
    for lock in sorted(locks, key=lambda each: _FIRMEST.index(each.order)):
        ids = dict.fromkeys(tasks[act] for act in lock.acts if act in tasks)
        free = tuple(task_id for task_id in ids if task_id not in taken)
        if free and str(lock.shift_id) in known:
            taken.update(free)
            pins.append(Pin(vehicle_id=str(lock.shift_id), task_ids=free, order=lock.order))
    return tuple(pins)


_FIRMEST = (PinOrder.STRICT, PinOrder.SEQUENCE, PinOrder.ANY)

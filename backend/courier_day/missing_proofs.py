"""Proofs that were named and have not come: what phones and desks are asked for, and after a day
who hears of it."""

import uuid
from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend import clock
from backend.courier_day.counters.acts import ActProof, CounterAct
from backend.courier_day.models import Command, CommandProof, Proof, WorkItem, WorkItemStatus
from backend.courier_day.work_items import open_work_item
from backend.fleet.models import Courier

ASKED_AT_ONCE = 100
"""Hashes in one `need_blobs`; the next sync asks for more."""

MISSED_AFTER = timedelta(hours=24)
"""SYNC §11: then a person hears of it."""

MISSING = "evidence_pending"
"""Kind of the work item."""


def _arrived(owner: InstrumentedAttribute[uuid.UUID]) -> Exists:
    """Whether the picture came that the row of `owner` names."""
    return exists().where(Proof.owner_id == owner, Proof.sha256 == owner.class_.sha256)


def _needed() -> Select[bytes]:
    by_commands = (
        select(CommandProof.sha256, func.min(Command.received_at).label("named_at"))
        .join(Command, Command.id == CommandProof.command_id)
        .where(CommandProof.courier_id == bindparam("owner_id"), ~_arrived(CommandProof.courier_id))
        .group_by(CommandProof.sha256)
    )
    by_acts = (
        select(ActProof.sha256, func.min(CounterAct.at).label("named_at"))
        .join(CounterAct, CounterAct.id == ActProof.act_id)
        .where(ActProof.owner_id == bindparam("owner_id"), ~_arrived(ActProof.owner_id))
        .group_by(ActProof.sha256)
    )
    named = union_all(by_commands, by_acts).subquery()
    return select(named.c.sha256).order_by(named.c.named_at, named.c.sha256).limit(ASKED_AT_ONCE)


_NEEDED = _needed()


def is_awaited(owner: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """Whether anything that `list_needed` would name is missing: for a row that has its owner."""
    by_commands = exists().where(
        CommandProof.courier_id == owner, ~_arrived(CommandProof.courier_id)
    )
    by_acts = exists().where(ActProof.owner_id == owner, ~_arrived(ActProof.owner_id))
    return or_(by_commands, by_acts)


def list_needed(session: Session, owner_id: uuid.UUID) -> list[str]:
    """Hashes that commands or acts named and that never arrived, the oldest first."""
    return [digest.hex() for digest in session.scalars(_NEEDED, {"owner_id": owner_id})]


def alarm_missing(session: Session) -> int:
    """A work item for each command or act whose pictures have not come in a day; how many."""
    return _alarm_commands(session) + _alarm_acts(session)


def _alarm_commands(session: Session) -> int:
    late = (
        select(CommandProof.command_id, CommandProof.courier_id, func.count().label("missing"))
        .join(Command, Command.id == CommandProof.command_id)
        .where(
            CommandProof.alarmed_at.is_(None),
            Command.received_at < clock.now() - MISSED_AFTER,
            ~_arrived(CommandProof.courier_id),
        )
        .group_by(CommandProof.command_id, CommandProof.courier_id)
    )
    found = session.execute(late).all()
    for row in found:
        open_work_item(
            session,
            MISSING,
            province_code=session.get_one(Courier, row.courier_id).province_code,
            courier_id=row.courier_id,
            command_id=row.command_id,
            detail={"missing": row.missing},
        )
    session.execute(
        update(CommandProof)
        .where(CommandProof.command_id.in_([row.command_id for row in found]))
        .values(alarmed_at=clock.now())
    )
    return len(found)


def _alarm_acts(session: Session) -> int:
    late = (
        select(ActProof.act_id, CounterAct.province_code, func.count().label("missing"))
        .join(CounterAct, CounterAct.id == ActProof.act_id)
        .where(
            ActProof.alarmed_at.is_(None),
            CounterAct.at < clock.now() - MISSED_AFTER,
            ~_arrived(ActProof.owner_id),
        )
        .group_by(ActProof.act_id, CounterAct.province_code)
    )
    found = session.execute(late).all()
    for row in found:
        open_work_item(
            session,
            MISSING,
            province_code=row.province_code,
            detail={"act": str(row.act_id), "missing": row.missing},
        )
    session.execute(
        update(ActProof)
        .where(ActProof.act_id.in_([row.act_id for row in found]))
        .values(alarmed_at=clock.now())
    )
    return len(found)


def settle_alarms(session: Session, owner_id: uuid.UUID, digest: bytes) -> None:
    """Closes the work items whose last missing picture has now come."""
    session.flush()
    for command_id in session.scalars(
        select(CommandProof.command_id).where(
            CommandProof.courier_id == owner_id, CommandProof.sha256 == digest
        )
    ).all():
        of_command = CommandProof.command_id == command_id, ~_arrived(CommandProof.courier_id)
        if not session.scalar(select(exists().where(*of_command))):
            _close(session, WorkItem.command_id == command_id)
    for act_id in session.scalars(
        select(ActProof.act_id).where(ActProof.owner_id == owner_id, ActProof.sha256 == digest)
    ).all():
        of_act = ActProof.act_id == act_id, ~_arrived(ActProof.owner_id)
        if not session.scalar(select(exists().where(*of_act))):
            _close(session, WorkItem.detail["act"].astext == str(act_id))


def _close(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(WorkItem)
        .where(WorkItem.kind == MISSING, which)
        .values(status=WorkItemStatus.CLOSED, closed_at=clock.now())
    )

"""A sync asks each table once, and its connection keeps what it has prepared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, text

from backend import database
from backend.courier_day.clocks import PhoneClock
from backend.courier_day.envelope import Envelope
from backend.courier_day.sync import sync
from backend.fleet.models import Courier
from tests.integration.courier_day.conftest import MORNING, Morning
from tests.phone import Phone

MOST_FOR_NOTHING_NEW, MOST_FOR_A_DAY = 3, 3 + 11
"""Statements: device, courier and what there is to tell; then one for each part of the day."""


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    ran: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", count)


def asking(phone: Phone, *, seen: tuple[str, int] | None = None) -> Envelope:
    """A sync without commands."""
    return Envelope(
        device_id=UUID(phone.device_id),
        app="1.0.0",
        seen_epoch=seen[0] if seen else None,
        seen_revision=seen[1] if seen else 0,
        clock=PhoneClock(wall=MORNING, uptime_ms=1, boot="b"),
        commands=(),
    )


def test_a_day_takes_one_statement_a_table_and_a_question_three(
    morning: Morning, phone: Phone, committed_database: Engine
) -> None:
    device = UUID(phone.device_id)
    sync(device, asking(phone))  # the offset of a new boot is written once
    with counted(committed_database) as ran:
        told = sync(device, asking(phone))
    assert told["day"] is not None
    assert len(ran) <= MOST_FOR_A_DAY, "\n".join(ran)
    with counted(committed_database) as ran:
        same = sync(device, asking(phone, seen=(told["epoch"], told["revision"])))
    assert same["day"] is None
    assert len(ran) <= MOST_FOR_NOTHING_NEW, "\n".join(ran)


def test_a_snapshot_does_not_make_its_connection_forget_prepared_statements(
    morning: Morning, committed_database: Engine
) -> None:
    for _ in range(10):
        with database.snapshot() as session:
            session.get_one(Courier, morning.a.id)
    with database.unit_of_work() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("FROM courier" in statement for statement in prepared)

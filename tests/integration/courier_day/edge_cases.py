"""How the edge cases act and look: one act sent at once, and what the rows say after it."""

from typing import Any

from sqlalchemy import select, update

from backend import database
from backend.booking.models import Booking, BookingDossier
from backend.booking.of_dossiers import load_bookings
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.dossiers.forms import Form, FormKind
from backend.dossiers.models import (
    CustodyEvent,
    Dossier,
)
from backend.dossiers.models import CustodyEventType as Event
from backend.outbox import OutboxMessage
from tests.integration.courier_day.conftest import (
    Morning,
)
from tests.phone import Phone


def outcome(phone: Phone, command: str) -> tuple[str, str | None]:
    entry = phone.store.results()[command]
    return entry["status"], entry["code"]


def said(phone: Phone, kind: str, body: dict[str, Any]) -> tuple[str, str | None]:
    """One act, sent at once."""
    command = phone.act(kind, body)
    phone.drain()
    return outcome(phone, command)


def about(dossier: Dossier, **fields: Any) -> dict[str, Any]:
    return {"dossier": str(dossier.id)} | fields


def now_of(dossier: Dossier) -> Dossier:
    with database.snapshot() as session:
        row = session.get_one(Dossier, dossier.id)
        session.refresh(row, ["legs"])
        session.expunge_all()
        return row


def booking_of(dossier: Dossier) -> Booking:
    with database.snapshot() as session:
        found = load_bookings(session, [dossier.id])[dossier.id]
        assert found is not None
        session.expunge_all()
        return found


def in_one_booking(first: Dossier, *others: Dossier) -> None:
    """The first one's booking has the others too."""
    with database.unit_of_work() as session:
        session.execute(
            update(BookingDossier)
            .where(BookingDossier.dossier_id.in_([each.id for each in others]))
            .values(booking_id=booking_of(first).id)
        )


def log_of(dossier: Dossier) -> list[tuple[Event, str | None]]:
    with database.snapshot() as session:
        rows = session.scalars(
            select(CustodyEvent)
            .where(CustodyEvent.dossier_id == dossier.id)
            .order_by(CustodyEvent.n)
        )
        return [(row.type, row.reason) for row in rows]


def open_kinds() -> set[str]:
    with database.snapshot() as session:
        return set(
            session.scalars(select(WorkItem.kind).where(WorkItem.status == WorkItemStatus.OPEN))
        )


def forms_of(kind: FormKind) -> list[Form]:
    with database.snapshot() as session:
        found = list(session.scalars(select(Form).where(Form.kind == kind).order_by(Form.number)))
        session.expunge_all()
        return found


def told() -> set[str]:
    with database.snapshot() as session:
        return set(session.scalars(select(OutboxMessage.template)))


def stop_at(phone: Phone, dossier: Dossier, kind: str) -> str:
    """The open stop where a dossier's visit of a kind is planned."""
    return next(
        stop["id"]
        for stop, visit in phone.view().open_visits()
        if visit["dossier"] == str(dossier.id) and visit["kind"] == kind
    )


def fetch(phone: Phone, morning: Morning) -> Dossier:
    """The morning's result, fetched by A."""
    dossier = morning.returns[0]
    body = about(dossier, office=morning.office_id, seal="NP-9", originals=1)
    assert said(phone, "result.fetched", body) == ("applied", None)
    return dossier

"""Who looked at whose phone number, name, address or identity datum, why and when (DOMAIN §10).

Written in the transaction that reads; the application's role can add lines and change none.
"""

import uuid
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.roles import Role
from backend.database import Base, Identified, InProvince, Instant, enum_column

MOST_LINES = 500


class Whose(StrEnum):
    """What kind of row names the person who was looked at."""

    CONTACT = "CONTACT"
    PERSON = "PERSON"
    DOSSIER = "DOSSIER"
    """Everybody whom the dossier's papers name."""
    BOOKING = "BOOKING"
    PLAN = "PLAN"
    """Everybody whom the plan visits."""
    ROUTE = "ROUTE"
    FORM = "FORM"


class PersonalDataView(Identified, InProvince, Base):
    """One look. Ids only: what was seen stands where it may be erased."""

    __tablename__ = "personal_data_view"
    __table_args__ = (
        Index("ix_personal_data_view_subjects", "subject_ids", postgresql_using="gin"),
        Index("ix_personal_data_view_at", "province_code", "at"),
    )

    at: Mapped[Instant]
    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    session_id: Mapped[uuid.UUID | None]
    operation: Mapped[str] = mapped_column(String(120))
    """The purpose: method and path of the call."""
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    subject_kind: Mapped[Whose] = mapped_column(enum_column(Whose))
    subject_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))


def note_view(
    session: Session,
    caller: Caller,
    operation: str,
    *,
    fields: Collection[str],
    kind: Whose,
    ids: Collection[uuid.UUID],
) -> None:
    """Writes one line for everybody who is shown; nobody shown, nothing written."""
    if not ids:
        return
    session.add(
        PersonalDataView(
            province_code=caller.province_code,
            at=clock.now(),
            account_id=caller.account_id,
            role=caller.role,
            session_id=caller.session_id,
            operation=operation,
            fields=sorted(fields),
            subject_kind=kind,
            subject_ids=sorted(set(ids)),
        )
    )


def list_views(
    session: Session,
    province_code: str,
    *,
    since: datetime | None = None,
    subject_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
    limit: int = 100,
) -> list[PersonalDataView]:
    """Looks, the newest first: of everybody, at one person, or by one account."""
    asked = select(PersonalDataView).where(PersonalDataView.province_code == province_code)
    if since is not None:
        asked = asked.where(PersonalDataView.at >= since)
    if subject_id is not None:
        asked = asked.where(PersonalDataView.subject_ids.contains([subject_id]))
    if account_id is not None:
        asked = asked.where(PersonalDataView.account_id == account_id)
    ordered = asked.order_by(PersonalDataView.at.desc(), PersonalDataView.id.desc())
    return list(session.scalars(ordered.limit(min(limit, MOST_LINES))))

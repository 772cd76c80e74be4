"""The record of every act at a counter: who, where, what was asked, and what came of it.

Who showed which paper stays here, in an erasable row, and never enters the custody log.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import Base, Identified, InProvince, Instant, JsonObject, enum_column
from backend.places.models import PlaceKind

ASKED_KEPT = timedelta(days=365)
"""Our estimate: complaints may come for six months after the end of the transit (DOMAIN §9)."""

REDACTED_AT_ONCE = 1_000


class ActKind(StrEnum):
    """What clerks do."""

    INTAKE = "INTAKE"
    PICK_UP = "PICK_UP"
    DEPOSIT = "DEPOSIT"
    HAND_OUT = "HAND_OUT"
    COUNT = "COUNT"
    LINE_HAUL = "LINE_HAUL"
    RECEIPT = "RECEIPT"
    FILING = "FILING"
    APPOINTMENT = "APPOINTMENT"
    RESULT_READY = "RESULT_READY"
    RESULT_FILE = "RESULT_FILE"
    RESULT_TO_COUNTER = "RESULT_TO_COUNTER"
    OFFICE_INFORMED = "OFFICE_INFORMED"
    CASH = "CASH"
    SETTLEMENT = "SETTLEMENT"
    PAPERWORK = "PAPERWORK"
    SUPPLEMENT = "SUPPLEMENT"


class CounterAct(Identified, InProvince, Base):
    """One act; `asked` may hold personal data and can be redacted."""

    __tablename__ = "counter_act"
    __table_args__ = (Index("ix_counter_act_place_id_at", "place_id", "at"),)

    kind: Mapped[ActKind] = mapped_column(enum_column(ActKind))
    place_kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind))
    place_id: Mapped[uuid.UUID]
    clerk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clerk.id"))
    courier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courier.id"))
    """Who stood on the other side, if a courier did."""
    asked: Mapped[JsonObject]
    outcome: Mapped[JsonObject]
    at: Mapped[Instant]
    redacted_at: Mapped[Instant | None]


class ActProof(Base):
    """A signature that an act names; its picture arrives before, after or never."""

    __tablename__ = "act_proof"
    __table_args__ = (Index("ix_act_proof_owner_id_sha256", "owner_id", "sha256"),)

    act_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("counter_act.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    """The clerk's person, who sends it."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    role: Mapped[str] = mapped_column(String(60))
    alarmed_at: Mapped[Instant | None]


def name_signatures(
    session: Session, act: CounterAct, person_id: uuid.UUID, signatures: Sequence[tuple[str, str]]
) -> None:
    """Remembers which pictures an act names, whether they have arrived or not."""
    session.flush()
    session.add_all(
        ActProof(
            act_id=act.id,
            ordinal=ordinal,
            owner_id=person_id,
            sha256=bytes.fromhex(sha256),
            role=role,
        )
        for ordinal, (role, sha256) in enumerate(signatures)
    )


def redact_old(session: Session) -> int:
    """Forgets who showed which paper once it is ASKED_KEPT; what was done, and when, stays."""
    old = (
        select(CounterAct.id)
        .where(CounterAct.redacted_at.is_(None), CounterAct.at < clock.now() - ASKED_KEPT)
        .limit(REDACTED_AT_ONCE)
    )
    redacted = session.scalars(
        update(CounterAct)
        .where(CounterAct.id.in_(old))
        .values(asked={}, redacted_at=clock.now())
        .returning(CounterAct.id)
    )
    return len(redacted.all())

"""People and their devices. Roles and tokens of all doors come with the accounts issue."""

import uuid
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Identified, InProvince, Instant, JsonObject, enum_column


class Role(StrEnum):
    """What a person does in the service."""

    COURIER = "COURIER"
    DISPATCHER = "DISPATCHER"
    CLERK = "CLERK"
    CITIZEN = "CITIZEN"


class Person(Identified, InProvince, Base):
    """A person's erasable data; everything else refers to the id only."""

    __tablename__ = "person"

    role: Mapped[Role] = mapped_column(enum_column(Role))
    full_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    redacted_at: Mapped[Instant | None]


class Device(Identified, Base):
    """One installation of the courier app; a new install is a new device."""

    __tablename__ = "device"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(400))
    model: Mapped[str] = mapped_column(String(120))
    app_version: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the bearer token: the token itself is never stored."""
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """Highest command number with no gap below it."""
    claims_previous_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id"))
    last_at: Mapped[Instant | None]
    """Instant of the newest command; the next one is never earlier (SYNC §8)."""
    clock_offsets: Mapped[JsonObject] = mapped_column(default=dict)
    """Last known server-minus-phone offset per boot: {boot: {"offset_ms", "seen_at"}}."""
    registered_at: Mapped[Instant]
    last_seen_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    person: Mapped[Person] = relationship()

"""People, their accounts and roles, their devices, and the tokens that stand for a sign-in."""

import uuid
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.roles import Role
from backend.database import (
    Base,
    Identified,
    InProvince,
    Instant,
    JsonObject,
    Sourced,
    enum_column,
)

HASH_BYTES = 32
"""SHA-256 of a token of 256 random bits: the token itself is never stored."""


class Person(Identified, InProvince, Base):
    """A person's erasable data; everything else refers to the id only."""

    __tablename__ = "person"

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


class Account(Identified, InProvince, Sourced, Base):
    """Who may sign in: staff by code and password, citizens by phone and one-time code."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("province_code", "code"),
        UniqueConstraint("province_code", "phone"),
    )

    code: Mapped[str | None] = mapped_column(String(40))
    """What staff type to sign in; a courier's or clerk's own code."""
    phone: Mapped[str | None] = mapped_column(String(20))
    """Digits as dialled inside the country; erasable like the person's."""
    language: Mapped[str | None] = mapped_column(String(2))
    """In which its owner wants to be told things: vi or en; None = nobody has said."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Instant]
    disabled_at: Mapped[Instant | None]
    person: Mapped[Person | None] = relationship()
    grants: Mapped[list["Grant"]] = relationship(back_populates="account", order_by="Grant.id")


class Grant(Identified, Base):
    """One role of an account, and what it reaches."""

    __tablename__ = "account_grant"
    __table_args__ = (
        Index(
            "uq_account_grant_one_of_a_role",
            "account_id",
            "role",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    planning_area_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    office_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    post_office_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    unit_codes: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    granted_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    account: Mapped[Account] = relationship(back_populates="grants")


class SignInWay(StrEnum):
    """How a person proved who they are."""

    PASSWORD = "PASSWORD"
    CODE = "CODE"
    LINK = "LINK"
    DEVICE = "DEVICE"
    """A courier who was signed in registered a phone."""


class EndReason(StrEnum):
    """Why a sign-in is over."""

    SIGNED_OUT = "SIGNED_OUT"
    ENDED_ELSEWHERE = "ENDED_ELSEWHERE"
    REUSED = "REUSED"
    """An old refresh token came back: somebody has a copy."""
    DEVICE_REVOKED = "DEVICE_REVOKED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"
    DISABLED = "DISABLED"


class SignIn(Identified, Base):
    """One sign-in and all tokens that follow from it: the family that a reuse ends."""

    __tablename__ = "sign_in"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    grant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account_grant.id"))
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id"), index=True)
    way: Mapped[SignInWay] = mapped_column(enum_column(SignInWay))
    began_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    end_reason: Mapped[EndReason | None] = mapped_column(enum_column(EndReason))
    account: Mapped[Account] = relationship()
    grant: Mapped[Grant] = relationship()


class TokenPair(Identified, Base):
    """An access token and the refresh token that came with it."""

    __tablename__ = "token_pair"

    sign_in_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("sign_in.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("token_pair.id", ondelete="SET NULL"), index=True
    )
    """Whose refresh token made this pair; a lost answer leaves a pair with several children."""
    access_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), unique=True)
    refresh_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), unique=True)
    made_at: Mapped[Instant]
    access_until: Mapped[Instant]
    refresh_until: Mapped[Instant]
    used_at: Mapped[Instant | None]
    """When either token was first used: its answer had arrived."""
    sign_in: Mapped[SignIn] = relationship()

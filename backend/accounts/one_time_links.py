"""A link that works once: to sign in without a password, or to set one."""

import uuid
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backend import clock
from backend.accounts.errors import LinkOver, RoleNotHeld
from backend.accounts.models import HASH_BYTES, Account, SignInWay
from backend.accounts.operations import find_grant
from backend.accounts.passwords import set_password
from backend.accounts.roles import Role
from backend.accounts.tokens import Tokens, begin_sign_in, hashed, new_token
from backend.database import Base, Identified, Instant, enum_column

SIGN_IN_PAGE = "/dang-nhap"
"""The token stands behind a `#`: a browser sends it to no server and writes it to no log."""

SIGN_IN_LIFE = timedelta(minutes=10)
PASSWORD_LIFE = timedelta(days=3)
"""A new member of staff may read the letter after the weekend."""


class LinkPurpose(StrEnum):
    """What a link is good for."""

    SIGN_IN = "SIGN_IN"
    SET_PASSWORD = "SET_PASSWORD"


class OneTimeLink(Identified, Base):
    """A link that was made; only its hash is kept."""

    __tablename__ = "one_time_link"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), unique=True)
    made_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    account: Mapped[Account] = relationship()


def make_link(
    session: Session, account: Account, purpose: LinkPurpose, *, life: timedelta | None = None
) -> str:
    """The path of a new link, to be shown once: `/dang-nhap#…`. `life`: other than the usual."""
    token, now = new_token(), clock.now()
    usual = SIGN_IN_LIFE if purpose is LinkPurpose.SIGN_IN else PASSWORD_LIFE
    session.add(
        OneTimeLink(
            account_id=account.id,
            purpose=purpose,
            token_hash=hashed(token),
            made_at=now,
            expires_at=now + (life or usual),
        )
    )
    session.flush()
    mark = "" if purpose is LinkPurpose.SIGN_IN else "dat-mat-khau="
    return f"{SIGN_IN_PAGE}#{mark}{token}"


def sign_in_with_link(session: Session, token: str, role: Role | None = None) -> Tokens:
    """Uses a link up. Raises LinkOver, RoleNotHeld."""
    account = _use(session, token, LinkPurpose.SIGN_IN)
    grant = find_grant(session, account.id, role)
    if grant is None:
        raise RoleNotHeld(role=(role or "").upper() or "—")
    return begin_sign_in(session, grant, SignInWay.LINK)


def set_password_with_link(session: Session, token: str, password: str) -> Account:
    """Uses a link up; a password that is too weak leaves it. Raises LinkOver, PasswordTooWeak."""
    account = _use(session, token, LinkPurpose.SET_PASSWORD)
    set_password(session, account, password)
    return account


def _use(session: Session, token: str, purpose: LinkPurpose) -> Account:
    now = clock.now()
    link = session.scalars(
        select(OneTimeLink)
        .where(OneTimeLink.token_hash == hashed(token), OneTimeLink.purpose == purpose)
        .with_for_update()
    ).first()
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkOver
    if link.account.disabled_at is not None:
        raise LinkOver
    link.used_at = now
    return link.account

"""Keys of programs: shown once, limited to scopes, ended at any time."""

import hmac
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.errors import KeyNotFound, KeyScopeUnknown, RoleNotHeld, SessionRevoked
from backend.accounts.models import HASH_BYTES, Account, Grant
from backend.accounts.operations import find_grant
from backend.accounts.roles import Role
from backend.accounts.tokens import hashed, new_token
from backend.database import Base, Identified, Instant

MARK = "tnk_"
"""Every key begins so: leaked ones can be searched for, and are no session's token."""

LIFE = timedelta(days=365)
_PREFIX_BYTES = 5
_SEEN_EVERY = timedelta(minutes=5)

SCOPES = {
    "plans:read": "Plans, routes, what is left, expected arrivals",
    "bookings:read": "Bookings that wait for a place",
}
"""What a key may be allowed. An operation names the one that it needs."""


class ApiKey(Identified, Base):
    """One key of an integrator's account."""

    __tablename__ = "api_key"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    """Stands in the key as it is: names it in lists and logs."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    last_used_at: Mapped[Instant | None]
    account: Mapped[Account] = relationship()


def make_key(
    session: Session,
    account: Account,
    *,
    name: str,
    scopes: tuple[str, ...],
    life: timedelta = LIFE,
) -> tuple[ApiKey, str]:
    """A key and its text, which is shown this once. Raises KeyScopeUnknown, RoleNotHeld."""
    for scope in scopes:
        if scope not in SCOPES:
            raise KeyScopeUnknown(scope=scope, known=", ".join(SCOPES))
    if find_grant(session, account.id, Role.INTEGRATOR) is None:
        raise RoleNotHeld(role=Role.INTEGRATOR.value)
    prefix, now = secrets.token_hex(_PREFIX_BYTES), clock.now()
    text = f"{MARK}{prefix}_{new_token()}"
    key = ApiKey(
        account_id=account.id,
        name=name,
        prefix=prefix,
        key_hash=hashed(text),
        scopes=list(scopes),
        created_at=now,
        expires_at=now + life,
    )
    session.add(key)
    session.flush()
    return key, text


def authenticate_key(session: Session, text: str) -> Caller:
    """The program that holds a key. Raises SessionRevoked."""
    row = session.execute(
        select(ApiKey, Account, Grant)
        .join(Account, Account.id == ApiKey.account_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            ApiKey.prefix == text.removeprefix(MARK).partition("_")[0],
            Grant.role == Role.INTEGRATOR,
            Grant.ended_at.is_(None),
        )
    ).first()
    if row is None:
        raise SessionRevoked
    key, account, grant = row
    now = clock.now()
    over = key.revoked_at is not None or key.expires_at <= now or account.disabled_at is not None
    if over or not hmac.compare_digest(key.key_hash, hashed(text)):
        raise SessionRevoked
    if key.last_used_at is None or now - key.last_used_at > _SEEN_EVERY:
        session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now))
    return Caller(
        account_id=account.id,
        role=Role.INTEGRATOR,
        province_code=account.province_code,
        planning_area_ids=tuple(grant.planning_area_ids),
        scopes=tuple(key.scopes),
        session_id=key.id,
    )


def revoke_key(session: Session, prefix: str) -> ApiKey:
    """Ends a key; a second call changes nothing. Raises KeyNotFound."""
    key = session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).first()
    if key is None:
        raise KeyNotFound(prefix=prefix)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
    return key


def list_keys(session: Session, province_code: str) -> list[ApiKey]:
    """Every key of a province, the newest first."""
    return list(
        session.scalars(
            select(ApiKey)
            .join(Account, Account.id == ApiKey.account_id)
            .where(Account.province_code == province_code)
            .order_by(ApiKey.created_at.desc(), ApiKey.id)
        )
    )

"""Tokens of a sign-in: opaque, stored as hashes, the refresh token new at every use.

An access token is looked up at every call (one indexed read), because a lost phone and a changed
scope must count at once, and because the role and scope are needed from the row anyway.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.errors import SessionRevoked, TokenExpired
from backend.accounts.models import (
    Account,
    Device,
    EndReason,
    Grant,
    SignIn,
    SignInWay,
    TokenPair,
)
from backend.accounts.roles import ACCESS_LIFE, refresh_life
from backend.logs import get_logger

TOKEN_BYTES = 32

GRACE_BROWSER = timedelta(minutes=2)
GRACE_DEVICE = timedelta(hours=24)
"""How long a client whose answer was lost may send the same refresh token again, as long as
nobody used what that answer held. A phone may be without signal in between."""

MOST_RETRIES = 8
"""So many answers to one refresh token may be lost."""

_SEEN_EVERY = timedelta(minutes=5)

log = get_logger(__name__)

_HOLDER = (
    select(
        TokenPair.id.label("pair_id"),
        TokenPair.parent_id,
        TokenPair.sign_in_id,
        TokenPair.access_until,
        TokenPair.used_at,
        SignIn.device_id,
        SignIn.last_seen_at,
        SignIn.ended_at,
        SignIn.end_reason,
        Grant.role,
        Grant.planning_area_ids,
        Grant.office_codes,
        Grant.post_office_codes,
        Grant.unit_codes,
        Grant.ended_at.label("grant_ended_at"),
        Account.id.label("account_id"),
        Account.person_id,
        Account.province_code,
        Account.disabled_at,
        Device.revoked_at,
    )
    .join_from(TokenPair, SignIn, SignIn.id == TokenPair.sign_in_id)
    .join(Grant, Grant.id == SignIn.grant_id)
    .join(Account, Account.id == SignIn.account_id)
    .outerjoin(Device, Device.id == SignIn.device_id)
    .where(TokenPair.access_hash == bindparam("access_hash"))
)
"""Asked at every call; of each row only what is needed then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a client is told once; only hashes stay."""

    sign_in_id: uuid.UUID
    access_token: str
    access_until: datetime
    refresh_token: str
    refresh_until: datetime


def begin_sign_in(
    session: Session, grant: Grant, way: SignInWay, *, device_id: uuid.UUID | None = None
) -> Tokens:
    """A new family of tokens for one role of an account."""
    now = clock.now()
    begun = SignIn(
        account_id=grant.account_id,
        grant_id=grant.id,
        device_id=device_id,
        way=way,
        began_at=now,
        last_seen_at=now,
    )
    session.add(begun)
    session.flush()
    return _issue(session, begun, grant, parent=None)


def refresh(session: Session, refresh_token: str) -> Tokens | None:
    """New tokens for old; None for whoever must sign in again.

    An old token that comes back after what it gave was used ends the family: it was copied. The
    caller commits in either case, so that the end holds.
    """
    found = session.scalars(
        select(TokenPair).where(TokenPair.refresh_hash == hashed(refresh_token))
    ).first()
    if found is None:
        return None
    family = session.scalars(
        select(SignIn).where(SignIn.id == found.sign_in_id).with_for_update()
    ).one()
    session.refresh(found)
    now = clock.now()
    if family.ended_at is not None or found.refresh_until <= now:
        return None
    grant = session.get_one(Grant, family.grant_id)
    account = session.get_one(Account, family.account_id)
    device = session.get(Device, family.device_id) if family.device_id else None
    if grant.ended_at is not None or account.disabled_at is not None:
        return None
    if device is not None and device.revoked_at is not None:
        return None
    if not _may_be_used(session, found, family, now):
        end_sign_in(family, EndReason.REUSED)
        log.warning("refresh_token_reused", sign_in=str(family.id))
        return None
    if found.used_at is None:
        found.used_at = now
    family.last_seen_at = now
    _forget_old(session, family, now)
    return _issue(session, family, grant, parent=found)


def authenticate(session: Session, access_token: str) -> Caller:
    """Who holds an access token. Raises SessionRevoked, TokenExpired.

    A revoked device is told from a stranger by `device_revoked`, however old its token is: it
    must still be able to send, and to hear that it shall wipe itself.
    """
    row = session.execute(_HOLDER, {"access_hash": hashed(access_token)}).first()
    if row is None:
        raise SessionRevoked
    revoked = row.revoked_at is not None
    over = row.ended_at is not None and row.end_reason is not EndReason.DEVICE_REVOKED
    if over or row.grant_ended_at is not None or row.disabled_at is not None:
        raise SessionRevoked
    if row.ended_at is not None and not revoked:
        raise SessionRevoked
    now = clock.now()
    if not revoked:
        if row.access_until <= now:
            raise TokenExpired
        if row.used_at is None:
            _use_first(session, row.pair_id, row.sign_in_id, row.parent_id, now)
        if now - row.last_seen_at > _SEEN_EVERY:
            _note_seen(session, row.sign_in_id, now)
    return Caller(
        account_id=row.account_id,
        person_id=row.person_id,
        role=row.role,
        province_code=row.province_code,
        planning_area_ids=tuple(row.planning_area_ids),
        office_codes=tuple(row.office_codes),
        post_office_codes=tuple(row.post_office_codes),
        unit_codes=tuple(row.unit_codes),
        session_id=row.sign_in_id,
        device_id=row.device_id,
        device_revoked=revoked,
    )


def end_sign_in(family: SignIn, reason: EndReason) -> None:
    """Ends a family; a second call changes nothing."""
    if family.ended_at is None:
        family.ended_at, family.end_reason = clock.now(), reason


def hashed(token: str) -> bytes:
    """What is stored of a token; fast on purpose, because a token has 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_token() -> str:
    """A secret of 256 bits as text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def _may_be_used(session: Session, pair: TokenPair, family: SignIn, now: datetime) -> bool:
    """Whether this refresh token is the newest, or its newest answer may have been lost."""
    if pair.used_at is None and _sibling_used(session, pair.id, pair.parent_id):
        return False
    children = session.scalars(select(TokenPair).where(TokenPair.parent_id == pair.id)).all()
    if not children:
        return True
    grace = GRACE_DEVICE if family.device_id else GRACE_BROWSER
    return (
        len(children) <= MOST_RETRIES
        and all(child.used_at is None for child in children)
        and now - min(child.made_at for child in children) <= grace
    )


def _sibling_used(session: Session, pair_id: uuid.UUID, parent_id: uuid.UUID | None) -> bool:
    """Whether another answer to the same refresh token is the one that lives."""
    if parent_id is None:
        return False
    other = select(TokenPair.id).where(
        TokenPair.parent_id == parent_id,
        TokenPair.id != pair_id,
        TokenPair.used_at.is_not(None),
    )
    return session.execute(other.limit(1)).first() is not None


def _use_first(
    session: Session,
    pair_id: uuid.UUID,
    sign_in_id: uuid.UUID,
    parent_id: uuid.UUID | None,
    now: datetime,
) -> None:
    """Of several answers to one refresh token the first that is used lives. Raises TokenExpired.

    The family's row is the line in which they stand, before any pair: as `refresh` does.
    """
    session.execute(select(SignIn.id).where(SignIn.id == sign_in_id).with_for_update())
    if _sibling_used(session, pair_id, parent_id):
        raise TokenExpired
    session.execute(
        update(TokenPair)
        .where(TokenPair.id == pair_id, TokenPair.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def _note_seen(session: Session, sign_in_id: uuid.UUID, now: datetime) -> None:
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def _issue(session: Session, family: SignIn, grant: Grant, parent: TokenPair | None) -> Tokens:
    now = clock.now()
    life = refresh_life(grant.role, on_device=family.device_id is not None)
    access_token, refresh_token = new_token(), new_token()
    pair = TokenPair(
        sign_in_id=family.id,
        parent_id=parent.id if parent else None,
        access_hash=hashed(access_token),
        refresh_hash=hashed(refresh_token),
        made_at=now,
        access_until=now + ACCESS_LIFE,
        refresh_until=now + life,
    )
    session.add(pair)
    session.flush()
    return Tokens(
        sign_in_id=family.id,
        access_token=access_token,
        access_until=pair.access_until,
        refresh_token=refresh_token,
        refresh_until=pair.refresh_until,
    )


def _forget_old(session: Session, family: SignIn, now: datetime) -> None:
    """Pairs whose refresh token is over can neither be used nor be missed."""
    session.execute(
        delete(TokenPair)
        .where(TokenPair.sign_in_id == family.id, TokenPair.refresh_until <= now)
        .execution_options(synchronize_session=False)
    )

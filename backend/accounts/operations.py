"""Verbs of accounts: make them, give them roles, and what a caller sees of his own."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.errors import (
    AccountExists,
    AccountNotFound,
    GrantWithoutScope,
    RoleNotHeld,
    SignInNotFound,
)
from backend.accounts.models import (
    Account,
    EndReason,
    Grant,
    Person,
    SignIn,
    SignInWay,
    TokenPair,
)
from backend.accounts.roles import Role
from backend.accounts.tokens import end_sign_in
from backend.database import SourceStatus

MOST_SHOWN = 100
"""Of one account's sign-ins."""

_NEEDED: dict[Role, tuple[str, ...]] = {
    Role.OFFICE_CLERK: ("office_codes",),
    Role.SECONDED_CLERK: ("office_codes", "post_office_codes"),
    Role.POST_OFFICE_CLERK: ("post_office_codes",),
    Role.CASHIER: ("post_office_codes",),
    Role.AUTHORITY: ("unit_codes",),
}
"""What a grant of a role cannot be without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a grant is limited to; empty lists as `Caller` explains."""

    planning_area_ids: Sequence[uuid.UUID] = ()
    office_codes: Sequence[str] = ()
    post_office_codes: Sequence[str] = ()
    unit_codes: Sequence[str] = ()


EVERYTHING = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSignIn:
    """One of an account's sign-ins that go on."""

    id: uuid.UUID
    way: SignInWay
    grant: Grant
    device_id: uuid.UUID | None
    began_at: datetime
    last_seen_at: datetime
    current: bool = field(default=False)


def create_account(
    session: Session,
    *,
    province_code: str,
    code: str,
    role: Role,
    reach: Reach = EVERYTHING,
    full_name: str | None = None,
    person_id: uuid.UUID | None = None,
    source: str = "tannoi accounts create",
    source_status: SourceStatus = SourceStatus.VERIFIED,
) -> Account:
    """A member of staff, without password: a one-time link lets them in first.

    person_id: of somebody known already (a courier, a clerk); else full_name makes a person.
    Raises AccountExists, GrantWithoutScope.
    """
    if find_account(session, province_code, code) is not None:
        raise AccountExists(account=code)
    if person_id is None and full_name is not None:
        person = Person(province_code=province_code, full_name=full_name)
        session.add(person)
        session.flush()
        person_id = person.id
    account = Account(
        province_code=province_code,
        code=code,
        person_id=person_id,
        created_at=clock.now(),
        source=source,
        source_status=source_status,
    )
    session.add(account)
    session.flush()
    grant_role(session, account, role, reach)
    return account


def grant_role(session: Session, account: Account, role: Role, reach: Reach = EVERYTHING) -> Grant:
    """Gives a role, or changes what it reaches. Raises GrantWithoutScope."""
    for needed in _NEEDED.get(role, ()):
        if not getattr(reach, needed):
            raise GrantWithoutScope(role=role.value, needed=needed)
    grant = find_grant(session, account.id, role)
    if grant is None:
        grant = Grant(account_id=account.id, role=role, granted_at=clock.now())
        session.add(grant)
    grant.planning_area_ids = list(reach.planning_area_ids)
    grant.office_codes = list(reach.office_codes)
    grant.post_office_codes = list(reach.post_office_codes)
    grant.unit_codes = list(reach.unit_codes)
    session.flush()
    return grant


def end_grant(session: Session, account: Account, role: Role) -> None:
    """Takes a role away at once. Raises RoleNotHeld."""
    grant = find_grant(session, account.id, role)
    if grant is None:
        raise RoleNotHeld(role=role.value)
    grant.ended_at = clock.now()


def disable_account(session: Session, account: Account) -> None:
    """Nobody signs in any more, and nobody stays signed in; a second call changes nothing."""
    if account.disabled_at is None:
        account.disabled_at = clock.now()
    end_all_sign_ins(session, account.id, EndReason.DISABLED)


def find_account(session: Session, province_code: str, code: str) -> Account | None:
    """The account with this code."""
    return session.scalars(
        select(Account).where(Account.province_code == province_code, Account.code == code)
    ).first()


def get_account(session: Session, province_code: str, code: str) -> Account:
    """The account with this code; raises AccountNotFound."""
    found = find_account(session, province_code, code)
    if found is None:
        raise AccountNotFound(account=code)
    return found


def list_accounts(session: Session, province_code: str, role: Role | None = None) -> list[Account]:
    """Accounts with a code (staff, programs), by code."""
    asked = (
        select(Account)
        .options(selectinload(Account.grants))
        .where(Account.province_code == province_code, Account.code.is_not(None))
        .order_by(Account.code)
    )
    if role is not None:
        held = select(Grant.account_id).where(Grant.role == role, Grant.ended_at.is_(None))
        asked = asked.where(Account.id.in_(held))
    return list(session.scalars(asked))


def find_grant(session: Session, account_id: uuid.UUID, role: Role | None) -> Grant | None:
    """The account's grant of a role; without a role its oldest."""
    asked = select(Grant).where(Grant.account_id == account_id, Grant.ended_at.is_(None))
    if role is not None:
        asked = asked.where(Grant.role == role)
    return session.scalars(asked.order_by(Grant.granted_at, Grant.id).limit(1)).first()


def describe_caller(session: Session, caller: Caller) -> dict[str, Any]:
    """What a signed-in person may know of the own account."""
    account = session.get_one(Account, caller.account_id)
    return {
        "account_id": account.id,
        "session_id": caller.session_id,
        "name": account.person.full_name if account.person else None,
        "code": account.code,
        "language": account.language,
        "role": caller.role,
        "roles": sorted(grant.role for grant in account.grants if grant.ended_at is None),
        "province_code": account.province_code,
        "planning_area_ids": caller.planning_area_ids,
        "office_codes": caller.office_codes,
        "post_office_codes": caller.post_office_codes,
        "unit_codes": caller.unit_codes,
        "device_id": caller.device_id,
    }


def list_own_sign_ins(session: Session, caller: Caller) -> list[OwnSignIn]:
    """Where the account is signed in, the newest first, at most `MOST_SHOWN`: what nobody can renew
    any more is over, though nobody ended it."""
    renewable = exists().where(
        TokenPair.sign_in_id == SignIn.id, TokenPair.refresh_until > clock.now()
    )
    rows = session.scalars(
        select(SignIn)
        .join(SignIn.grant)
        .options(contains_eager(SignIn.grant))
        .where(
            SignIn.account_id == caller.account_id,
            SignIn.ended_at.is_(None),
            Grant.ended_at.is_(None),
            renewable,
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
        .limit(MOST_SHOWN)
    )
    return [
        OwnSignIn(
            id=row.id,
            way=row.way,
            grant=row.grant,
            device_id=row.device_id,
            began_at=row.began_at,
            last_seen_at=row.last_seen_at,
            current=row.id == caller.session_id,
        )
        for row in rows
    ]


def end_own_sign_in(session: Session, caller: Caller, sign_in_id: uuid.UUID) -> None:
    """Ends one of the caller's sign-ins. Raises SignInNotFound, also for another account's."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.account_id != caller.account_id:
        raise SignInNotFound(session=sign_in_id)
    here = found.id == caller.session_id
    end_sign_in(found, EndReason.SIGNED_OUT if here else EndReason.ENDED_ELSEWHERE)


def end_all_sign_ins(
    session: Session, account_id: uuid.UUID, reason: EndReason, *, but: uuid.UUID | None = None
) -> int:
    """Ends every sign-in of an account, phones too; returns how many."""
    found = session.scalars(
        select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    ).all()
    ended = [each for each in found if each.id != but]
    for each in ended:
        end_sign_in(each, reason)
    return len(ended)

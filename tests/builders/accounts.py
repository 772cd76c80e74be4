"""Accounts of invented people, and tokens that stand for a sign-in."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Account, Grant, Person, SignIn, SignInWay, TokenPair
from backend.accounts.roles import COURIERS, Role
from backend.accounts.tokens import hashed, new_token
from backend.fleet.models import Courier, Employment
from backend.places.clerks import Clerk
from tests.builders.numbers import next_number
from tests.builders.places import PROVINCE, SOURCED

FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)
"""Tests that freeze the clock on any day hold the same token."""


def an_account(
    session: Session,
    role: Role,
    *,
    person_id: uuid.UUID | None = None,
    province_code: str = PROVINCE,
    code: str | None = None,
    **scope: Any,
) -> Account:
    """An account with one grant. `scope`: planning_area_ids, office_codes, post_office_codes,
    unit_codes. Without a person it gets a new, invented one."""
    number = next_number()
    if person_id is None:
        person = Person(province_code=province_code, full_name=f"Người Mẫu {number}")
        session.add(person)
        session.flush()
        person_id = person.id
    account = Account(
        **SOURCED,
        province_code=province_code,
        code=code or f"TK-{number:05d}",
        person_id=person_id,
        created_at=clock.now(),
    )
    grant = Grant(account=account, role=role, granted_at=clock.now(), **_lists(scope))
    session.add_all([account, grant])
    session.flush()
    return account


def a_token(
    session: Session,
    account: Account,
    *,
    device_id: uuid.UUID | None = None,
    until: datetime = FOR_EVER,
) -> str:
    """An access token of a new sign-in with the account's first role."""
    now = clock.now()
    grant = session.scalars(
        select(Grant).where(Grant.account_id == account.id).order_by(Grant.id)
    ).first()
    assert grant is not None
    begun = SignIn(
        account_id=account.id,
        grant_id=grant.id,
        device_id=device_id,
        way=SignInWay.PASSWORD,
        began_at=now,
        last_seen_at=now,
    )
    session.add(begun)
    session.flush()
    token = new_token()
    session.add(
        TokenPair(
            sign_in_id=begun.id,
            access_hash=hashed(token),
            refresh_hash=hashed(new_token()),
            made_at=now,
            access_until=until,
            refresh_until=until,
            used_at=now,
        )
    )
    session.flush()
    return token


def a_courier_account(session: Session, code: str) -> Account | None:
    """The account of a courier who exists; made at the first call. None for nobody."""
    courier = session.scalars(select(Courier).where(Courier.code == code)).first()
    if courier is None:
        return None
    known = session.scalars(
        select(Account).where(Account.person_id == courier.person_id, Account.code == code)
    ).first()
    collaborates = courier.employment is Employment.COLLABORATOR
    role = Role.COLLABORATOR if collaborates else Role.COURIER
    assert role in COURIERS
    return known or an_account(
        session,
        role,
        person_id=courier.person_id,
        province_code=courier.province_code,
        code=code,
    )


def a_clerk_account(session: Session, code: str) -> Account:
    """The account of a clerk who exists, for the own seat; made at the first call."""
    clerk = session.scalars(select(Clerk).where(Clerk.code == code)).one()
    known = session.scalars(select(Account).where(Account.code == code)).first()
    offices = [clerk.office.code] if clerk.office else []
    post_offices = [clerk.post_office.code] if clerk.post_office else []
    at_desk = Role.SECONDED_CLERK if clerk.is_seconded else Role.OFFICE_CLERK
    return known or an_account(
        session,
        at_desk if offices else Role.POST_OFFICE_CLERK,
        person_id=clerk.person_id,
        province_code=clerk.province_code,
        code=code,
        office_codes=offices,
        post_office_codes=post_offices,
    )


def _lists(scope: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in scope.items()}

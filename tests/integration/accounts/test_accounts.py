"""Accounts of staff: made with one role, by somebody known or new, once."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.errors import AccountExists, GrantWithoutScope
from backend.accounts.models import Account, Person
from backend.accounts.operations import Reach, create_account, find_account, list_accounts
from backend.accounts.roles import Role
from backend.database import SourceStatus
from tests.builders.places import PROVINCE


def make(
    session: Session,
    role: Role = Role.DISPATCHER,
    province_code: str = PROVINCE,
    code: str = "TK-1",
    **more: Any,
) -> Account:
    return create_account(session, province_code=province_code, code=code, role=role, **more)


def test_create_account_makes_a_person_and_one_grant_and_no_password(
    session: Session, now: clock.FrozenClock
) -> None:
    made = make(session, full_name="Người Mẫu 1")
    session.expire_all()
    assert find_account(session, PROVINCE, "TK-1") is made
    assert made.person is not None
    assert made.person.full_name == "Người Mẫu 1"
    assert made.password_hash is None
    assert made.phone is None
    assert (made.created_at, made.disabled_at) == (clock.now(), None)
    assert (made.source, made.source_status) == ("tannoi accounts create", SourceStatus.VERIFIED)
    (grant,) = made.grants
    assert (grant.role, grant.office_codes, grant.ended_at) == (Role.DISPATCHER, [], None)
    assert [each.code for each in list_accounts(session, PROVINCE, Role.DISPATCHER)] == ["TK-1"]
    assert list_accounts(session, PROVINCE, Role.AUDITOR) == []


def test_create_account_for_somebody_known_makes_no_second_person(session: Session) -> None:
    person = Person(province_code=PROVINCE, full_name="Người Mẫu 2")
    session.add(person)
    session.flush()
    before = session.scalar(select(func.count()).select_from(Person))
    made = make(session, person_id=person.id, full_name="Người khác")
    assert made.person_id == person.id
    assert session.scalar(select(func.count()).select_from(Person)) == before


def test_create_account_keeps_what_the_role_reaches(session: Session) -> None:
    reach = Reach(office_codes=("H17",), post_office_codes=("550000",))
    (grant,) = make(session, role=Role.SECONDED_CLERK, reach=reach).grants
    assert (grant.office_codes, grant.post_office_codes) == (["H17"], ["550000"])


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        (Role.OFFICE_CLERK, "office_codes"),
        (Role.SECONDED_CLERK, "office_codes"),
        (Role.POST_OFFICE_CLERK, "post_office_codes"),
        (Role.CASHIER, "post_office_codes"),
        (Role.AUTHORITY, "unit_codes"),
    ],
)
def test_create_account_refuses_a_role_that_would_reach_nothing(
    session: Session, role: Role, needed: str
) -> None:
    with pytest.raises(GrantWithoutScope) as refused:
        make(session, role=role)
    assert refused.value.values["needed"] == needed


def test_create_account_takes_a_code_once_in_a_province(session: Session) -> None:
    make(session)
    with pytest.raises(AccountExists):
        make(session, role=Role.MANAGER)
    assert make(session, province_code="01").province_code == "01"
    assert len(list_accounts(session, PROVINCE)) == 1

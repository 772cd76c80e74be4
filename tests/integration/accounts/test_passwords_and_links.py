"""Staff: passwords, failed tries that shut nobody out for ever, links that work once, keys."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.api_keys import authenticate_key, list_keys, make_key, revoke_key
from backend.accounts.errors import (
    KeyScopeUnknown,
    LinkOver,
    PasswordTooWeak,
    RoleNotHeld,
    SessionRevoked,
    TooManyTries,
    WrongSignIn,
)
from backend.accounts.models import Account
from backend.accounts.one_time_links import (
    SIGN_IN_LIFE,
    LinkPurpose,
    make_link,
    set_password_with_link,
    sign_in_with_link,
)
from backend.accounts.passwords import set_password, sign_in_with_password
from backend.accounts.roles import Role
from backend.accounts.tokens import Tokens, authenticate
from backend.errors import TanNoiError
from tests.builders.accounts import an_account
from tests.builders.places import PROVINCE

PASSWORD = "một con trâu vàng"


@pytest.fixture
def account(session: Session, now: clock.FrozenClock) -> Account:
    made = an_account(session, Role.DISPATCHER, code="DP-77")
    set_password(session, made, PASSWORD)
    return made


def try_(
    session: Session,
    password: str,
    *,
    code: str = "DP-77",
    address: str = "192.0.2.7",
    role: Role | None = None,
) -> Tokens | TanNoiError:
    return sign_in_with_password(
        session, province_code=PROVINCE, code=code, password=password, address=address, role=role
    )


def test_the_right_password_signs_in_and_a_wrong_one_or_an_unknown_code_get_one_answer(
    session: Session, account: Account
) -> None:
    tokens = try_(session, PASSWORD)
    assert isinstance(tokens, Tokens)
    assert authenticate(session, tokens.access_token).role is Role.DISPATCHER
    answers = [try_(session, "wrong"), try_(session, PASSWORD, code="NOBODY")]
    assert [str(answer) for answer in answers] == [str(WrongSignIn())] * 2


def test_a_disabled_account_and_a_role_that_is_not_held(session: Session, account: Account) -> None:
    assert isinstance(try_(session, PASSWORD, role=Role.CASHIER), RoleNotHeld)
    account.disabled_at = clock.now()
    assert isinstance(try_(session, PASSWORD), WrongSignIn)


def test_a_new_password_ends_every_sign_in(session: Session, account: Account) -> None:
    tokens = try_(session, PASSWORD)
    assert isinstance(tokens, Tokens)
    set_password(session, account, "hai con trâu vàng")
    session.flush()
    with pytest.raises(SessionRevoked):
        authenticate(session, tokens.access_token)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "xx-dp-77-xx-yy", "x" * 129])
def test_a_weak_password_is_refused(session: Session, account: Account, weak: str) -> None:
    with pytest.raises(PasswordTooWeak):
        set_password(session, account, weak)


def test_guessing_gets_slow_and_an_honest_person_gets_in_after_the_wait(
    session: Session, account: Account, now: clock.FrozenClock
) -> None:
    waits: list[int] = []
    while len(waits) < 12:
        try:
            assert isinstance(try_(session, "wrong"), WrongSignIn)
        except TooManyTries as refusal:
            waits.append(refusal.retry_after_s or 0)
            with pytest.raises(TooManyTries):
                try_(session, PASSWORD)
            now.advance(timedelta(seconds=waits[-1] + 1))
    assert waits[:4] == [5, 10, 20, 40]
    assert max(waits) == waits[-1] == 15 * 60
    assert isinstance(try_(session, PASSWORD), Tokens)
    assert isinstance(try_(session, "wrong"), WrongSignIn), "a success forgives"
    assert isinstance(try_(session, PASSWORD), Tokens)


def test_strangers_who_guess_from_everywhere_do_not_keep_the_owner_out(
    session: Session, account: Account, now: clock.FrozenClock
) -> None:
    assert isinstance(try_(session, PASSWORD, address="192.0.2.1"), Tokens)
    refused = 0
    for number in range(60):
        try:
            try_(session, "wrong", address=f"198.51.100.{number}")
        except TooManyTries:
            refused += 1
    assert refused > 20, "an account that is guessed at from everywhere answers slowly"
    with pytest.raises(TooManyTries):
        try_(session, PASSWORD, address="203.0.113.9")
    assert isinstance(try_(session, PASSWORD, address="192.0.2.1"), Tokens)
    now.advance(timedelta(seconds=61))
    assert isinstance(try_(session, PASSWORD, address="203.0.113.9"), Tokens)


def test_one_address_that_tries_many_accounts_waits(
    session: Session, account: Account, now: clock.FrozenClock
) -> None:
    with pytest.raises(TooManyTries):
        for number in range(60):
            try_(session, "wrong", code=f"DP-{number}", address="203.0.113.5")
    assert isinstance(try_(session, PASSWORD, address="192.0.2.1"), Tokens)


def test_a_link_signs_in_once_within_ten_minutes(
    session: Session, account: Account, now: clock.FrozenClock
) -> None:
    page, _, token = make_link(session, account, LinkPurpose.SIGN_IN).partition("#")
    assert page == "/dang-nhap"
    with pytest.raises(LinkOver):
        set_password_with_link(session, token, PASSWORD)
    assert sign_in_with_link(session, token).access_token
    with pytest.raises(LinkOver):
        sign_in_with_link(session, token)
    token = make_link(session, account, LinkPurpose.SIGN_IN).partition("#")[2]
    now.advance(SIGN_IN_LIFE)
    with pytest.raises(LinkOver):
        sign_in_with_link(session, token)


def test_a_link_sets_the_first_password(session: Session, now: clock.FrozenClock) -> None:
    account = an_account(session, Role.MANAGER, code="QL-77")
    token = make_link(session, account, LinkPurpose.SET_PASSWORD).partition("#dat-mat-khau=")[2]
    assert isinstance(try_(session, PASSWORD, code="QL-77"), WrongSignIn)
    set_password_with_link(session, token, PASSWORD)
    assert isinstance(try_(session, PASSWORD, code="QL-77"), Tokens)


def test_a_key_is_shown_once_limited_and_ended(session: Session, now: clock.FrozenClock) -> None:
    program = an_account(session, Role.INTEGRATOR, code="CONG-77")
    with pytest.raises(KeyScopeUnknown):
        make_key(session, program, name="x", scopes=("everything",))
    key, text = make_key(
        session, program, name="máy chủ", scopes=("plans:read",), life=timedelta(days=30)
    )
    assert text.startswith(f"tnk_{key.prefix}_")
    assert text.encode() not in key.key_hash
    caller = authenticate_key(session, text)
    assert (caller.role, caller.scopes) == (Role.INTEGRATOR, ("plans:read",))
    for spoiled in (text[:-1], f"tnk_{key.prefix}_guess", "tnk_"):
        with pytest.raises(SessionRevoked):
            authenticate_key(session, spoiled)
    session.expire_all()
    assert list_keys(session, PROVINCE)[0].last_used_at == clock.now()
    revoke_key(session, key.prefix)
    session.flush()
    with pytest.raises(SessionRevoked):
        authenticate_key(session, text)
    _, other = make_key(
        session, program, name="kia", scopes=("plans:read",), life=timedelta(days=30)
    )
    now.advance(timedelta(days=30))
    with pytest.raises(SessionRevoked):
        authenticate_key(session, other)


def test_a_dispatcher_gets_no_key(session: Session, account: Account) -> None:
    with pytest.raises(RoleNotHeld):
        make_key(session, account, name="x", scopes=("plans:read",))

"""Tokens of a sign-in: short, renewed, ended together when one was copied; answers may get lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.errors import SessionRevoked, TokenExpired
from backend.accounts.models import Device, EndReason, Grant, SignIn, SignInWay, TokenPair
from backend.accounts.operations import disable_account, end_grant, find_grant
from backend.accounts.roles import ACCESS_LIFE, Role
from backend.accounts.tokens import (
    GRACE_BROWSER,
    GRACE_DEVICE,
    Tokens,
    authenticate,
    begin_sign_in,
    refresh,
)
from backend.database import unit_of_work
from tests.builders.accounts import an_account

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def grant(session: Session, now: clock.FrozenClock) -> Grant:
    found = find_grant(session, an_account(session, Role.DISPATCHER).id, Role.DISPATCHER)
    assert found is not None
    return found


@pytest.fixture
def browser(session: Session, grant: Grant) -> Tokens:
    return begin_sign_in(session, grant, SignInWay.PASSWORD)


def a_phone(session: Session) -> Tokens:
    grant = find_grant(session, an_account(session, Role.COURIER).id, Role.COURIER)
    assert grant is not None
    device = Device(
        person_id=grant.account.person_id,
        public_key="k",
        model="m",
        app_version="1",
        registered_at=clock.now(),
    )
    session.add(device)
    session.flush()
    return begin_sign_in(session, grant, SignInWay.DEVICE, device_id=device.id)


def renewed(session: Session, refresh_token: str) -> Tokens:
    tokens = refresh(session, refresh_token)
    assert tokens is not None
    return tokens


def family(session: Session, tokens: Tokens) -> SignIn:
    session.flush()
    session.expire_all()
    return session.get_one(SignIn, tokens.sign_in_id)


def test_an_access_token_names_its_caller_for_a_quarter_of_an_hour(
    session: Session, grant: Grant, browser: Tokens, now: clock.FrozenClock
) -> None:
    caller = authenticate(session, browser.access_token)
    assert (caller.account_id, caller.role) == (grant.account_id, Role.DISPATCHER)
    assert caller.has_whole_province
    now.advance(ACCESS_LIFE - A_SECOND)
    authenticate(session, browser.access_token)
    now.advance(A_SECOND)
    with pytest.raises(TokenExpired):
        authenticate(session, browser.access_token)


def test_tokens_are_nowhere_stored(session: Session, browser: Tokens) -> None:
    pair = session.scalars(select(TokenPair)).one()
    stored = pair.access_hash + pair.refresh_hash
    for token in (browser.access_token, browser.refresh_token):
        assert token.encode() not in stored
        assert len(token) >= 43


def test_a_refresh_gives_new_tokens_and_uses_the_old_one_up(
    session: Session, browser: Tokens, now: clock.FrozenClock
) -> None:
    now.advance(ACCESS_LIFE)
    new = renewed(session, browser.refresh_token)
    assert authenticate(session, new.access_token).session_id == browser.sign_in_id
    assert refresh(session, browser.refresh_token) is None, "it was used, and so was what it gave"
    assert family(session, browser).end_reason is EndReason.REUSED
    with pytest.raises(SessionRevoked):
        authenticate(session, new.access_token)
    assert refresh(session, new.refresh_token) is None


def test_a_lost_answer_logs_nobody_out(session: Session, now: clock.FrozenClock) -> None:
    phone = a_phone(session)
    lost = renewed(session, phone.refresh_token)
    now.advance(GRACE_DEVICE)
    again = renewed(session, phone.refresh_token)
    assert again.access_token != lost.access_token
    authenticate(session, again.access_token)
    assert family(session, phone).ended_at is None
    renewed(session, again.refresh_token)


def test_who_uses_the_answer_that_was_lost_ends_the_family(
    session: Session, now: clock.FrozenClock
) -> None:
    phone = a_phone(session)
    caught = renewed(session, phone.refresh_token)
    again = renewed(session, phone.refresh_token)
    authenticate(session, again.access_token)
    with pytest.raises(TokenExpired):
        authenticate(session, caught.access_token)
    assert refresh(session, caught.refresh_token) is None
    assert family(session, phone).end_reason is EndReason.REUSED


def test_of_two_answers_used_at_once_one_lives(committed_database: Engine) -> None:
    """The second waits for the first one's transaction, and then is too late."""
    with unit_of_work() as session:
        phone = a_phone(session)
    with unit_of_work() as session:
        one, other = (renewed(session, phone.refresh_token) for _ in range(2))

    def use_other() -> None:
        with unit_of_work() as session:
            authenticate(session, other.access_token)

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work() as session:
            authenticate(session, one.access_token)
            waiting = pool.submit(use_other)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        with pytest.raises(TokenExpired):
            waiting.result(timeout=10)
    with unit_of_work() as session:
        authenticate(session, one.access_token)


def test_the_grace_of_a_browser_is_short(
    session: Session, browser: Tokens, now: clock.FrozenClock
) -> None:
    renewed(session, browser.refresh_token)
    now.advance(GRACE_BROWSER + A_SECOND)
    assert refresh(session, browser.refresh_token) is None
    assert family(session, browser).end_reason is EndReason.REUSED


def test_a_refresh_token_that_was_not_used_in_time_is_over_and_ends_nothing_else(
    session: Session, browser: Tokens, now: clock.FrozenClock
) -> None:
    now.move_to(browser.refresh_until)
    assert refresh(session, browser.refresh_token) is None
    assert refresh(session, "never was one") is None
    assert family(session, browser).ended_at is None


Change = Callable[[Session, Grant], None]


def _end_role(session: Session, grant: Grant) -> None:
    end_grant(session, grant.account, grant.role)


def _disable(session: Session, grant: Grant) -> None:
    disable_account(session, grant.account)


@pytest.mark.parametrize("change", [_end_role, _disable])
def test_an_ended_role_and_a_disabled_account_count_at_the_next_call(
    session: Session, grant: Grant, browser: Tokens, change: Change
) -> None:
    change(session, grant)
    session.flush()
    with pytest.raises(SessionRevoked):
        authenticate(session, browser.access_token)
    assert refresh(session, browser.refresh_token) is None


def test_a_changed_scope_counts_at_the_next_call(
    session: Session, grant: Grant, browser: Tokens
) -> None:
    grant.unit_codes = ["20194"]
    session.flush()
    assert authenticate(session, browser.access_token).unit_codes == ("20194",)


def test_a_revoked_phone_is_still_known_however_old_its_token_is(
    session: Session, now: clock.FrozenClock
) -> None:
    phone = a_phone(session)
    begun = session.get_one(SignIn, phone.sign_in_id)
    session.get_one(Device, begun.device_id).revoked_at = clock.now()
    session.flush()
    now.advance(timedelta(days=9))
    assert authenticate(session, phone.access_token).device_revoked
    assert refresh(session, phone.refresh_token) is None, "it gets nothing any more"


def test_two_refreshes_at_once_log_nobody_out(committed_database: Engine) -> None:
    with unit_of_work() as session:
        phone = a_phone(session)

    def renew(_: int) -> Tokens | None:
        with unit_of_work() as session:
            return refresh(session, phone.refresh_token)

    with ThreadPoolExecutor(8) as threads:
        told = [tokens for tokens in threads.map(renew, range(8)) if tokens]
    assert len(told) == 8
    with unit_of_work() as session:
        authenticate(session, told[-1].access_token)
    with unit_of_work() as session:
        assert session.get_one(SignIn, phone.sign_in_id).ended_at is None
        assert session.scalar(select(func.count()).select_from(TokenPair)) == 9
        assert refresh(session, told[-1].refresh_token) is not None

"""Six digits by phone: five guesses in any sequence, whatever is asked in between or at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.codes import (
    LIFE,
    MOST_CODES_AT_ADDRESS,
    MOST_GUESSES,
    PhoneSignIn,
    ask_for_code,
    phone_number,
    sign_in_with_code,
)
from backend.accounts.errors import PhoneNotValid, SessionRevoked, TooManyTries, WrongCode
from backend.accounts.forgetting import ENDED_KEPT, SIGN_INS_KEPT, forget_what_is_over
from backend.accounts.models import Account, EndReason, SignIn, TokenPair
from backend.accounts.roles import Role
from backend.accounts.tokens import Tokens, authenticate, end_sign_in, refresh
from backend.database import unit_of_work
from backend.errors import TanNoiError
from backend.outbox import OutboxMessage
from tests.builders.places import PROVINCE

PHONE = "0900 000 017"
_streets = count(1)


def ask(session: Session, phone: str = PHONE, address: str = "") -> str:
    address = address or f"10.0.0.{next(_streets)}"
    return ask_for_code(session, province_code=PROVINCE, phone=phone, address=address)


def guess(
    session: Session,
    code: str,
    phone: str = PHONE,
    *,
    role: Role = Role.CITIZEN,
    full_name: str | None = None,
) -> Tokens | TanNoiError:
    return sign_in_with_code(
        session,
        province_code=PROVINCE,
        phone=phone,
        code=code,
        address=f"10.1.0.{next(_streets)}",
        role=role,
        full_name=full_name,
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_first_sign_in_makes_the_account_and_the_next_one_finds_it(
    session: Session, now: clock.FrozenClock
) -> None:
    first = guess(session, ask(session), full_name="Nguyễn Văn Mẫu 17")
    assert isinstance(first, Tokens)
    now.advance(timedelta(minutes=2))
    second = guess(session, ask(session, "+84 900 000 017"), "84900000017", role=Role.FIRM)
    assert isinstance(second, Tokens)
    citizen = authenticate(session, first.access_token)
    firm = authenticate(session, second.access_token)
    assert (citizen.role, firm.role) == (Role.CITIZEN, Role.FIRM)
    assert citizen.account_id == firm.account_id
    account = session.scalars(select(Account)).one()
    assert account.person is not None
    assert (account.phone, account.person.full_name) == ("0900000017", "Nguyễn Văn Mẫu 17")


def test_the_code_leaves_as_a_secret_part_of_a_message_and_is_stored_as_a_slow_hash(
    session: Session, now: clock.FrozenClock
) -> None:
    code = ask(session)
    message = session.scalars(select(OutboxMessage)).one()
    assert message.content["secret_code"] == code
    assert message.recipient == "0900000017"
    row = session.scalars(select(PhoneSignIn)).one()
    assert row.code_hash is not None
    assert row.code_hash.startswith("$argon2id$")


def test_a_code_works_once_for_five_minutes_and_only_the_newest(
    session: Session, now: clock.FrozenClock
) -> None:
    old = ask(session)
    now.advance(timedelta(seconds=61))
    new = ask(session)
    if old != new:
        assert isinstance(guess(session, old), WrongCode)
    assert isinstance(guess(session, new), Tokens)
    assert isinstance(guess(session, new), WrongCode)
    now.advance(timedelta(seconds=61))
    late = ask(session)
    now.advance(LIFE)
    assert isinstance(guess(session, late), WrongCode)


def test_five_guesses_are_looked_at_over_all_codes_and_then_none_for_an_hour(
    session: Session, now: clock.FrozenClock
) -> None:
    code = ask(session)
    for _ in range(3):
        assert isinstance(guess(session, wrong(code)), WrongCode)
    now.advance(timedelta(minutes=10))
    code = ask(session)
    for _ in range(2):
        assert isinstance(guess(session, wrong(code)), WrongCode)
    with pytest.raises(TooManyTries):
        guess(session, code)  # even the right one: a guesser learns nothing
    now.advance(timedelta(minutes=49))
    with pytest.raises(TooManyTries) as refusal:
        guess(session, code)
    assert refusal.value.retry_after_s is not None
    assert 0 < refusal.value.retry_after_s <= 61
    now.advance(timedelta(minutes=1, seconds=1))
    assert isinstance(guess(session, ask(session)), Tokens), "and nobody is shut out for ever"


def test_codes_are_sent_slowly_to_a_phone_and_to_an_address(
    session: Session, now: clock.FrozenClock
) -> None:
    ask(session)
    with pytest.raises(TooManyTries) as refusal:
        ask(session)
    assert refusal.value.retry_after_s == 61
    for _ in range(4):
        now.advance(timedelta(seconds=61))
        ask(session)
    now.advance(timedelta(seconds=61))
    with pytest.raises(TooManyTries):
        ask(session)
    now.advance(timedelta(hours=1))
    ask(session)
    for number in range(MOST_CODES_AT_ADDRESS):
        ask(session, f"0900 001 {number:03d}", "192.0.2.1")
    with pytest.raises(TooManyTries):
        ask(session, "0900 002 000", "192.0.2.1")
    now.advance(timedelta(hours=1, seconds=1))
    ask(session, "0900 002 000", "192.0.2.1")


def test_what_is_over_is_forgotten_and_what_still_counts_is_not(
    session: Session, now: clock.FrozenClock
) -> None:
    tokens = guess(session, ask(session))
    assert isinstance(tokens, Tokens)
    forget_what_is_over(session)
    assert session.scalars(select(PhoneSignIn)).all()
    authenticate(session, tokens.access_token)
    now.move_to(tokens.refresh_until)
    forget_what_is_over(session)
    assert session.scalars(select(PhoneSignIn)).all() == []
    assert session.scalars(select(TokenPair)).all() == []


def test_tokens_of_an_ended_sign_in_go_after_a_day_and_the_sign_in_after_a_year(
    session: Session, now: clock.FrozenClock
) -> None:
    tokens = guess(session, ask(session))
    assert isinstance(tokens, Tokens)
    family = session.get_one(SignIn, tokens.sign_in_id)
    end_sign_in(family, EndReason.SIGNED_OUT)
    session.flush()
    now.advance(ENDED_KEPT - timedelta(seconds=1))
    forget_what_is_over(session)
    assert len(session.scalars(select(TokenPair)).all()) == 1
    now.advance(timedelta(seconds=1))
    forget_what_is_over(session)
    assert session.scalars(select(TokenPair)).all() == []
    with pytest.raises(SessionRevoked):
        authenticate(session, tokens.access_token)
    assert refresh(session, tokens.refresh_token) is None
    now.move_to(family.last_seen_at + SIGN_INS_KEPT - timedelta(seconds=1))
    forget_what_is_over(session)
    assert session.scalars(select(SignIn)).all() == [family]
    now.advance(timedelta(seconds=1))
    forget_what_is_over(session)
    session.expire_all()
    assert session.scalars(select(SignIn)).all() == []


def test_a_phone_that_was_taken_away_still_hears_it_until_its_tokens_run_out(
    session: Session, now: clock.FrozenClock
) -> None:
    tokens = guess(session, ask(session))
    assert isinstance(tokens, Tokens)
    end_sign_in(session.get_one(SignIn, tokens.sign_in_id), EndReason.DEVICE_REVOKED)
    session.flush()
    now.advance(ENDED_KEPT * 2)
    forget_what_is_over(session)
    assert len(session.scalars(select(TokenPair)).all()) == 1
    now.move_to(tokens.refresh_until)
    forget_what_is_over(session)
    assert session.scalars(select(TokenPair)).all() == []


def test_naming_other_provinces_sends_a_phone_no_more_codes(
    session: Session, now: clock.FrozenClock
) -> None:
    provinces = ("48", "01", "79", "92", "31")
    for province in provinces:
        ask_for_code(session, province_code=province, phone=PHONE, address="192.0.2.7")
    with pytest.raises(TooManyTries):
        ask_for_code(session, province_code="46", phone=PHONE, address="192.0.2.8")
    now.advance(timedelta(hours=1, seconds=1))
    ask_for_code(session, province_code="46", phone=PHONE, address="192.0.2.8")


def test_a_phone_is_one_phone_however_its_digits_are_written() -> None:
    spellings = ("0900 000 017", "+84 900000017", "+84 (0)900 000 017", "０９００ ０００ ０１７")
    assert {phone_number(each) for each in spellings} == {"0900000017"}


@pytest.mark.parametrize("text", ["", "0900", "abc", "+1 202 555 0100", "84 900"])
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(PhoneNotValid):
        phone_number(text)


def test_twenty_guesses_at_once_are_five_guesses(committed_database: Engine) -> None:
    with unit_of_work() as session:
        code = ask(session)

    def run(number: int) -> str:
        try:
            with unit_of_work() as session:
                outcome = guess(session, f"{(int(code) + 1 + number) % 10**6:06d}")
        except TooManyTries:
            return "refused"
        return type(outcome).__name__

    with ThreadPoolExecutor(20) as threads:
        outcomes = list(threads.map(run, range(20)))
    assert outcomes.count("WrongCode") == MOST_GUESSES
    assert outcomes.count("refused") == 20 - MOST_GUESSES

"""Citizens and firms sign in by six digits that come to their phone.

At most five guesses an hour are looked at for one phone, however many codes are asked for in
between and however many guesses arrive at once: they stand in line at the row of the phone.
"""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import DateTime, Index, String, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock, outbox
from backend.accounts.errors import PhoneNotValid, TooManyTries, WrongCode
from backend.accounts.hashing import matches, slow_hash
from backend.accounts.models import Account, Grant, Person, SignInWay
from backend.accounts.operations import find_grant
from backend.accounts.phones import plain_number
from backend.accounts.roles import CITIZENS, Role
from backend.accounts.throttling import locked_counter
from backend.accounts.tokens import Tokens, begin_sign_in, hashed
from backend.database import Base, Identified, InProvince, Instant, SourceStatus
from backend.errors import Language, TanNoiError

DIGITS = 6
LIFE = timedelta(minutes=5)
MOST_GUESSES = 5
WINDOW = timedelta(hours=1)
"""Guesses at one phone, and codes for one phone or one address, are counted over so long."""

BETWEEN = timedelta(seconds=60)
"""Between two codes for one phone."""

MOST_CODES = 5
MOST_CODES_AT_ADDRESS = 30
MOST_GUESSES_AT_ADDRESS = 120
"""A street or an office behind one router."""

TEMPLATE = "one_time_code"
"""Its words stand with those of all other notices."""

_SOURCE = "signed in by phone"


class PhoneSignIn(Identified, InProvince, Base):
    """The sequence of codes and guesses of one phone; the row is the lock."""

    __tablename__ = "phone_sign_in"
    __table_args__ = (Index("uq_phone_sign_in_phone", "province_code", "phone", unique=True),)

    phone: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str | None] = mapped_column(String(200))
    """Of the newest code; an older one is void. None once it was used."""
    expires_at: Mapped[Instant | None]
    asked_at: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)), default=list)
    guessed_at: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)), default=list)


def ask_for_code(
    session: Session,
    *,
    province_code: str,
    phone: str,
    address: str,
    language: Language = "vi",
) -> str:
    """Makes a code and writes the message that brings it; returns it for a demonstration alone.

    Whether somebody has an account changes nothing. Raises PhoneNotValid, TooManyTries.
    """
    number = phone_number(phone)
    now = clock.now()
    _count(session, f"codes/{address}", MOST_CODES_AT_ADDRESS, now)
    row = _locked(session, province_code, number)
    asked = _recent(row.asked_at, now)
    if len(asked) >= MOST_CODES:
        raise TooManyTries(retry_after_s=_wait_s(asked[0] + WINDOW, now))
    if asked and now - asked[-1] < BETWEEN:
        raise TooManyTries(retry_after_s=_wait_s(asked[-1] + BETWEEN, now))
    _count(session, f"codes for {number}", MOST_CODES, now)  # whichever province is named
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row.code_hash, row.expires_at, row.asked_at = slow_hash(code), now + LIFE, [*asked, now]
    outbox.post(
        session,
        province_code=province_code,
        channel=outbox.Channel.SMS,
        template=TEMPLATE,
        recipient=number,
        content={"language": language, f"{outbox.SECRET}code": code},
        about_id=row.id,
    )
    return code


def sign_in_with_code(
    session: Session,
    *,
    province_code: str,
    phone: str,
    code: str,
    address: str,
    role: Role = Role.CITIZEN,
    full_name: str | None = None,
) -> Tokens | TanNoiError:
    """Tokens, or the refusal to raise after the commit: a guess must stay counted.

    The first sign-in of a phone makes the account. Raises PhoneNotValid, TooManyTries at once.
    """
    number = phone_number(phone)
    now = clock.now()
    _count(session, f"guesses/{address}", MOST_GUESSES_AT_ADDRESS, now)
    row = _locked(session, province_code, number)
    guessed = _recent(row.guessed_at, now)
    if len(guessed) >= MOST_GUESSES:
        raise TooManyTries(retry_after_s=_wait_s(guessed[0] + WINDOW, now))
    row.guessed_at = [*guessed, now]
    lives = row.expires_at is not None and now < row.expires_at
    if not matches(row.code_hash if lives else None, code.strip()):
        return WrongCode()
    row.code_hash = row.expires_at = None
    row.guessed_at = []
    account = _account_of(session, province_code, number, full_name)
    if account.disabled_at is not None:
        return WrongCode()
    return begin_sign_in(session, _grant(session, account, role), SignInWay.CODE)


def phone_number(phone: str) -> str:
    """As `plain_number`. Raises PhoneNotValid for what is no Vietnamese number."""
    digits = plain_number(phone)
    if not (digits.startswith("0") and 10 <= len(digits) <= 11):
        raise PhoneNotValid
    return digits


def _account_of(
    session: Session, province_code: str, number: str, full_name: str | None
) -> Account:
    found = session.scalars(
        select(Account).where(Account.province_code == province_code, Account.phone == number)
    ).first()
    if found is not None:
        return found
    person = Person(province_code=province_code, full_name=full_name or "", phone=number)
    session.add(person)
    session.flush()
    account = Account(
        province_code=province_code,
        phone=number,
        person_id=person.id,
        created_at=clock.now(),
        source=_SOURCE,
        source_status=SourceStatus.VERIFIED,
    )
    session.add(account)
    session.flush()
    return account


def _grant(session: Session, account: Account, role: Role) -> Grant:
    """A phone may speak for a person and for a firm; which one, its owner says."""
    wanted = role if role in CITIZENS else Role.CITIZEN
    known = find_grant(session, account.id, wanted)
    if known is None:
        known = Grant(account_id=account.id, role=wanted, granted_at=clock.now())
        session.add(known)
        session.flush()
    return known


def _locked(session: Session, province_code: str, number: str) -> PhoneSignIn:
    key = {"province_code": province_code, "phone": number}
    session.execute(
        insert(PhoneSignIn)
        .values(id=uuid.uuid4(), asked_at=[], guessed_at=[], **key)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(PhoneSignIn)
        .filter_by(**key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _count(session: Session, what: str, most: int, now: datetime) -> None:
    counter = locked_counter(session, hashed(what))
    if now - counter.free_at > WINDOW:  # `free_at` is when the running window began
        counter.failures, counter.free_at = 0, now
    if counter.failures >= most:
        raise TooManyTries(retry_after_s=_wait_s(counter.free_at + WINDOW, now))
    counter.failures += 1
    counter.last_at = now


def _recent(moments: list[datetime], now: datetime) -> list[datetime]:
    return [moment for moment in moments if now - moment < WINDOW]


def _wait_s(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds()) + 1)

"""Counts failed tries so that guessing gets slow, and honest people are never shut out for good.

Three counters: this account from this address (strict), this address, and this account from
everywhere (both mild). An address from which the account has signed in before answers to the
first counter alone, so that a stranger's guessing cannot keep its owner out.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.accounts.errors import TooManyTries
from backend.database import Base, Instant

FADES_AFTER = timedelta(hours=1)
"""Failures are forgotten when nothing failed for so long."""

KNOWN_FOR = timedelta(days=90)
"""So long an address counts as one of the account's own after a sign-in from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`free` failures cost nothing; each further one doubles the wait: `first` to `longest`."""

    free: int
    first: timedelta
    longest: timedelta


PAIR = Rule(free=5, first=timedelta(seconds=5), longest=timedelta(minutes=15))
ADDRESS = Rule(free=50, first=timedelta(seconds=5), longest=timedelta(minutes=5))
ACCOUNT = Rule(free=30, first=timedelta(seconds=5), longest=timedelta(minutes=1))


class TryCounter(Base):
    """Failures of one kind. The key is a hash: who tried from where is written nowhere."""

    __tablename__ = "try_counter"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[Instant]
    free_at: Mapped[Instant]
    """Before that no further try is looked at."""


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries at one account from one address, its own counter locked until the commit."""

    session: Session
    account: str
    address: str

    def demand_free(self) -> None:
        """Raises TooManyTries while a counter that counts here still waits."""
        now = clock.now()
        own = self._locked(self._pair)
        waits = [own.free_at]
        if not self._is_known(now):
            found = self.session.scalars(
                select(TryCounter).where(TryCounter.key.in_([self._everywhere, self._address]))
            )
            waits += [counter.free_at for counter in found]
        wait_s = int((max(waits) - now).total_seconds())
        if wait_s >= 1:
            raise TooManyTries(retry_after_s=wait_s)

    def failed(self) -> None:
        """One more. The caller must commit although the try is refused."""
        for key, rule in (
            (self._pair, PAIR),
            (self._address, ADDRESS),
            (self._everywhere, ACCOUNT),
        ):
            _count(self._locked(key), rule)

    def succeeded(self) -> None:
        """This address is the account's own from now on; its own failures are forgotten."""
        now = clock.now()
        own = self._locked(self._pair)
        own.failures, own.last_at, own.free_at = 0, now, now
        known = self._locked(self._known)
        known.last_at = known.free_at = now
        known.failures = 1

    @property
    def _pair(self) -> bytes:
        return _key("pair", self.account, self.address)

    @property
    def _address(self) -> bytes:
        return _key("address", self.address)

    @property
    def _everywhere(self) -> bytes:
        return _key("account", self.account)

    @property
    def _known(self) -> bytes:
        return _key("known", self.account, self.address)

    def _is_known(self, now: datetime) -> bool:
        known = self.session.get(TryCounter, self._known)
        return known is not None and known.failures > 0 and now - known.last_at < KNOWN_FOR

    def _locked(self, key: bytes) -> TryCounter:
        return locked_counter(self.session, key)


def network_of(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one household has in IPv6."""
    try:
        read = ipaddress.ip_address(address or "")
    except ValueError:
        return "local"
    if read.version == 4:
        return str(read)
    return str(ipaddress.ip_network((read, 64), strict=False))


def locked_counter(session: Session, key: bytes) -> TryCounter:
    """The counter of a key, made if there is none, and locked."""
    now = clock.now()
    session.execute(
        insert(TryCounter)
        .values(key=key, failures=0, last_at=now, free_at=now)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(TryCounter)
        .where(TryCounter.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _count(counter: TryCounter, rule: Rule) -> None:
    now = clock.now()
    if now - counter.last_at > FADES_AFTER:
        counter.failures = 0
    counter.failures += 1
    counter.last_at = now
    beyond = counter.failures - rule.free
    if beyond >= 0:
        doubled = rule.first * 2 ** min(beyond, 16)
        counter.free_at = now + min(doubled, rule.longest)


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()

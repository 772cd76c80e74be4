"""Tokens, links, codes and counters that are over go after a while: they prove nothing any more."""

from datetime import timedelta

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.codes import PhoneSignIn
from backend.accounts.models import TokenPair
from backend.accounts.one_time_links import OneTimeLink
from backend.accounts.throttling import KNOWN_FOR, TryCounter

LINKS_KEPT = timedelta(days=30)
PHONES_KEPT = timedelta(days=1)
"""Far longer than the hour over which guesses and codes are counted."""


def forget_what_is_over(session: Session) -> None:
    """Deletes what can neither be used nor counted any more; sign-ins themselves stay."""
    now = clock.now()
    asked, guessed = PhoneSignIn.asked_at, PhoneSignIn.guessed_at
    last = func.coalesce(asked[func.cardinality(asked)], guessed[func.cardinality(guessed)])
    for over in (
        delete(TokenPair).where(TokenPair.refresh_until <= now),
        delete(OneTimeLink).where(OneTimeLink.expires_at <= now - LINKS_KEPT),
        delete(TryCounter).where(TryCounter.last_at <= now - KNOWN_FOR),
        delete(PhoneSignIn).where(last <= now - PHONES_KEPT),
    ):
        session.execute(over.execution_options(synchronize_session=False))

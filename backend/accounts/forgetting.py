"""Tokens, links, codes and counters that are over go after a while: they prove nothing any more."""

from datetime import timedelta

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.codes import PhoneSignIn
from backend.accounts.models import EndReason, SignIn, TokenPair
from backend.accounts.one_time_links import OneTimeLink
from backend.accounts.throttling import KNOWN_FOR, TryCounter

AT_ONCE = 1_000

LINKS_KEPT = timedelta(days=30)
ENDED_KEPT = timedelta(days=1)
"""Tokens of a sign-in that somebody ended: an unknown token is refused like an ended one. Those of
a phone that was taken away stay until they run out: by them it hears that it shall wipe itself."""

SIGN_INS_KEPT = timedelta(days=365)
"""After the last call [G]: views of personal data name the sign-in and are asked about later."""

PHONES_KEPT = timedelta(days=1)
"""Far longer than the hour over which guesses and codes are counted."""


def forget_what_is_over(session: Session) -> None:
    """Deletes what can neither be used nor counted any more, of sign-ins at most AT_ONCE."""
    now = clock.now()
    asked, guessed = PhoneSignIn.asked_at, PhoneSignIn.guessed_at
    last = func.coalesce(asked[func.cardinality(asked)], guessed[func.cardinality(guessed)])
    ended = select(SignIn.id).where(
        SignIn.ended_at <= now - ENDED_KEPT, SignIn.end_reason != EndReason.DEVICE_REVOKED
    )
    lives = exists().where(TokenPair.sign_in_id == SignIn.id).correlate(SignIn)
    silent = (
        select(SignIn.id).where(SignIn.last_seen_at <= now - SIGN_INS_KEPT, ~lives).limit(AT_ONCE)
    )
    for over in (
        delete(TokenPair).where(
            or_(TokenPair.refresh_until <= now, TokenPair.sign_in_id.in_(ended))
        ),
        delete(SignIn).where(SignIn.id.in_(silent)),
        delete(OneTimeLink).where(OneTimeLink.expires_at <= now - LINKS_KEPT),
        delete(TryCounter).where(TryCounter.last_at <= now - KNOWN_FOR),
        delete(PhoneSignIn).where(last <= now - PHONES_KEPT),
    ):
        session.execute(over.execution_options(synchronize_session=False))

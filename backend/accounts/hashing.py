"""Slow hashes for what people choose or type: passwords and six digits."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id, 19 MiB and two passes: the least that OWASP's password page recommends (2024).
About 20 ms of one core, and no more memory than a web process can spare for eight at once."""


def slow_hash(secret: str) -> str:
    """What is stored; every call gives another text for the same secret."""
    return _HASHER.hash(secret)


def matches(stored: str | None, secret: str) -> bool:
    """Whether `secret` is what was stored.

    Without anything stored it takes as long: the time of an answer tells nobody who exists.
    """
    try:
        _HASHER.verify(stored or _nobodys(), secret)
    except VerifyMismatchError:
        return False
    return stored is not None


@cache
def _nobodys() -> str:
    return slow_hash("nobody has this password")

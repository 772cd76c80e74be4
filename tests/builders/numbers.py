"""Running numbers that keep invented rows apart within a test run."""

from itertools import count

_numbers = count(1)


def next_number() -> int:
    """A number no other builder got in this process."""
    return next(_numbers)

"""How many problems a property is tried on."""

from hypothesis import HealthCheck, settings

factor = 1
"""Raised by `--long` before test modules are read."""


def tried_on(examples: int, **more) -> settings:
    """Settings of a property tried on so many problems, more with `--long`; no deadline, since the
    machine may be busy."""
    more.setdefault("suppress_health_check", list(HealthCheck))
    return settings(max_examples=examples * factor, deadline=None, **more)

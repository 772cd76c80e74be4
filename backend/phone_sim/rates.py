"""How often things go otherwise than planned, at doors and desks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Shares of 1, from DOMAIN §6 where it gives them, else estimates."""

    absent_at_collection: float = 0.11
    """With `incomplete`: 15-20 % of collections are retried or fail."""
    incomplete: float = 0.06
    """5-8 %."""
    absent_at_delivery: float = 0.10
    """First-delivery failure 8-12 %."""
    result_refused: float = 0.01
    refused_at_desk: float = 0.02
    supplement: float = 0.03
    result_not_ready: float = 0.02
    unhurried: float = 0.15
    """Spread of riding and serving times around the plan's (log-normal sigma)."""


USUAL = Rates()

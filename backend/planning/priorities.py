"""What leaving work undone costs, and what an overnight stay costs, in seconds of riding.

One cost unit is one second of riding, so every figure here reads as "worth so long a detour".
"""

from typing import Final

COURIER_FIXED_COST: Final = 900
"""Using one courier more is worth a detour of 15 minutes (the objective of docs/routing.md)."""

UNDONE_BASE: Final = 40_000
"""11 hours of riding: more than a whole further shift, so no work is left out to save a way."""

_WEIGHT_OF_DAYS_LEFT: Final = ((0, 8), (1, 4), (2, 2))
"""The promise breaks today, tomorrow, the day after: doubled with each day nearer. When not all
can be done, one that is due today outweighs several that may wait (DOMAIN §6)."""

SAME_DAY_WEIGHT: Final = 16
"""Procedures whose result is given the same day come first of all (DOMAIN §5.9)."""

OVERNIGHT_PRICE: Final = 5_400
"""A night in the safe is worth a detour of 90 minutes while the promise still holds tomorrow."""

OVERNIGHT_LATE_PRICE: Final = 20_000
"""Half of leaving it uncollected: late papers in the safe are better than papers not fetched."""


def penalty(*, days_left: int, same_day: bool, attempt: int, dossiers: int) -> int:
    """Cost of leaving a carriage undone today.

    A second attempt counts like one working day less: this citizen has waited once already.
    """
    if same_day:
        weight = SAME_DAY_WEIGHT
    else:
        nearness = days_left - (1 if attempt > 1 else 0)
        weight = next((weight for days, weight in _WEIGHT_OF_DAYS_LEFT if nearness <= days), 1)
    return UNDONE_BASE * weight * dossiers


def priority(*, days_left: int, same_day: bool) -> int:
    """The same order on the solver's scale of 0 to 100, for engines that rank before they price."""
    if same_day:
        return 100
    return max(10, 80 - 20 * max(days_left, 0))


def overnight_price(*, days_left: int, same_day: bool) -> int:
    """Cost of letting collected papers rest at a post office instead of handing them over today."""
    return OVERNIGHT_LATE_PRICE if same_day or days_left < 1 else OVERNIGHT_PRICE

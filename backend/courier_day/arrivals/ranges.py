"""From past errors to a range that holds the arrival four times in five.

Split conformal prediction with quantiles apart for early and late (Vovk and others 2005; Romano and
others 2019): the order statistics of past errors with the correction for a finite number of them.
It holds as far as days to come are like those before; coverage is therefore measured
(`history.coverage`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHARE = 0.8
"""Of the arrivals that shall lie inside the range."""

ENOUGH = 40
"""Observations from which a range is learned: 4 of them lie outside on either side."""

HORIZONS_MIN = (0, 10, 30, 60, 120, 240)
"""Lower ends of the buckets of minutes ahead."""

HOUR_BANDS = (0, 9, 11, 14, 16)
"""First local hours of the bands: morning rush, forenoon, the midday gap of offices, afternoon,
evening rush."""

ALL_HOURS = -1

_RULE_EARLY_S, _RULE_EARLY_SHARE = 120, 0.10
_RULE_LATE_S, _RULE_LATE_SHARE = 300, 0.35
"""Without observations [G]: 2 minutes or a tenth of the time ahead early, 5 minutes or a third
of it late; couriers lose time more easily than they win it."""

type Key = tuple[int, int]
"""(horizon bucket, hour band)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Seconds after the scheduled moment between which an arrival is expected.

    `observations` is 0 where the rule stands in for want of them.
    """

    early_s: int
    middle_s: int
    late_s: int
    observations: int


def horizon_of(ahead_s: float) -> int:
    """The bucket of a forecast so many seconds ahead."""
    return max(low for low in HORIZONS_MIN if low * 60 <= max(0.0, ahead_s))


def band_of(local_hour: int) -> int:
    """The band of a local hour, 0 to 23."""
    return max(first for first in HOUR_BANDS if first <= local_hour)


def learn(errors_s: Sequence[int]) -> Spread | None:
    """The range of past errors (actual less scheduled, seconds); None while there are too few."""
    n = len(errors_s)
    if n < ENOUGH:
        return None
    ordered = sorted(errors_s)
    outside = (1 - SHARE) / 2
    low = math.floor((n + 1) * outside)
    high = math.ceil((n + 1) * (1 - outside))
    return Spread(
        early_s=ordered[low - 1],
        middle_s=ordered[n // 2],
        late_s=ordered[high - 1],
        observations=n,
    )


def rule(ahead_s: float) -> Spread:
    """What stands in while there are too few observations."""
    ahead = max(0.0, ahead_s)
    return Spread(
        early_s=-round(max(_RULE_EARLY_S, ahead * _RULE_EARLY_SHARE)),
        middle_s=0,
        late_s=round(max(_RULE_LATE_S, ahead * _RULE_LATE_SHARE)),
        observations=0,
    )


def spread_for(learned: Mapping[Key, Spread], ahead_s: float, local_hour: int) -> Spread:
    """The range for a forecast: of its hour band, else of all hours, else the rule."""
    horizon = horizon_of(ahead_s)
    for band in (band_of(local_hour), ALL_HOURS):
        if found := learned.get((horizon, band)):
            return found
    return rule(ahead_s)

"""From past errors to a range that holds the arrival four times in five.

Split conformal prediction with quantiles apart for early and late (Vovk and others 2005; Romano and
others 2019), in its form for groups (Lee, Barber and Willett 2023): who is late at one stop is late
at the next, so a courier's day counts as one observation however many stops it had, and few days
teach wide ranges. It holds as far as days to come are like those before; coverage is therefore
measured (`history.measure_coverage`).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil, lcm

_OUTSIDE = Fraction(1, 10)
"""Of the arrivals, on either side of the range."""

SHARE = float(1 - 2 * _OUTSIDE)
"""Of the arrivals that shall lie inside the range."""

ENOUGH = 40
"""Arrivals from which a range is learned: 4 of them lie outside on either side."""

ENOUGH_DAYS = 30
"""Days of a courier from which a range is learned: 3 of them weigh outside on either side. Nine
would do for the arithmetic, but their ranges reach from the worst to the worst day: 45 minutes
where couriers were 2 off (12 days of simulated couriers)."""

MOST_DAYS = 200
"""Of one bucket and band the newest days of couriers, each whole: enough for quantiles, and the
learning stays quick however many couriers ride."""

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
class Observed:
    """How wrong one forecast was, seconds after the scheduled moment."""

    horizon_min: int
    hour_band: int
    courier_day: Hashable
    """Whose day it was: all with the same one share its luck."""
    error_s: int


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


def learn_each(newest_first: Iterable[Observed]) -> dict[Key, Spread]:
    """The range of every bucket and band, and of all hours, of which enough is known."""
    found: defaultdict[Key, dict[Hashable, list[int]]] = defaultdict(dict)
    for each in newest_first:
        for band in (each.hour_band, ALL_HOURS):
            days = found[each.horizon_min, band]
            if each.courier_day in days or len(days) < MOST_DAYS:
                days.setdefault(each.courier_day, []).append(each.error_s)
    learned = {key: learn(list(days.values())) for key, days in found.items()}
    return {key: spread for key, spread in learned.items() if spread is not None}


def learn(days: Sequence[Sequence[int]]) -> Spread | None:
    """The range of past errors (actual less scheduled, seconds), those of each courier and day
    together; None while there are too few of either.

    Each day weighs as much as the day to come, which lies beyond all of them; in it, its errors
    weigh alike.
    """
    n = sum(map(len, days))
    if n < ENOUGH or len(days) < ENOUGH_DAYS:
        return None
    a_day = lcm(*map(len, days))  # whole weights: thousands of fractions take seconds to add
    weighed = sorted((error, a_day // len(day)) for day in days for error in day)
    inside = ceil((1 - _OUTSIDE) * a_day * (len(days) + 1))
    middle = _weighed_from(weighed, ceil(Fraction(a_day * len(days), 2)))
    late = _weighed_from(weighed, inside)
    early = _weighed_from([(-error, weight) for error, weight in reversed(weighed)], inside)
    return Spread(early_s=-early, middle_s=middle, late_s=late, observations=n)


def _weighed_from(ordered: Sequence[tuple[int, int]], share: int) -> int:
    """The first value at which so much weight has come together."""
    totals = accumulate(weight for _, weight in ordered)
    return next(value for (value, _), total in zip(ordered, totals, strict=True) if total >= share)


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

"""Colours, text and numbers of a picture, safe for any id."""

import html
from dataclasses import dataclass
from datetime import UTC, datetime

GOLDEN_ANGLE = 137.508
"""Degrees between the hues of neighbours: no two of a dozen look alike."""


def colour(number: int) -> str:
    """The colour of a courier, dark enough for white paper."""
    hue = number * GOLDEN_ANGLE % 360
    return f"hsl({hue:.0f} {65 if number % 2 else 75}% {(34, 44, 28)[number % 3]}%)"


def text(value: object) -> str:
    """A value as text of HTML and SVG; characters that XML forbids are shown as �."""
    legal = (c if c >= " " or c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in str(value))
    return html.escape("".join(legal))


def number(value: float) -> str:
    """A coordinate of a picture, a tenth of a pixel sharp."""
    return f"{value:.1f}".removesuffix(".0")


DAY_S = 86400

FIRST_TIMESTAMP = 30 * DAY_S
"""Moments after so many seconds are times of a calendar, not of a day."""

_STEPS_S = (60, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, DAY_S)


@dataclass(frozen=True, slots=True)
class Units:
    """How times are shown: as a clock, or in a file's own unit of `scale` seconds (Li–Lim)."""

    scale: int | None = None

    def moment(self, seconds: int) -> str:
        """A time of day, a date with time, or a number of units."""
        if self.scale is not None:
            return f"{seconds / self.scale:.10g}"
        if seconds >= FIRST_TIMESTAMP:
            return datetime.fromtimestamp(seconds, UTC).strftime("%d.%m. %H:%M")
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"

    def span(self, seconds: int) -> str:
        """A duration: seconds, or units."""
        return f"{seconds:,} s" if self.scale is None else f"{seconds / self.scale:,.4f}"

    def step(self, at_least: int) -> int:
        """A round distance (s) between labels of a time line."""
        if self.scale is None:
            return next((step for step in _STEPS_S if step >= at_least), at_least)
        step = self.scale
        while step < at_least:
            step *= 10
        return next(part for part in (step // 5, step // 2, step) if part >= at_least)

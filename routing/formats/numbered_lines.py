"""Text files of numbers in lines: every wrong line is told with its number, all at once."""

import re
from collections.abc import Sequence
from fractions import Fraction

from routing.formats.errors import FormatError, FormatErrors

_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{0,12})?")
"""As in the public files; no exponents, whose exact values could fill the memory."""


class NumberedLines:
    """The lines of a text, and the errors met in them."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.errors: list[FormatError] = []

    def error(self, number: int, reason: str) -> None:
        """A line (counted from 1) is wrong."""
        self.errors.append(FormatError(f"line {number}", reason))

    def numbers(self, number: int, count: int, what: str) -> list[Fraction]:
        """The numbers of a line, exactly; zeros where the line is wrong."""
        words = self.lines[number - 1].split() if number <= len(self.lines) else []
        if len(words) != count or not all(_NUMBER.fullmatch(word) for word in words):
            self.error(number, f"must hold {count} numbers: {what}")
            return [Fraction(0)] * count
        return [Fraction(word) for word in words]

    def whole_numbers(self, number: int, count: int, what: str) -> list[int]:
        """The whole numbers, none negative, of a long line; zeros where the line is wrong."""
        words = self.lines[number - 1].split() if number <= len(self.lines) else []
        if len(words) != count or not _DIGITS.fullmatch("".join(words)) or max(map(len, words)) > 9:
            self.error(number, f"must hold {count} {what}")
            return [0] * count
        return [int(word) for word in words]

    def whole(self, number: int, value: Fraction, what: str, at_least: int | None = 0) -> int:
        """A value of a line that must be a whole number."""
        if value.denominator != 1 or (at_least is not None and value < at_least):
            low = "" if at_least is None else f" of at least {at_least}"
            self.error(number, f"{what} must be a whole number{low}, not {float(value):g}")
        return int(value)

    def numbered(self, number: int, value: Fraction, expected: int) -> None:
        """Nodes stand in the order of their numbers."""
        if value != expected:
            self.error(number, f"is node {float(value):g}, not {expected}")

    def window(self, number: int, ready: Fraction, due: Fraction, service: Fraction) -> None:
        """A window in order, and times that are not negative."""
        if not 0 <= ready <= due:
            self.error(number, f"its window {float(ready):g} to {float(due):g} is no window")
        if service < 0:
            self.error(number, f"its service takes {float(service):g}")

    def refuse_errors(self, more: Sequence[FormatError] = ()) -> None:
        """Raises FormatErrors if anything is wrong."""
        if self.errors or more:
            raise FormatErrors([*self.errors, *more])

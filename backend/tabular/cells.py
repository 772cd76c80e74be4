"""Read the cells of one row; every defect is noted with its column, and all are told at once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, cast

from backend import clock
from backend.database import SourceStatus
from backend.errors import Text
from backend.tabular.layout import Layout
from backend.tabular.reading import Row
from geodata.errors import InvalidGeodata
from geodata.offices import parse_time
from geodata.point import Point

_YES = frozenset({"yes", "y", "true", "1", "có", "x"})
_NO = frozenset({"no", "n", "false", "0", "không", ""})

VIET_NAM = (5.0, 24.0, 101.0, 118.5)
"""Degrees south, north, west, east: the land, and the islands of Hoàng Sa and Trường Sa."""


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was refused: line in the file, our column (or empty), reason."""

    line: int
    column: str
    reason: Text


class RowRejected(Exception):
    """A row that cannot be kept, with everything wrong with it."""

    def __init__(self, errors: list[RowError]) -> None:
        self.errors = errors
        super().__init__(f"line {errors[0].line}: {errors[0].reason.en}" if errors else "")


class Cells:
    """The cells of a row as values. A wrong cell gives a harmless value and an error;
    `finish()` raises RowRejected with all of them, so call it before using the values."""

    def __init__(self, row: Row, layout: Layout) -> None:
        self.row = row
        self.layout = layout
        self.errors: list[RowError] = []
        if row.surplus:
            self.wrong("", vi="dòng có nhiều ô hơn tiêu đề", en="more cells than the header names")
        for column, value in row.values.items():
            if "\0" in value:  # text that no database keeps
                self.wrong(column, vi="có ký tự rỗng (NUL)", en="holds a NUL character")

    def wrong(self, column: str, *, vi: str, en: str) -> None:
        """Note a defect of this row."""
        self.errors.append(RowError(self.row.line, column, Text(vi=vi, en=en)))

    def finish(self) -> None:
        """Raises RowRejected if anything was wrong."""
        if self.errors:
            raise RowRejected(self.errors)

    def text(self, column: str, *, longest: int, default: str | None = None) -> str:
        """Text of at most `longest` characters; empty is an error unless there is a default."""
        value = self._value(column)
        if not value:
            if default is None:
                self.wrong(column, vi="còn trống", en="is empty")
            return default or ""
        if len(value) > longest:
            self.wrong(
                column, vi=f"dài quá {longest} ký tự", en=f"longer than {longest} characters"
            )
        return value

    def find_text(self, column: str, *, longest: int) -> str | None:
        """Text, or None where the cell is empty."""
        return self.text(column, longest=longest, default="") or None

    def integer(
        self, column: str, *, lowest: int = 0, highest: int = 2**31 - 1, default: int | None = None
    ) -> int:
        """A whole number within bounds; 1.000 and 1 000 are not guessed at."""
        value = self._value(column)
        if not value and default is not None:
            return default
        try:
            number = int(value)
        except ValueError:
            self.wrong(column, vi=f"{value!r} không phải số nguyên", en=f"{value!r} is no integer")
            return lowest
        if not lowest <= number <= highest:
            self.wrong(
                column,
                vi=f"{number} ngoài khoảng {lowest}–{highest}",
                en=f"{number} is outside {lowest}–{highest}",
            )
        return number

    def find_integer(self, column: str, *, lowest: int = 0, highest: int = 10_000) -> int | None:
        """A whole number, or None where the cell is empty."""
        if not self._value(column):
            return None
        return self.integer(column, lowest=lowest, highest=highest)

    def find_number(self, column: str) -> float | None:
        """A positive decimal number with a point, or None where the cell is empty."""
        value = self._value(column)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number < 1e9:
            self.wrong(column, vi=f"{value!r} không phải số", en=f"{value!r} is no number")
            return None
        return number

    def flag(self, column: str, *, default: bool = False) -> bool:
        """yes/no, true/false, 1/0, có/không."""
        value = self._value(column).lower()
        if not value:
            return default
        if value not in _YES | _NO:
            self.wrong(column, vi=f"{value!r}: ghi yes hoặc no", en=f"{value!r}: write yes or no")
        return value in _YES

    def choice[E: StrEnum](self, column: str, kind: type[E], *, default: E | None = None) -> E:
        """One of the names of an enum, in upper or lower case."""
        value = self._value(column).upper().replace("-", "_").replace(" ", "_")
        if not value and default is not None:
            return default
        try:
            return kind(value)
        except ValueError:
            known = " | ".join(kind)
            self.wrong(
                column,
                vi=f"{self._value(column)!r} không thuộc: {known}",
                en=f"{self._value(column)!r} is none of: {known}",
            )
            return next(iter(kind))

    def day(self, column: str) -> date:
        """A date written YYYY-MM-DD."""
        if not self._value(column):
            self.wrong(column, vi="còn trống", en="is empty")
        return self.find_day(column) or date.min

    def find_day(self, column: str) -> date | None:
        """A date, or None where the cell is empty."""
        return self._read(column, date.fromisoformat, vi="ngày YYYY-MM-DD", en="date YYYY-MM-DD")

    def find_time(self, column: str) -> time | None:
        """A local time written HH:MM, or None where the cell is empty."""
        return self._read(column, parse_time, vi="giờ HH:MM", en="time HH:MM")

    def time(self, column: str, *, default: time | None = None) -> time:
        """A local time written HH:MM."""
        if not self._value(column) and default is None:
            self.wrong(column, vi="còn trống", en="is empty")
        return self.find_time(column) or default or time()

    def find_instant(self, column: str) -> datetime | None:
        """An instant, ISO 8601; without an offset it is local time of Viet Nam."""
        instant = self._read(column, datetime.fromisoformat, vi="thời điểm ISO", en="ISO instant")
        if instant is not None and instant.tzinfo is None:
            return clock.local_instant(instant.date(), instant.time())
        return instant

    def find_point(self, lat: str = "lat", lon: str = "lon") -> Point | None:
        """The place of two columns, or None where both are empty; must lie in Viet Nam."""
        texts = self._value(lat), self._value(lon)
        if not any(texts):
            return None
        try:
            point = Point(float(texts[0]), float(texts[1]))
        except (InvalidGeodata, ValueError):
            self.wrong(
                lat,
                vi=f"({texts[0]}, {texts[1]}) không phải toạ độ; lat là vĩ độ, lon là kinh độ",
                en=f"({texts[0]}, {texts[1]}) is no place; lat is north, lon is east",
            )
            return None
        south, north, west, east = VIET_NAM
        if not (south <= point.lat <= north and west <= point.lon <= east):
            self.wrong(
                lat,
                vi=f"({point.lat}, {point.lon}) nằm ngoài Việt Nam; có thể vĩ độ, kinh độ bị đảo",
                en=f"({point.lat}, {point.lon}) is outside Viet Nam; lat and lon may be swapped",
            )
        return point

    def words(self, column: str, *, longest: int = 40) -> list[str]:
        """A list written with `;` between its items."""
        items = [item.strip() for item in self._value(column).split(";") if item.strip()]
        if any(len(item) > longest for item in items):
            self.wrong(column, vi=f"mục dài quá {longest} ký tự", en=f"item over {longest} letters")
        return items

    def find_json(self, column: str) -> Any:
        """The decoded JSON of a cell, or None where it is empty."""
        return self._read(column, cast("Callable[[str], Any]", json.loads), vi="JSON", en="JSON")

    def validity(self) -> dict[str, date | None]:
        """The columns valid_from and valid_to."""
        begins, ends = self.find_day("valid_from"), self.find_day("valid_to")
        if begins and ends and ends < begins:
            self.wrong("valid_to", vi="trước valid_from", en="lies before valid_from")
        return {"valid_from": begins, "valid_to": ends}

    def sourced(self) -> dict[str, Any]:
        """The columns source and status, which no row goes without."""
        return {
            "source": self.text("source", longest=400),
            "source_status": self.choice("status", SourceStatus),
        }

    def _value(self, column: str) -> str:
        return self.row.values.get(column, "")

    def _read[T](self, column: str, read: Callable[[str], T], *, vi: str, en: str) -> T | None:
        value = self._value(column)
        if not value:
            return None
        try:
            return read(value)
        except (ValueError, RecursionError):
            self.wrong(
                column, vi=f"{value[:40]!r} không phải {vi}", en=f"{value[:40]!r} is no {en}"
            )
            return None

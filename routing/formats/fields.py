"""Reading JSON written by others: every field is asked for by name, and what is wrong is collected.

A field that nobody asks for cannot be honoured; it is an error too, never silently dropped.
"""

from collections.abc import Iterator

from routing.formats.errors import FormatError
from routing.formats.own import Json

MAX_NUMBER = 10**15
"""Larger than any coordinate or factor, and whole numbers up to it are exact as floats."""


class Fields:
    """One JSON object: ask for its fields, then call `done`."""

    def __init__(self, document: Json, path: str, errors: list[FormatError]) -> None:
        self.path = path
        self._errors = errors
        self._asked: set[str] = set()
        self._document: dict[str, Json] = {}
        if isinstance(document, dict):
            self._document = document
        else:
            errors.append(FormatError(path, "must be a JSON object"))

    def _under(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def error(self, name: str, reason: str) -> None:
        """Something is wrong with a field."""
        self._errors.append(FormatError(self._under(name), reason))

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self._document

    def integer(self, name: str, default: int | None = None, *, at_least: int = 0) -> int:
        """A whole number; without a default it must be there."""
        self._asked.add(name)
        if name not in self._document:
            if default is None:
                self.error(name, "is missing")
            return default or 0
        value = self._document[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
            self.error(name, f"must be an integer of at least {at_least}, not {value!r}")
            return default or 0
        return value

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        self._asked.add(name)
        value = self._document.get(name, default)
        if not isinstance(value, str):
            self.error(name, f"must be a text, not {value!r}")
            return default
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers, empty when absent."""
        self._asked.add(name)
        value = self._document.get(name, [])
        if isinstance(value, list) and all(type(item) is int for item in value):
            return tuple(value)
        self.error(name, "must be a list of integers")
        return ()

    def amounts(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers, none negative, empty when absent."""
        values = self.integers(name)
        if any(value < 0 for value in values):
            self.error(name, "must hold integers of at least 0")
            return ()
        return values

    def number(self, name: str, default: float) -> float:
        """A number, whole or not."""
        self._asked.add(name)
        value = self._document.get(name, default)
        number = _finite(value)
        if number is None:
            self.error(name, f"must be a number, not {value!r}")
            return default
        return number

    def coordinates(self, name: str) -> tuple[float, ...]:
        """Two numbers, longitude and latitude."""
        self._asked.add(name)
        value = self._document.get(name)
        if isinstance(value, list) and len(value) >= 2:
            pair = [_finite(part) for part in value[:2]]
            if None not in pair:
                return tuple(part for part in pair if part is not None)
        self.error(name, "must be [longitude, latitude]")
        return (0.0, 0.0)

    def pairs(self, name: str) -> tuple[tuple[int, int], ...]:
        """A list of [from, to], empty when absent."""
        self._asked.add(name)
        value = self._document.get(name, [])
        pairs = value if isinstance(value, list) else [None]
        found = [
            (pair[0], pair[1])
            for pair in pairs
            if isinstance(pair, list) and [type(moment) for moment in pair] == [int, int]
        ]
        if len(found) == len(pairs):
            return tuple(found)
        self.error(name, "must be a list of [start, end]")
        return ()

    def table(self, name: str) -> Json:
        """A value as it is, None when absent."""
        self._asked.add(name)
        return self._document.get(name)

    def object(self, name: str) -> "Fields":
        """A nested object, empty when absent."""
        self._asked.add(name)
        return Fields(self._document.get(name, {}), self._under(name), self._errors)

    def objects(self, name: str) -> "Iterator[Fields]":
        """A list of nested objects, empty when absent."""
        self._asked.add(name)
        value = self._document.get(name, [])
        if not isinstance(value, list):
            self.error(name, "must be a list")
            return
        for number, item in enumerate(value):
            yield Fields(item, f"{self._under(name)}[{number}]", self._errors)

    def names(self) -> tuple[str, ...]:
        """Names of all fields."""
        return tuple(self._document)

    def note(self, *names: str) -> None:
        """Fields that only inform and change no plan."""
        self._asked.update(names)

    def refuse(self, name: str, reason: str, *, unless: Json = None) -> None:
        """A field that cannot be honoured, unless it holds a value that changes nothing."""
        self._asked.add(name)
        if name in self._document and self._document[name] != unless:
            self.error(name, f"cannot be honoured: {reason}")

    def done(self) -> None:
        """Every field that nobody asked for is an error."""
        for name in self._document:
            if name not in self._asked:
                self.error(name, "cannot be honoured: unknown field")


def _finite(value: Json) -> float | None:
    """A JSON number as a float, None for anything else and for what no float can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > MAX_NUMBER:
        return None
    return float(value)

"""Cuts JSON text into its top-level parts without reading what is inside them.

One unreadable command (nested ten thousand deep, say) must not make its whole batch unreadable.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_KEY = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*:', re.DOTALL)
_BRACKETS = {"[": "]", "{": "}"}


class NotSliceable(ValueError):
    """Brackets or strings that do not close: no JSON."""


def elements(array: str) -> list[str]:
    """The texts of an array's elements."""
    return list(_parts(array, "["))


def members(text: str) -> list[tuple[str, str]]:
    """The members of an object: key text (with its quotes) and value text, in order."""
    found = []
    for part in _parts(text, "{"):
        key = _KEY.match(part)
        if key is None:
            raise NotSliceable("a member without a key")
        found.append((key[1], part[key.end() :].strip()))
    return found


def _parts(text: str, opening: str) -> Iterator[str]:
    text = text.strip()
    if not text.startswith(opening):
        raise NotSliceable(f"it does not begin with {opening}")
    open_brackets: list[str] = []
    begin = 1
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in _BRACKETS:
            open_brackets.append(_BRACKETS[mark])
        elif mark in "]}" and (not open_brackets or open_brackets.pop() != mark):
            raise NotSliceable("brackets do not match")
        if mark == "," and len(open_brackets) == 1:
            yield text[begin : token.start()].strip()
            begin = token.end()
        if not open_brackets:
            if token.end() != len(text):
                raise NotSliceable("something follows the end")
            last = text[begin : token.start()].strip()
            if last or begin > 1:
                yield last
            return
    raise NotSliceable("it does not end")

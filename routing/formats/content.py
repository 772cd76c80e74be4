"""What a file holds, told by its content: text (gzip or not), JSON with its mistakes, kind."""

import gzip
import json
import sys
import zlib
from pathlib import Path

from routing.formats.errors import FormatError
from routing.formats.own import FORMAT, Json

KINDS = ("own", "vroom", "lilim", "sartori", "solomon")
"""Kinds of problem files. The first two are JSON, the others lines of text."""

STANDARD_INPUT = "-"

_GZIP = b"\x1f\x8b"


def read_text(file: Path) -> str:
    """The text of a file, unpacked if it is gzip; `-` is standard input.

    Raises FormatError (not UTF-8, torn gzip), OSError (no file).
    """
    raw = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
    if raw.startswith(_GZIP):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as torn:
            raise FormatError(str(file), f"is no whole gzip file: {torn}") from torn
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise FormatError(str(file), f"is no UTF-8 text: byte {wrong.start}") from wrong


def parse_json(text: str, file: Path) -> Json:
    """The JSON of a text. Raises FormatError with line and column, or with a field given twice."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        where = f"{file}, line {wrong.lineno} column {wrong.colno}"
        raise FormatError(where, f"is no JSON: {wrong.msg}") from wrong
    except RecursionError as deep:
        raise FormatError(str(file), "is no JSON: nested too deeply") from deep


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(twice, "is given twice in one object")
    return found


def _no_number(text: str) -> Json:
    raise FormatError("", f"{text} is no JSON number")


def is_json(text: str) -> bool:
    """Whether a text can only be JSON."""
    return text.lstrip()[:1] in {"{", "["}


def kind_of_problem(text: str, file: Path) -> str:
    """Which of KINDS a problem file is. Raises FormatError if it is none of them."""
    if is_json(text):
        document = parse_json(text, file)
        if isinstance(document, dict):
            if "format" in document or "kind" in document:
                return "own"
            if "vehicles" in document:
                return "vroom"
        reason = f'is neither our own JSON ("format": "{FORMAT}") nor VROOM\'s ("vehicles": […])'
        raise FormatError(str(file), reason)
    lines = [line.split() for line in text.splitlines()]
    words = {line[0] for line in lines if line}
    if "NODES" in words:
        return "sartori"
    if {"VEHICLE", "CUSTOMER"} <= words:
        return "solomon"
    first = next((line for line in lines if line), [])
    if len(first) == 3 and all(word.lstrip("-").isdecimal() for word in first):
        return "lilim"
    reason = f"is of no kind known here; name it with --format: {', '.join(KINDS)}"
    raise FormatError(str(file), reason)

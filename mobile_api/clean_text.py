"""Texts that no database and no JSON can hold (NUL, halves of surrogate pairs) end at the door."""

import re
from collections.abc import Iterator

from flask import Flask, request

from backend.errors import Invalid, NotFound
from mobile_api.field_messages import field_messages

_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\x00|\xed[\xa0-\xbf]")
"""How such a letter may be written in JSON: escaped, in UTF-16, or as bytes that are no UTF-8.
Whole pairs look alike, and are told apart by reading."""

_JUDGED_ONE_BY_ONE = frozenset({"courier.exchange"})
"""Views that judge each part of a body by itself: one bad command must not stop a phone's queue."""

_REASON = "This character is not allowed here."


def register_clean_text(app: Flask) -> None:
    """Refuses paths, queries and JSON bodies that hold such letters, before any view."""
    app.before_request(_refuse)


def _refuse() -> None:
    if _is_unclean(request.path):
        raise NotFound
    found = {
        "query": {
            name if not _is_unclean(name) else "…": [_REASON]
            for name, value in request.args.items(multi=True)
            if _is_unclean(name) or _is_unclean(value)
        }
    }
    if request.is_json and request.endpoint not in _JUDGED_ONE_BY_ONE:
        found["json"] = {path: [_REASON] for path in _unclean_paths(_suspicious_body(), ())}
    if any(found.values()):
        raise Invalid(fields=field_messages(found))


def _suspicious_body() -> object:
    """The parsed body if it may hold such a letter; reading every body twice would cost much."""
    if not _SUSPICIOUS.search(request.get_data()):
        return None
    return request.get_json(silent=True)


def _unclean_paths(value: object, path: tuple[str, ...]) -> Iterator[str]:
    """Dotted paths of the texts in question."""
    if isinstance(value, str) and _is_unclean(value):
        yield ".".join(path) or "body"
    elif isinstance(value, dict):
        for name, inner in value.items():
            if _is_unclean(name):
                yield ".".join((*path, "…"))
            else:
                yield from _unclean_paths(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unclean_paths(inner, (*path, str(number)))


def _is_unclean(text: str) -> bool:
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)

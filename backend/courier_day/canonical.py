"""The canonical bytes of a command and their fingerprint: how a repeat is told from a reuse.

JCS (RFC 8785) of the command without `seq`, because a forked device renumbers (SYNC §2).
"""

import hashlib
import json
from typing import Any

import rfc8785


class NotCanonical(ValueError):
    """The command holds what JCS has no form for (a huge integer, half a surrogate pair)."""


def canonical_bytes(command: dict[str, Any]) -> bytes:
    """JCS of the command without its number. Raises NotCanonical."""
    try:
        return rfc8785.dumps(_content(command))
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def fingerprint(command: dict[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the canonical bytes. Raises NotCanonical."""
    return hashlib.sha256(canonical_bytes(command)).digest()


def poison_fingerprint(command: dict[str, Any]) -> bytes:
    """A fingerprint for a command without canonical form; never equal to one with such a form."""
    text = json.dumps(_content(command), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(b"\x01" + text.encode("ascii")).digest()


def _content(command: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in command.items() if key != "seq"}

"""Dossier codes of the portals: read leniently, stored as text, never invented.

Known shape: {agency}-{yymmdd}-{serial}, such as H17.12-261122-0041; provincial serials have four
digits, ministries six or seven, and the legacy form a long dotted agency part.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LONGEST = 80

_DASHES = re.compile(r"[\u2010-\u2015\u2212_]")
_SHAPE = re.compile(r"(?P<agency>[A-Z0-9]+(?:\.[A-Z0-9]+)*)-(?P<day>\d{6})-(?P<serial>\d{1,10})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalCode:
    """A code as text, and its parts where all of them could be read."""

    text: str
    agency: str | None = None
    filed_on: date | None = None
    serial: str | None = None


def parse_portal_code(text: str) -> PortalCode | None:
    """What was typed or scanned, made canonical; None if nothing is left of it.

    Spaces, dash variants and lower case are forgiven. Any other shape is kept as it is: a portal
    may change its codes, and no dossier is refused for that.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    canonical = _DASHES.sub("-", re.sub(r"\s+", "", plain)).upper()[:LONGEST]
    if not canonical:
        return None
    match = _SHAPE.fullmatch(canonical)
    day = _day(match["day"]) if match else None
    if match is None or day is None:
        return PortalCode(text=canonical)
    return PortalCode(text=canonical, agency=match["agency"], filed_on=day, serial=match["serial"])


def _day(digits: str) -> date | None:
    """yymmdd in this century, or None if there is no such day."""
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None

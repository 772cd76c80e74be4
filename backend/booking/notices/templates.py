"""What a notice is: its text in two languages, and how it may leave."""

from dataclasses import dataclass
from enum import StrEnum

from backend.errors import Text

LINK = "link"
"""Name of the placeholder that becomes the address of the follow page."""

SECRET_PARTS = frozenset({LINK, "pin", "code"})
"""Placeholders that are filled in only when the message leaves, and nowhere kept."""


class Audience(StrEnum):
    """Who is told."""

    CONTACT = "CONTACT"
    """Who booked, or for whom it was booked."""
    RECEIVER = "RECEIVER"
    """Who may receive the result in the owner's place."""
    OFFICE = "OFFICE"
    COURIER = "COURIER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One kind of notice. Texts name the same `{placeholders}` in both languages."""

    name: str
    text: Text
    urgent: bool = False
    """Leaves at night too: it is worth nothing in the morning."""
    optional: bool = False
    """Who does not want notices is spared it; the law, or harm done, demands all others."""

    @property
    def facts(self) -> frozenset[str]:
        """What must be said to write it; secret parts come when it leaves."""
        return self.text.placeholders() - SECRET_PARTS

    @property
    def secrets(self) -> frozenset[str]:
        """Its placeholders that only the receiver may read."""
        return self.text.placeholders() & SECRET_PARTS

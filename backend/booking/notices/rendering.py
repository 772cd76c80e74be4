"""From a template and facts to the text that a person reads, and what it costs to send."""

import math
from collections.abc import Mapping
from datetime import date, datetime

from backend import clock
from backend.booking.notices.templates import Template
from backend.errors import Language, Text

type Fact = str | int | date | datetime | Text

MAX_FACT_CHARS = 120
"""A name may be longer; a notice is no place for it."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of 7-bit text messages (3GPP TS 23.038); Vietnamese marks are outside of it."""


def render(template: Template, facts: Mapping[str, Fact], language: Language) -> str:
    """The text with everything but its secret parts, which stay as `{name}` until it leaves.

    Raises ValueError when a fact is missing or nobody asked for it: a defect of the caller.
    """
    if facts.keys() != template.facts:
        raise ValueError(f"{template.name} needs {sorted(template.facts)}, got {sorted(facts)}")
    values = {name: words(value, language) for name, value in facts.items()}
    values |= {name: f"{{{name}}}" for name in template.secrets}
    return template.text.in_language(language).format_map(values)


def fill(text: str, secrets: Mapping[str, str]) -> str:
    """The text as it leaves."""
    for name, value in secrets.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def words(value: Fact, language: Language) -> str:
    """A fact as people read it: local time, one line, no braces, of bounded length."""
    if isinstance(value, Text):
        value = value.in_language(language)
    if isinstance(value, datetime):
        return f"{clock.to_local(value):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    line = " ".join(str(value).replace("{", "(").replace("}", ")").split())
    return line if len(line) <= MAX_FACT_CHARS else line[: MAX_FACT_CHARS - 1] + "…"


def count_parts(text: str) -> int:
    """Parts of a text message: 160 letters of the 7-bit alphabet or 70 of UCS-2 in one, 153 or 67
    in each of several."""
    if set(text) <= _GSM:
        length, alone, joined = len(text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else math.ceil(length / joined)

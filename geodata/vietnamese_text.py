"""One spelling for Vietnamese text: NFC, one place for tone marks, and a key without marks.

The same ward is written Hoà Khánh and Hòa Khánh, composed or decomposed, with and without marks;
what is compared must be spelled one way first.
"""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below

# An open syllable that ends in oa, oe or uy with the tone on its last vowel (the newer way to write
# it). "quý" keeps its tone: there u belongs to the consonant.
_NEWER_TONE = re.compile(
    rf"(?:(?P<o>o)(?P<ae>[ae])|(?<!q)(?P<u>u)(?P<y>y))(?P<tone>[{_TONES}])(?![{_TONES}\w])",
    re.IGNORECASE,
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z/]+")


def normalise_text(text: str) -> str:
    """NFC, plain spaces and dashes, tone marks in the place that official names use (Hòa, Thúy)."""
    decomposed = unicodedata.normalize("NFD", text)
    moved = _NEWER_TONE.sub(_older_tone, decomposed)
    composed = unicodedata.normalize("NFC", moved)
    return _SPACES.sub(" ", _DASHES.sub("-", composed)).strip()


def fold(text: str) -> str:
    """Lower case without marks, letter by letter: the result is as long as the NFC text."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_plain_letter(letter) for letter in composed)


def search_key(text: str) -> str:
    """What two spellings of the same words have in common: plain lower-case words."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


def _plain_letter(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return plain if len(plain) == 1 else letter


def _older_tone(match: re.Match[str]) -> str:
    first = match["o"] or match["u"]
    second = match["ae"] or match["y"]
    return f"{first}{match['tone']}{second}"

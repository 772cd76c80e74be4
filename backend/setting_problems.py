"""What can be wrong with a setting, said in one line with the next step."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.setting_checks import Rejected

PREFIX = "TANNOI_"

KEY_MIN_CHARS = 32
"""256 bits as hexadecimal need 64 characters, as base64 44; below 32 it is a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One thing wrong with the settings: variable, stable code, reason, next step."""

    name: str
    code: str
    reason: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason} {self.next_step}"


class InvalidSettings(Exception):
    """The settings cannot be used; `problems` names every one at once."""

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def variable_name(attribute: str) -> str:
    """The environment variable of an attribute: `bind` → `TANNOI_BIND`."""
    return PREFIX + attribute.upper()


def parsed(text: str, annotation: Any) -> Any:
    """The value of a variable. Raises Rejected."""
    if annotation is Path:
        return Path(text).expanduser()
    if annotation is int:
        if not re.fullmatch(r"-?\d+", text.strip()):
            raise Rejected(f"{text!r} is no whole number.", "Write digits only.")
        return int(text)
    return text


def wrong(name: str, rejected: Rejected) -> SettingProblem:
    """A value that a check refuses."""
    reason, next_step = rejected.args
    return SettingProblem(name=name, code="setting_invalid", reason=reason, next_step=next_step)


def too_short(attribute: str, secret: str) -> SettingProblem:
    """A secret that could be guessed."""
    too_short = Rejected(
        f"{len(secret)} characters are too few.",
        f"Use at least {KEY_MIN_CHARS}: openssl rand -hex 32",
    )
    return wrong(variable_name(attribute), too_short)


def missing(attribute: str, example: str) -> SettingProblem:
    """Something that is needed and not set."""
    return SettingProblem(
        name=variable_name(attribute),
        code="setting_missing",
        reason="it is not set, and this needs it.",
        next_step=f"Set it, for example: {example}",
    )


def unknown(name: str, known: tuple[str, ...]) -> SettingProblem:
    """A variable that nobody reads, with the likeliest one that was meant."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return SettingProblem(
        name=name,
        code="setting_unknown",
        reason="there is no such setting.",
        next_step=f"Did you mean {close[0]}?" if close else "Unset it; see docs/operations.md.",
    )

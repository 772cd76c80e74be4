"""One rule for doors and counters: who may receive in the owner's place, by which letter.

`judge_letter` is the rule and reads nothing; `look_at_letter` brings it what is known.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from backend.booking.receivers import AuthorisedReceiver, IdentityPaper, find_receiver
from backend.dossiers.forms import MARKS, FormKind, list_forms
from backend.dossiers.models import Dossier


class LetterFault(StrEnum):
    """What is wrong, by the code that a phone's act is flagged with and a counter's refused."""

    MISSING = "authorisation_missing"
    UNKNOWN = "authorisation_unknown"
    OTHER_RECEIVER = "other_receiver"
    EXPIRED = "authorisation_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterShown:
    """A letter as whoever looked at it wrote it down."""

    number: str | None
    valid_to: date

    @property
    def printed_here(self) -> str | None:
        """Its number, if that is one of the letters that the post prints for owners."""
        ours = self.number is not None and MARKS[FormKind.AUTHORISATION] in self.number
        return self.number if ours else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is wrong with a letter and its bearer, the gravest first; nothing: papers are given."""

    faults: tuple[LetterFault, ...]
    valid_to: date | None
    """Last day that binds; None where no letter is known."""


def look_at_letter(
    session: Session,
    dossier: Dossier,
    shown: LetterShown | None,
    *,
    paper: IdentityPaper,
    last_digits: str,
    on: date,
) -> Judged:
    """The rule, with who was named for a dossier and the letters that were printed for it."""
    number = shown.printed_here if shown else None
    return judge_letter(
        shown,
        named=find_receiver(session, dossier.id),
        printed_to=_printed_to(session, dossier, number) if number else None,
        paper=paper,
        last_digits=last_digits,
        on=on,
    )


def judge_letter(
    shown: LetterShown | None,
    *,
    named: AuthorisedReceiver | None,
    printed_to: date | None,
    paper: IdentityPaper,
    last_digits: str,
    on: date,
) -> Judged:
    """Whether somebody who is not the owner may take papers on a day.

    named: who was named at booking; that letter stands in where none was shown. printed_to: last
    day of the owner's letter for this item with the number of `shown.printed_here`, None if there
    is no such letter. A printed letter is newer than what was told at booking: it names its own
    person, whom the printed page shows.
    """
    faults: list[LetterFault] = []
    if shown is not None and shown.printed_here:
        if printed_to is None:
            return Judged(faults=(LetterFault.UNKNOWN,), valid_to=None)
        valid_to: date | None = min(shown.valid_to, printed_to)
    else:
        if named is not None and not named.has_paper(paper, last_digits):
            faults.append(LetterFault.OTHER_RECEIVER)
        valid_to = _told_or_shown(shown, named)
    if valid_to is None:
        faults.append(LetterFault.MISSING)
    elif valid_to < on:
        faults.append(LetterFault.EXPIRED)
    return Judged(faults=tuple(faults), valid_to=valid_to)


def _told_or_shown(shown: LetterShown | None, named: AuthorisedReceiver | None) -> date | None:
    if shown is None:
        return named.letter_valid_to if named else None
    return named.valid_to(shown.number, shown.valid_to) if named else shown.valid_to


def _printed_to(session: Session, dossier: Dossier, number: str) -> date | None:
    """What our own letter with this number says; None where it is not about this dossier."""
    for form in list_forms(session, dossier.id):
        if form.kind is FormKind.AUTHORISATION and form.printed_number == number:
            return date.fromisoformat(form.content["valid_to"])
    return None

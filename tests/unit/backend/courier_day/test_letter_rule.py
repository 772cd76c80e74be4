"""Who may receive in the owner's place: one rule, asked at doors and at counters."""

from datetime import date

import pytest

from backend.booking.receivers import AuthorisedReceiver, IdentityPaper
from backend.courier_day.letter_rule import Judged, LetterFault, LetterShown, judge_letter

TODAY, LATER, PASSED = date(2026, 11, 23), date(2026, 12, 31), date(2026, 11, 22)
OURS = "00007/2026/GUQ"


def judged(
    shown: LetterShown | None,
    *,
    told: date | None = LATER,
    digits: str = "0123",
    printed: date | None = None,
) -> Judged:
    """told: last day of the letter UQ-01, told at booking; None where nobody was named."""
    named = told and AuthorisedReceiver(
        identity_paper=IdentityPaper.CITIZEN_CARD,
        last_digits="0123",
        letter_no="UQ-01",
        letter_valid_to=told,
    )
    return judge_letter(
        shown,
        named=named or None,
        printed_to=printed,
        paper=IdentityPaper.CITIZEN_CARD,
        last_digits=digits,
        on=TODAY,
    )


def letter(number: str | None = None, valid_to: date = LATER) -> LetterShown:
    return LetterShown(number=number, valid_to=valid_to)


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (judged(letter(valid_to=TODAY), told=None), []),
        (judged(letter(valid_to=PASSED), told=None), [LetterFault.EXPIRED]),
        (judged(None, told=None), [LetterFault.MISSING]),
        (judged(None), []),
        (judged(None, told=PASSED), [LetterFault.EXPIRED]),
        (judged(letter("UQ-01"), told=PASSED), [LetterFault.EXPIRED]),
        (judged(letter("UQ-02"), told=PASSED), []),
        (judged(letter("UQ-02"), digits="9999"), [LetterFault.OTHER_RECEIVER]),
        (
            judged(None, told=PASSED, digits="9999"),
            [LetterFault.OTHER_RECEIVER, LetterFault.EXPIRED],
        ),
        (judged(letter(OURS)), [LetterFault.UNKNOWN]),
        (judged(letter(OURS), printed=TODAY, digits="9999"), []),
        (judged(letter(OURS), printed=PASSED), [LetterFault.EXPIRED]),
        (judged(letter(OURS, PASSED), printed=LATER), [LetterFault.EXPIRED]),
    ],
)
def test_a_letter_and_its_bearer_are_judged(found: Judged, faults: list[LetterFault]) -> None:
    """Printed for the owner it outweighs what was told at booking; the earlier day binds."""
    assert list(found.faults) == faults


def test_the_last_day_that_binds_is_told() -> None:
    assert judged(letter("UQ-01", LATER), told=TODAY).valid_to == TODAY
    assert judged(letter(OURS, LATER), printed=PASSED).valid_to == PASSED
    assert judged(None, told=None).valid_to is None

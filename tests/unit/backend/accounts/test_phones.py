"""One phone has one spelling, and is shown to nobody whole who need not know it."""

import pytest

from backend.accounts.phones import masked, plain_number


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("0900 000 123", "0900000123"),
        ("0900.000.123", "0900000123"),
        ("+84 900 000 123", "0900000123"),
        ("84900000123", "0900000123"),
        ("8490000012", "8490000012"),
        ("+84 (0)900 000 123", "0900000123"),
        ("840900000123", "0900000123"),
        ("０９００ ０００ １２３", "0900000123"),
        ("0900 000 123²", "0900000123"),
        ("+1 202 555 0100", "+12025550100"),
        ("+0900 000 123", "0900000123"),
        ("", ""),
    ],
)
def test_the_same_phone_is_written_the_same(written: str, plain: str) -> None:
    assert plain_number(written) == plain


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("0900 000 123", "•••••••123"), ("+1 202 555 0100", "•••••••••100"), ("113", "•••"), ("", "")],
)
def test_only_the_end_of_a_number_is_shown(phone: str, shown: str) -> None:
    assert masked(phone) == shown

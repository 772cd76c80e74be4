"""Seal numbers have one spelling, however they were typed or scanned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.dossiers.seals import LONGEST, parse_seal


@pytest.mark.parametrize(
    "typed", ["NP-0007", "np-0007", " NP - 0007 ", "NP\u20130007", "NP\u20140007"]
)
def test_the_same_seal_is_spelled_the_same(typed: str) -> None:
    assert parse_seal(typed) == "NP-0007"


def test_vietnamese_letters_are_composed() -> None:
    assert parse_seal("Đa\u0300-1") == "ĐÀ-1"


@given(st.text(max_size=80))
def test_reading_a_seal_again_changes_nothing(typed: str) -> None:
    seal = parse_seal(typed)
    assert parse_seal(seal) == seal
    assert len(seal) <= LONGEST

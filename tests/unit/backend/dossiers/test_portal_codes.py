"""Portal codes as people type them: forgiven, read where known, kept as text where not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.dossiers.portal_codes import LONGEST, parse_portal_code


@pytest.mark.parametrize(
    ("typed", "text", "agency", "serial"),
    [
        ("H17.12-261122-0041", "H17.12-261122-0041", "H17.12", "0041"),
        (" h17.12 - 261122 - 0041 ", "H17.12-261122-0041", "H17.12", "0041"),
        ("H17.12–261122—0041", "H17.12-261122-0041", "H17.12", "0041"),
        ("G01.899-261122-100200", "G01.899-261122-100200", "G01.899", "100200"),
        ("G09-261122-1234567", "G09-261122-1234567", "G09", "1234567"),
        ("000.00.12.H17-261122-0041", "000.00.12.H17-261122-0041", "000.00.12.H17", "0041"),
    ],
)
def test_a_known_shape_is_read_in_its_parts(
    typed: str, text: str, agency: str, serial: str
) -> None:
    code = parse_portal_code(typed)
    assert code is not None
    assert (code.text, code.agency, code.serial) == (text, agency, serial)
    assert code.filed_on == date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed", ["HS-2026/0041", "H17.12-261322-0041", "H17.12-20261122-0041", "mã hồ sơ 12"]
)
def test_an_unknown_shape_is_kept_as_text(typed: str) -> None:
    code = parse_portal_code(typed)
    assert code is not None
    assert code.text == "".join(typed.split()).upper()
    assert (code.agency, code.filed_on, code.serial) == (None, None, None)


@pytest.mark.parametrize("typed", ["", "   ", "\n\t"])
def test_nothing_typed_is_no_code(typed: str) -> None:
    assert parse_portal_code(typed) is None


@given(st.text(max_size=200))
def test_any_text_is_taken_and_reading_it_again_changes_nothing(typed: str) -> None:
    code = parse_portal_code(typed)
    if code is not None:
        assert len(code.text) <= LONGEST
        again = parse_portal_code(code.text)
        assert again is not None
        assert again.text == code.text

"""UPU S10 codes: the check digit finds every single wrong digit."""

import pytest

from backend.dossiers.item_codes import InvalidItemCode, check_digit, item_code, parse_item_code


@pytest.mark.parametrize(
    ("digits", "check"),
    [
        ("47312482", 9),
        ("00000000", 5),
        ("48000001", 1),
        ("70000000", 0),
        ("00000010", 2),
        ("00000006", 2),
    ],
)
def test_known_check_digits(digits: str, check: int) -> None:
    assert check_digit(digits) == check


def test_a_code_is_read_back_however_it_is_typed() -> None:
    assert item_code("RH", 47312482) == "RH473124829VN"
    assert parse_item_code(" rh 4731 2482 9 vn ") == "RH473124829VN"


@pytest.mark.parametrize("position", range(8))
def test_any_single_wrong_digit_is_noticed(position: int) -> None:
    right = "47312482"
    for digit in set("0123456789") - {right[position]}:
        wrong = right[:position] + digit + right[position + 1 :]
        with pytest.raises(InvalidItemCode):
            parse_item_code(f"RH{wrong}9VN")


@pytest.mark.parametrize(
    "text", ["", "RH47312482VN", "RH473124829US", "SH473124829VN", "RH4731248299VN", "473124829"]
)
def test_what_is_no_item_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidItemCode):
        parse_item_code(text)

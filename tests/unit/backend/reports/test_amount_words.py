"""A sum in words is what a Vietnamese cashier would write."""

import pytest

from backend.reports.amount_words import dong_in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (101, "Một trăm lẻ một đồng"),
        (26_000, "Hai mươi sáu nghìn đồng"),
        (135_000, "Một trăm ba mươi lăm nghìn đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (2_000_500, "Hai triệu năm trăm đồng"),
        (10_000_055, "Mười triệu không trăm năm mươi lăm đồng"),
        (3_000_000_011, "Ba tỷ không trăm mười một đồng"),
        (1_000_000_000_000, "Một nghìn tỷ đồng"),
        (-5_000, "Âm năm nghìn đồng"),
    ],
)
def test_a_sum_is_said_as_a_cashier_says_it(amount: int, words: str) -> None:
    assert dong_in_words(amount) == words

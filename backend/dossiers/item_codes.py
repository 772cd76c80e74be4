"""Item codes (số hiệu bưu gửi): UPU S10 with check digit, issued once and never again."""

import re

from sqlalchemy.orm import Session

from backend.dossiers.code_series import lock_series
from backend.errors import Invalid, Text, Unavailable

ITEM_SERIES = "ITEM"

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
"""UPU S10, weights of the eight digits."""

_COUNTRY = "VN"
_PREFIXES = tuple(f"R{letter}" for letter in "HIJKLMNOPQRSTUVWXYZABCDEFG")
"""R = registered mail; a series moves to the next pair when its numbers are used up."""

_SERIALS_PER_PREFIX = 1_000_000
"""Two of the eight digits are the province's code, so that provinces never share a number."""

_SHAPE = re.compile(r"([A-Z]{2})(\d{8})(\d)VN")
_RESERVED_FIRST_LETTERS = frozenset("JKSTW")


class InvalidItemCode(Invalid):
    code = "item_code_invalid"
    detail = Text(
        vi="Số hiệu bưu gửi {item_code} không đúng.", en="Item code {item_code} is not valid."
    )
    action = Text(
        vi="Quét lại mã vạch, hoặc gõ lại đủ 13 ký tự.",
        en="Scan the barcode again, or type all 13 characters.",
    )


class ItemCodesUsedUp(Unavailable):
    code = "item_codes_used_up"
    detail = Text(
        vi="Đã hết số hiệu bưu gửi của tỉnh {province}.",
        en="The item codes of province {province} are used up.",
    )
    action = Text(vi="Mở một dải số mới.", en="Open a new series of codes.")


def check_digit(digits: str) -> int:
    """The ninth digit of eight (47312482 → 9).

    c = 11 − (weighted sum mod 11); 10 becomes 0 and 11 becomes 5.
    """
    if len(digits) != len(_WEIGHTS) or not (digits.isascii() and digits.isdigit()):
        raise InvalidItemCode(item_code=digits)
    rest = 11 - sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def item_code(prefix: str, number: int) -> str:
    """The code of a two-letter prefix and a number of at most eight digits."""
    digits = f"{number:08d}"
    return f"{prefix}{digits}{check_digit(digits)}{_COUNTRY}"


def parse_item_code(text: str) -> str:
    """The canonical code of what was scanned or typed; raises InvalidItemCode."""
    code = re.sub(r"[\s.-]", "", text).upper()
    match = _SHAPE.fullmatch(code)
    if (
        match is None
        or match[1][0] in _RESERVED_FIRST_LETTERS
        or check_digit(match[2]) != int(match[3])
    ):
        raise InvalidItemCode(item_code=text)
    return code


def issue_item_codes(session: Session, province_code: str, count: int) -> list[str]:
    """New codes of the province, in order. Holds the series until the transaction ends.

    A rolled-back transaction gives its numbers back; a committed number is never issued again.
    """
    series = lock_series(session, province_code, ITEM_SERIES, prefix=_PREFIXES[0])
    codes = [_code_of(province_code, series.next_number + step) for step in range(count)]
    series.next_number += count
    series.prefix = codes[-1][:2] if codes else series.prefix
    session.flush()
    return codes


def _code_of(province_code: str, number: int) -> str:
    round_, serial = divmod(number - 1, _SERIALS_PER_PREFIX)
    if round_ >= len(_PREFIXES):
        raise ItemCodesUsedUp(province=province_code)
    return item_code(_PREFIXES[round_], int(province_code) * _SERIALS_PER_PREFIX + serial)

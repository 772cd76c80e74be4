"""Sums in Vietnamese words, as a receipt says them beside the figures."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9


def dong_in_words(amount_vnd: int) -> str:
    """Whole đồng, such as "Một trăm ba mươi lăm nghìn đồng"; below zero "Âm …"."""
    words = _number(abs(amount_vnd))
    said = f"{'âm ' if amount_vnd < 0 else ''}{words} đồng"
    return said[0].upper() + said[1:]


def _number(amount: int) -> str:
    if amount == 0:
        return _DIGITS[0]
    billions, rest = divmod(amount, _BILLION)
    words = [f"{_number(billions)} tỷ"] if billions else []
    for size, name in ((10**6, " triệu"), (10**3, " nghìn"), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words.append(_group(group, is_first=not words) + name)
    return " ".join(words)


def _group(group: int, *, is_first: bool) -> str:
    """Three digits; behind others a missing hundred is said."""
    hundreds, rest = divmod(group, 100)
    tens, units = divmod(rest, 10)
    words = [] if is_first and not hundreds else [f"{_DIGITS[hundreds]} trăm"]
    if tens == 1:
        words.append("mười")
    elif tens:
        words.append(f"{_DIGITS[tens]} mươi")
    elif units and words:
        words.append("lẻ")
    if units:
        words.append(_unit(tens, units))
    return " ".join(words)


def _unit(tens: int, units: int) -> str:
    if units == 5 and tens:
        return "lăm"
    return "mốt" if units == 1 and tens > 1 else _DIGITS[units]

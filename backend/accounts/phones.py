"""One spelling of a phone number, and how it is shown to those who need not know it."""

import unicodedata


def plain_number(phone: str) -> str:
    """Digits alone, in the national form: +84 912 …, +84 (0)912 … and 0912 … are the same phone.

    A number of another country keeps its plus, without which it would be a wrong one of ours.
    Digits of other scripts, as some keyboards write them, are the same digits.
    """
    digits = "".join(str(unicodedata.decimal(letter)) for letter in phone if letter.isdecimal())
    abroad = phone.strip().startswith("+84") or (digits.startswith("84") and len(digits) > 10)
    if abroad:
        digits = "0" + digits[2:].removeprefix("0")
    elif phone.strip().startswith("+") and not digits.startswith("0"):
        digits = f"+{digits}"
    return digits[:20]


def masked(phone: str) -> str:
    """The last three digits: enough to ask «is this yours?», too little to call."""
    digits = plain_number(phone)
    return "•" * max(len(digits) - 3, 0) + digits[-3:] if len(digits) > 3 else "•" * len(digits)

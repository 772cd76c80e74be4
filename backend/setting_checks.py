"""What a setting's value must be; a value that is refused says why and what to write instead."""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit


class Rejected(Exception):
    """A value that a check refuses: the reason, then the next step."""


def one_of(*allowed: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in allowed:
            raise Rejected(f"{value!r} is not known.", f"Use one of: {', '.join(allowed)}.")

    return check


def between(lowest: int, highest: int) -> Callable[[int], None]:
    def check(value: int) -> None:
        if not lowest <= value <= highest:
            raise Rejected(f"{value} is out of range.", f"Use {lowest} to {highest}.")

    return check


def database_url(value: str) -> None:
    if value and urlsplit(value).scheme != "postgresql+psycopg":
        raise Rejected(
            "this is no PostgreSQL address.",
            "Write postgresql+psycopg://user@host/name (psycopg 3 is the only driver).",
        )


def redis_url(value: str) -> None:
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise Rejected(
            "this is no Valkey or Redis address.",
            "Write redis://host:6379/0 or unix:///path/to.sock?db=0.",
        )


def listen_address(value: str) -> None:
    try:
        is_reachable(value)
    except ValueError:
        raise Rejected(
            f"{value!r} is no address to listen on.", "Use 127.0.0.1, ::1 or unix:/path/to.sock."
        ) from None


def is_reachable(value: str) -> bool:
    """Whether other machines reach this address. Raises ValueError for what is none."""
    if value.startswith("unix:") or value == "localhost":
        return False
    return not ipaddress.ip_address(value).is_loopback


def kept_at_home(value: str) -> None:
    """The rule of a local installation, whose demonstration lets people in by printed links."""
    if is_reachable(value):
        raise Rejected(
            f"{value} can be reached from outside, and this is a local installation.",
            "Use 127.0.0.1; for others set TANNOI_ENVIRONMENT=production (docs/operations.md).",
        )


def province_code(value: str) -> None:
    if not re.fullmatch(r"\d{2}", value):
        raise Rejected(f"{value!r} is no province code.", "Use the two digits of GSO, e.g. 48.")


def demo_clock(value: str) -> None:
    """Empty, or what `clock.DemoClock` reads; tests/unit/backend/test_clock.py keeps both equal."""
    try:
        shown, since, speed = value.split(",") if value else ("", "", "1")
        naive = [text for text in (shown, since) if text and _is_naive(text)]
        wrong = bool(naive) or not 0 < float(speed) <= 3_600
    except ValueError:
        wrong = True
    if wrong:
        raise Rejected(
            f"{value!r} is no clock of a demonstration.",
            "Write SHOWN,SINCE,SPEED: 2026-11-23T06:30+07:00,2026-11-22T10:00Z,60 (at most 3600).",
        )


def quiet_hours(value: str) -> None:
    """`off`, or what `QuietHours` reads; test_quiet_hours.py keeps both equal."""
    try:
        starts, ends = ("0", "1") if value == "off" else value.split("-")
        wrong = starts == ends or (
            value != "off" and not all(_is_time_of_day(each) for each in (starts, ends))
        )
    except ValueError:
        wrong = True
    if wrong:
        raise Rejected(
            f"{value!r} are no quiet hours.", "Write FROM-TO as local times: 21:00-07:00, or off."
        )


def _is_time_of_day(text: str) -> bool:
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is not None


def _is_naive(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is None


def gateway_url(value: str) -> None:
    """Empty, or https; plain http only to this machine, for it carries phones and codes."""
    if not value:
        return
    found = urlsplit(value)
    here = found.hostname in {"localhost", "127.0.0.1", "::1"}
    if not found.hostname or found.scheme not in ({"https", "http"} if here else {"https"}):
        raise Rejected(
            "this is no address of a gateway.", "Write it like https://sms.example.vn/messages."
        )


def public_url(value: str) -> None:
    """Empty, or where the public reaches the pages: a QR code must stay short and lead there."""
    if not value:
        return
    found = urlsplit(value)
    if found.scheme not in {"https", "http"} or not found.hostname or found.query or found.fragment:
        raise Rejected(
            "this is no address of a web site.", "Write it like https://tannoi.example.vn."
        )

"""Structured logs with a request id and without personal data.

Keys known to carry personal data are dropped whole; phone and identity numbers that slip into
a sentence or a database error are masked. So a log may be kept and shown to support.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

# fmt: off
PERSONAL_KEYS = frozenset(
    {
        "name", "names", "full_name", "applicant", "applicant_name", "owner_name", "receiver",
        "receiver_name", "contact", "contact_name", "sender_name", "courier_name", "phone",
        "phones", "phone_number", "email", "address", "addresses", "home_address", "street",
        "house_number", "identity", "identity_number", "id_number", "cccd", "passport",
        "date_of_birth", "lat", "lon", "latitude", "longitude", "point", "position",
        "positions", "coordinates", "location", "signature", "photo", "pin", "otp",
        "password", "secret", "secret_key", "token", "access_token", "refresh_token",
        "authorization", "cookie", "body", "note", "notes"
    }
)
# fmt: on
"""Keys whose values never reach a log, at any depth."""

REDACTED = "[redacted]"

# Vietnamese mobile and land lines: 0 or +84, then 9 or 10 digits, often spaced or dotted.
_PHONE = re.compile(r"(?<![\w-])(?:\+?84|0)(?:[ .-]?\d){9,10}(?![\w-])")
# The 12-digit citizen identity number (CCCD).
_IDENTITY = re.compile(r"(?<![\w-])\d{12}(?![\w-])")
# PostgreSQL's DETAIL lines and SQLAlchemy's parameter lists repeat the row that failed.
_ROW_CONTENT = re.compile(
    r"(?:^|\n)[ \t]*(?:DETAIL:|\[parameters:|Failing row contains).*?(?=\n\S|\Z)", re.DOTALL
)

_STANDARD_LEVELS = {
    "alembic": logging.WARNING,
    "rq": logging.WARNING,
    "sqlalchemy.engine": logging.WARNING,
    "werkzeug": logging.WARNING,
}
"""Libraries that talk much and say little."""


def masked(text: str) -> str:
    """A sentence without phone numbers, identity numbers and quoted database rows."""
    text = _ROW_CONTENT.sub("\n" + REDACTED, text)
    return _IDENTITY.sub(REDACTED, _PHONE.sub(REDACTED, text))


def drop_personal_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The structlog processor that guards every line, ours and the libraries'."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL_KEYS:
        return REDACTED
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item) for item in value]
    if isinstance(value, BaseException):
        return masked(str(value))
    return value


def configure_logs(*, level: str, as_json: bool, stream: TextIO | None = None) -> None:
    """Sends structlog's and the standard library's messages through one chain to `stream`."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        drop_personal_data,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quietest in _STANDARD_LEVELS.items():
        logging.getLogger(name).setLevel(max(quietest, root.level))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that takes an event name and keys: `log.info("plan_published", plan=plan_id)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def bind_request(request_id: str) -> None:
    """Puts the request id on every line of this request or job, until `unbind_request`."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)


def unbind_request() -> None:
    structlog.contextvars.clear_contextvars()

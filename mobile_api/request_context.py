"""What surrounds every request: its id, its line in the log, and the headers of its answer."""

import re

from flask import Flask, Response, g, request

from backend import clock
from backend.database import new_id
from backend.logs import bind_request, get_logger, unbind_request

REQUEST_ID_HEADER = "X-Request-Id"
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from outside, nothing inline; `data:` and `blob:` images are drawn by our own scripts."""

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

log = get_logger(__name__)


def register_request_context(app: Flask) -> None:
    """Gives every request an id and every answer that id and the security headers."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = given if _ACCEPTABLE_ID.fullmatch(given) else str(new_id())
    g.began_s = clock.monotonic_s()
    bind_request(g.request_id)


def _finish(response: Response) -> Response:
    response.headers[REQUEST_ID_HEADER] = g.request_id
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    log.info(
        "request",
        method=request.method,
        # The rule and not the path: a path may hold a token or a code.
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((clock.monotonic_s() - g.began_s) * 1000, 1),
    )
    return response


def _forget(_error: BaseException | None) -> None:
    unbind_request()

"""Every failure leaves as RFC 9457 problem+json: the one place where errors meet statuses.

Vietnamese unless the caller asks for English; never a stack trace, never personal data.
"""

import http
from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, Response, current_app, g, json, request
from werkzeug.exceptions import HTTPException, UnprocessableEntity

from backend.database_errors import explained
from backend.errors import (
    Conflict,
    Invalid,
    Language,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Overtaken,
    TanNoiError,
    Text,
    TooOften,
    Unavailable,
)
from backend.logs import get_logger
from mobile_api.field_messages import field_messages
from mobile_api.http_errors import (
    HttpError,
    InternalError,
    MethodNotAllowed,
    PreconditionFailed,
    PreconditionRequired,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMedia,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/docs/errors#"

log = get_logger(__name__)


_STATUS_OF_KIND: Mapping[type[TanNoiError], int] = {
    NotSignedIn: 401,
    NotFound: 404,
    NotAllowed: 403,
    Invalid: 422,
    Conflict: 409,
    TooOften: 429,
    Overtaken: 412,
    Unavailable: 503,
}

_TITLES: Mapping[int, Text] = {
    400: Text(vi="Yêu cầu không đọc được", en="Malformed request"),
    401: Text(vi="Cần đăng nhập", en="Login needed"),
    403: Text(vi="Không được phép", en="Not allowed"),
    404: Text(vi="Không tìm thấy", en="Not found"),
    405: Text(vi="Sai phương thức", en="Method not allowed"),
    409: Text(vi="Xung đột trạng thái", en="Conflict"),
    412: Text(vi="Dữ liệu đã thay đổi", en="Precondition failed"),
    413: Text(vi="Quá lớn", en="Too large"),
    415: Text(vi="Sai kiểu nội dung", en="Unsupported content"),
    422: Text(vi="Dữ liệu không hợp lệ", en="Invalid data"),
    428: Text(vi="Thiếu điều kiện", en="Precondition required"),
    429: Text(vi="Quá nhiều yêu cầu", en="Too many requests"),
    500: Text(vi="Lỗi hệ thống", en="Internal error"),
    503: Text(vi="Tạm ngừng", en="Unavailable"),
}

_OF_HTTP_STATUS: Mapping[int, type[TanNoiError]] = {
    401: Unauthenticated,
    403: NotAllowed,
    404: NotFound,
    405: MethodNotAllowed,
    412: PreconditionFailed,
    413: TooLarge,
    415: UnsupportedMedia,
    422: Invalid,
    428: PreconditionRequired,
    429: TooManyRequests,
    503: Unavailable,
}


def status_of(error: type[TanNoiError]) -> int:
    """The HTTP status of an error class."""
    if issubclass(error, HttpError):
        return error.status
    return next(status for kind, status in _STATUS_OF_KIND.items() if issubclass(error, kind))


def speak(tongue: Language) -> None:
    """The language of this answer, if the caller names none that we speak."""
    g.spoken = tongue


def language() -> Language:
    """That of Accept-Language, in any of its regions; else what `speak` said, else Vietnamese."""
    for tag, quality in request.accept_languages:  # the most wanted first
        spoken = tag.partition("-")[0].lower()
        if quality > 0 and spoken in {"vi", "en"}:
            return "en" if spoken == "en" else "vi"
    return cast(Language, g.get("spoken", "vi"))


def problem(error: TanNoiError) -> Response:
    """The problem+json answer to an expected error, in the caller's language."""
    status, tongue = status_of(type(error)), language()
    title = _TITLES.get(status) or Text(vi="Lỗi", en=http.HTTPStatus(status).phrase)
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + error.code,
        "title": title.in_language(tongue),
        "status": status,
        "code": error.code,
        "detail": error.detail.in_language(tongue),
        "action": error.action.in_language(tongue),
        "trace_id": g.get("request_id", ""),
    }
    if error.fields:
        document["fields"] = {
            path: message.in_language(tongue) for path, message in error.fields.items()
        }
    response = Response(json.dumps(document), status=status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = tongue
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    if status == http.HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def register_error_handlers(app: Flask) -> None:
    """Turns every exception that reaches the app into a problem answer."""
    app.register_error_handler(TanNoiError, _expected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _expected(error: TanNoiError) -> Response:
    if status_of(type(error)) >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("unavailable", code=error.code, detail=error.detail.en)
    return problem(error)


def _http(error: HTTPException) -> Response:
    status = error.code or http.HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is not None or status < http.HTTPStatus.BAD_REQUEST:
        return current_app.make_response(error.get_response(request.environ))
    if isinstance(error, UnprocessableEntity):
        return problem(Invalid(fields=field_messages(_messages_of(error))))
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR and status not in _OF_HTTP_STATUS:
        return problem(InternalError())
    response = problem(_OF_HTTP_STATUS.get(status, HttpError)())
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    known = explained(error)
    if known is not None:
        return _expected(known)
    log.error("unexpected_error", endpoint=request.endpoint, exc_info=error)
    return problem(InternalError())


def _messages_of(error: UnprocessableEntity) -> Mapping[str, object]:
    """What webargs hangs on the exception it raises; empty for a plain abort(422)."""
    messages: Mapping[str, object] = getattr(error, "data", {}).get("messages", {})
    return messages

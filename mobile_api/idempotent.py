"""`Idempotency-Key` for creating calls: the repeat of a call gets the first one's answer."""

import hashlib
import json
import re
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

from flask import Response, current_app, request

from backend.errors import Text
from backend.idempotency import KEY_MAX_CHARS, Answer, find_answer, keep_answer
from mobile_api.access import find_caller
from mobile_api.http_errors import HttpError
from mobile_api.unit import current_session, may_be_repeated

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"

_ACCEPTABLE_KEY = re.compile(rf"[\x21-\x7e]{{8,{KEY_MAX_CHARS}}}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_FIRST_FAILURE_STATUS = 400

_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "8 to 200 visible ASCII characters, new for every new request (a UUID, say). "
    "A repeat with the same key and body gets the stored answer, for 30 days.",
    "schema": {"type": "string", "minLength": 8, "maxLength": KEY_MAX_CHARS},
}


class KeyMissing(HttpError):
    status = 400
    code = "idempotency_key_missing"
    detail = Text(
        vi="Thiếu tiêu đề Idempotency-Key, hoặc giá trị không hợp lệ.",
        en="The Idempotency-Key header is missing or not valid.",
    )
    action = Text(
        vi="Gửi một khoá mới (ví dụ UUID) cho mỗi yêu cầu mới.",
        en="Send a new key (a UUID, say) with every new request.",
    )


def calling_account() -> str:
    """Two accounts never share a key; callers who are not signed in share their answers' keys."""
    caller = find_caller()
    return str(caller.account_id) if caller else "anybody"


def idempotent(
    *, caller: Callable[[], str] = calling_account
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Makes a creating view safe to repeat; stands directly below the route.

        @blueprint.post("/plans")
        @idempotent()
        @blueprint.arguments(PlanRequestSchema)
        @blueprint.response(202, PlanSchema)
        def request_plan(body): ...

    caller: who asks; two callers never share a key.
    """

    def decorator(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def once(*args: Any, **kwargs: Any) -> Response:
            may_be_repeated()
            key = request.headers.get(HEADER, "")
            if not _ACCEPTABLE_KEY.fullmatch(key):
                raise KeyMissing
            scope = f"{caller()} {request.method} {request.url_rule}"
            fingerprint = _fingerprint()
            session = current_session()
            stored = find_answer(session, scope=scope, key=key, fingerprint=fingerprint)
            if stored is not None:
                return _replay(stored)
            response = current_app.make_response(view(*args, **kwargs))
            if response.status_code < _FIRST_FAILURE_STATUS:
                keep_answer(
                    session,
                    scope=scope,
                    key=key,
                    fingerprint=fingerprint,
                    answer=_answer_of(response),
                )
            return response

        _document_header(once)
        return once

    return decorator


def _document_header(view: Callable[..., Any]) -> None:
    """Adds the header to the operation, in the attribute that flask-smorest reads."""
    known = deepcopy(getattr(view, "_apidoc", {}))
    by_hand = known.get("manual_doc", {})
    place = by_hand if "parameters" in by_hand else known.setdefault("arguments", {})
    place.setdefault("parameters", []).append(dict(_PARAMETER))  # by hand replaces the other list
    vars(view)["_apidoc"] = known


def _fingerprint() -> bytes:
    """SHA-256 of what is asked; the same JSON written otherwise is the same question."""
    raw = request.get_data()
    try:
        body = json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":")).encode()
    except ValueError:
        body = raw
    return hashlib.sha256(request.full_path.encode() + b"\n" + body).digest()


def _answer_of(response: Response) -> Answer:
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return Answer(status=response.status_code, headers=kept, body=response.get_data())


def _replay(stored: Answer) -> Response:
    response = Response(stored.body, status=stored.status, headers=stored.headers)
    response.headers[REPLAYED_HEADER] = "true"
    return response

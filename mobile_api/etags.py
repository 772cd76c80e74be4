"""Versions of what people edit, as ETag and If-Match, so that nobody overwrites unseen work."""

from flask import Response, after_this_request, request

from mobile_api.http_errors import PreconditionFailed, PreconditionRequired


def version_etag(kind: str, *parts: object) -> str:
    """The tag of a version: `version_etag("plan", plan.id, plan.version)`."""
    return "-".join((kind, *(str(part) for part in parts)))


def answer_with_etag(tag: str) -> None:
    """The answer of this request carries the tag; a GET that names it already gets 304."""

    def add(response: Response) -> Response:
        response.set_etag(tag)
        response.headers.setdefault("Cache-Control", "no-cache")
        if request.method == "GET":
            response.make_conditional(request)
        return response

    after_this_request(add)


def demand_if_match(tag: str) -> None:
    """The caller must have seen the present version.

    Raises PreconditionRequired without If-Match, PreconditionFailed with another version.
    """
    if not request.if_match:
        raise PreconditionRequired
    if not request.if_match.contains(tag):
        raise PreconditionFailed

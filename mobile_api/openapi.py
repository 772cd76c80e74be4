"""flask-smorest with types and with our kind of error answer: the source of /openapi.json.

flask-smorest ships no type hints; this is the only file that imports it, so that every view is
checked. Doors write `from mobile_api.openapi import Blueprint`.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import flask_smorest  # type: ignore[import-untyped]  # it ships no type hints
import marshmallow as ma
from flask import Flask, Response, current_app

from mobile_api.problems import MEDIA_TYPE

type View = Callable[..., Any]
type Decorator = Callable[[View], View]
type SchemaLike = ma.Schema | type[ma.Schema]


_FIELD_REASONS = ma.fields.Dict(
    keys=ma.fields.String(),
    values=ma.fields.String(),
    metadata={"description": "Dotted path of an input field → what is wrong with it."},
)


class ProblemSchema(
    ma.Schema.from_dict({"fields": _FIELD_REASONS})  # type: ignore[misc]  # name of a Schema part
):
    """RFC 9457 problem+json, the body of every answer with a status of 400 and above."""

    type = ma.fields.String(
        required=True, metadata={"description": "Where this kind of problem is explained."}
    )
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    code = ma.fields.String(
        required=True, metadata={"description": "Stable code; programs decide by it."}
    )
    detail = ma.fields.String(required=True, metadata={"description": "One-line reason."})
    action = ma.fields.String(required=True, metadata={"description": "The next step."})
    trace_id = ma.fields.String(
        required=True, metadata={"description": "Also X-Request-Id; support finds logs by it."}
    )


SECURITY_SCHEMES: Mapping[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of POST /v1/session, or an API key.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tannoi_access",
        "description": "Browsers; what changes something must come from our own pages.",
    },
}

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_KEPT_OUT: Mapping[str, Any] = {
    "401": {
        "description": "not_signed_in, token_expired, session_revoked",
        "content": _PROBLEM,
    },
    "403": {"description": "role_not_allowed, other_origin", "content": _PROBLEM},
}
"""What every operation answers that demands a caller, unless it says more."""


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # untyped base, typed here
    """A door's blueprint; the decorators are those of flask-smorest."""

    def __init__(
        self, name: str, import_name: str, *, url_prefix: str = "", description: str = ""
    ) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix or None, description=description)

    def route(self, rule: str, *, methods: list[str] | None = None, **options: Any) -> Decorator:
        decorator: Decorator = super().route(rule, methods=methods or ["GET"], **options)
        return decorator

    def get(self, rule: str, **options: Any) -> Decorator:
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Decorator:
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Decorator:
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Decorator:
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Decorator:
        return self.route(rule, methods=["DELETE"], **options)

    def arguments(self, schema: SchemaLike, *, location: str = "json", **options: Any) -> Decorator:
        decorator: Decorator = super().arguments(schema, location=location, **options)
        return decorator

    def response(
        self, status_code: int, schema: SchemaLike | None = None, **options: Any
    ) -> Decorator:
        documented: Decorator = super().response(status_code, schema, **options)
        sent_as = options.get("content_type")
        if schema is None or sent_as is None:
            return documented

        def decorator(view: View) -> View:
            return sending_as(sent_as)(documented(view))

        return decorator

    def alt_response(self, status_code: int, **options: Any) -> Decorator:
        decorator: Decorator = super().alt_response(status_code, **options)
        return decorator

    def doc(self, **extra: Any) -> Decorator:
        """Merges `extra` into the operation's OpenAPI object."""
        decorator: Decorator = super().doc(**extra)
        return decorator


def sending_as(content_type: str) -> Decorator:
    """Answers that are written as JSON leave under the content type that is documented."""

    def decorator(view: View) -> View:
        @wraps(view)
        def sent(*args: Any, **kwargs: Any) -> Response:
            response = current_app.make_response(view(*args, **kwargs))
            if response.mimetype == "application/json":
                response.content_type = content_type
            return response

        return sent

    return decorator


class Api(flask_smorest.Api):  # type: ignore[misc]  # untyped base, typed here
    """The OpenAPI 3.1 description of all doors."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        super().__init__(app)

    def add(self, blueprint: Blueprint) -> None:
        """Registers a door and documents its operations."""
        self.register_blueprint(blueprint)

    def document(self) -> Mapping[str, Any]:
        """The OpenAPI document, error answers as problem+json."""
        document: dict[str, Any] = self.spec.to_dict()
        document.setdefault("components", {})["securitySchemes"] = dict(SECURITY_SCHEMES)
        for operations in document["paths"].values():
            for operation in operations.values():
                if isinstance(operation, dict) and operation.get("security"):
                    operation["responses"] = dict(_KEPT_OUT) | operation["responses"]
        for response in document.get("components", {}).get("responses", {}).values():
            content = response.get("content", {})
            if "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")
        return document

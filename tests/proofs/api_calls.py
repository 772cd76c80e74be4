"""Calls made from the API description: every operation, with ids that are somebody else's."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete", "head")


FORMS = ("0900000000", "1234", "99", "0" * 64)
"""Texts for patterns that no id fits: a number, its last digits, a province, a digest."""


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    spec: dict[str, Any]
    parameters: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def door(self) -> str:
        """courier, dispatcher, office, citizen; else what stands first in the path."""
        parts = self.path.strip("/").split("/")
        return parts[1] if parts[0] == "v1" else parts[0]

    def named(self, place: str) -> list[dict[str, Any]]:
        return [each for each in self.parameters if each["in"] == place]


@dataclass
class Description:
    """/openapi.json, with what refers to its parts resolved."""

    document: dict[str, Any]

    def operations(self) -> list[Operation]:
        return [
            Operation(
                method,
                path,
                spec,
                tuple(
                    self.resolve(each)
                    for each in (*spec.get("parameters", []), *entry.get("parameters", []))
                ),
            )
            for path, entry in sorted(self.document["paths"].items())
            for method, spec in entry.items()
            if method in METHODS
        ]

    def resolve(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self.document
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part

    def headers(self, operation: Operation) -> dict[str, str]:
        """What the operation demands besides a token."""
        values = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": '"1"'}
        return {
            each["name"]: values[each["name"]]
            for each in operation.named("header")
            if each["name"] in values
        }

    def query(self, operation: Operation, foreign: str) -> dict[str, Any]:
        """What the operation demands behind the question mark."""
        return {
            each["name"]: self.value(each["schema"], foreign)
            for each in operation.named("query")
            if each.get("required")
        }

    def body(self, operation: Operation, foreign: str) -> dict[str, Any]:
        """A body of the right form, as a client takes it: every id and code in it is `foreign`."""
        content = operation.spec.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            return {"json": self.value(content["application/json"].get("schema", {}), foreign)}
        if "text/csv" in content:
            table = f"item_code,ready_at\n{foreign},2026-11-23T08:00:00+07:00\n"
            return {"data": table.encode(), "content_type": "text/csv"}
        return {}

    def value(self, schema: dict[str, Any], foreign: str) -> Any:
        """The plainest value that the schema takes."""
        schema = self.resolve(schema)
        for several in ("allOf", "anyOf", "oneOf"):
            if several in schema:
                return self.value(schema[several][0], foreign)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object")
        if isinstance(kind, list):
            kind = next(each for each in kind if each != "null")
        made: Any = self._text(schema, foreign) if kind == "string" else False
        if kind == "object":
            made = self._object(schema, foreign)
        elif kind == "array":
            made = [self.value(schema.get("items", {}), foreign)]
        elif kind in {"integer", "number"}:
            made = max(schema.get("minimum", 1), 1)
        return made

    def _object(self, schema: dict[str, Any], foreign: str) -> dict[str, Any]:
        """What is required, what names an object by its id, and what a booking is called."""
        return {
            key: self.value(part, foreign)
            for key, part in schema.get("properties", {}).items()
            if not self.resolve(part).get("readOnly")
            and (key in {*schema.get("required", []), "booking"} or self._names(part))
        }

    def _names(self, part: dict[str, Any]) -> bool:
        """Whether a member names an object by its id."""
        part = self.resolve(part)
        parts = (part, self.resolve(part.get("items", {})))
        return any(each.get("format") == "uuid" for each in parts)

    def _text(self, schema: dict[str, Any], foreign: str) -> str:
        known = {"uuid": foreign, "date": "2026-11-23", "date-time": "2026-11-23T08:00:00+07:00"}
        if schema.get("format") in known:
            return known[schema["format"]]
        pattern = schema.get("pattern", "")
        fitting = (each for each in (foreign, *FORMS) if re.search(pattern, each))
        return next(fitting, foreign)[: schema.get("maxLength")]


def path_of(operation: Operation, foreign: str) -> str:
    """The path with every placeholder filled by `foreign`."""
    path = operation.path
    for parameter in operation.named("path"):
        path = path.replace("{" + parameter["name"] + "}", foreign)
    return path


def unknown_id() -> str:
    return str(uuid.UUID(int=0x0199AA00000070008000_000000000099))

"""Long answers say to the letter what marshmallow says."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import marshmallow as ma
import pytest

from mobile_api.dispatcher.arrival_schemas import ArrivalsSchema
from mobile_api.dispatcher.content_schemas import RouteListSchema, UnassignedListSchema
from mobile_api.long_answers import LongSchema


class Colour(StrEnum):
    RED = "red-1"


class InnerSchema(LongSchema):
    at = ma.fields.AwareDateTime(allow_none=True)
    day = ma.fields.Date(data_key="on")
    odd = ma.fields.Date(format="%d/%m")


class PlainSchema(ma.Schema):
    at = ma.fields.AwareDateTime(allow_none=True)


class OuterSchema(LongSchema):
    id = ma.fields.UUID()
    name = ma.fields.String(attribute="inner.name", allow_none=True)
    by_value = ma.fields.Enum(Colour, by_value=True, attribute="colour", dump_only=True)
    by_name = ma.fields.Enum(Colour, attribute="colour", dump_only=True)
    count = ma.fields.Integer()
    text_count = ma.fields.Integer(as_string=True, attribute="count", dump_only=True)
    exact = ma.fields.Decimal()
    share = ma.fields.Float()
    yes = ma.fields.Boolean()
    points = ma.fields.List(ma.fields.Float(allow_none=True), allow_none=True)
    inner = ma.fields.Nested(InnerSchema)
    nobody = ma.fields.Nested(InnerSchema, allow_none=True)
    plain = ma.fields.Nested(PlainSchema, attribute="inner", dump_only=True)
    many = ma.fields.List(ma.fields.Nested(InnerSchema))
    several = ma.fields.Nested(InnerSchema, many=True, attribute="many", dump_only=True)
    told = ma.fields.Function(lambda outer: outer.count * 2)
    said = ma.fields.String(dump_default="nothing was said")
    absent = ma.fields.Function(lambda _: ma.missing)
    hidden = ma.fields.String(load_only=True)


@dataclass
class Inner:
    name: str | None = "Đà Nẵng"
    at: datetime | None = datetime(2026, 11, 23, 1, 2, 3, 400, UTC)
    day: date = date(2026, 11, 23)
    odd: date = date(2026, 11, 23)


@dataclass
class Outer:
    inner: Inner
    many: list[Inner]
    points: list[float | None] | None
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    colour: Colour = Colour.RED
    count: int = 3
    exact: Decimal = Decimal("1.50")
    share: float = 0.25
    yes: bool = True
    nobody: Inner | None = None


@pytest.mark.parametrize(
    "given",
    [
        Outer(inner=Inner(), many=[Inner(), Inner(at=None)], points=[108.2, None, 16]),
        Outer(inner=Inner(name=None), many=[], points=None, nobody=Inner()),
    ],
)
def test_each_field_is_written_as_marshmallow_writes_it(given: Outer) -> None:
    expected = ma.Schema.dump(OuterSchema(), given)
    assert OuterSchema().dump(given) == expected
    assert list(OuterSchema().dump(given)) == list(expected), "in the same order"
    assert OuterSchema(many=True).dump([given, given]) == [expected, expected]
    assert OuterSchema().dump([given], many=True) == [expected]
    assert OuterSchema(only=("id", "inner.day")).dump(given) == ma.Schema.dump(
        OuterSchema(only=("id", "inner.day")), given
    )


def test_a_dictionary_is_read_like_an_object() -> None:
    given: dict[str, Any] = {"at": None, "day": date(2026, 11, 23), "odd": date(2026, 11, 23)}
    assert InnerSchema().dump(given) == ma.Schema.dump(InnerSchema(), given)


@pytest.mark.parametrize("schema", [RouteListSchema, UnassignedListSchema, ArrivalsSchema])
def test_no_long_answer_has_hooks_that_would_not_be_called(schema: type[ma.Schema]) -> None:
    seen = [schema()]
    while seen:
        each = seen.pop()
        assert isinstance(each, LongSchema)
        assert not any(each._hooks[when] for when in ("pre_dump", "post_dump"))
        for known in each.dump_fields.values():
            inner = known.inner if isinstance(known, ma.fields.List) else known
            if isinstance(inner, ma.fields.Nested):
                seen.append(inner.schema)

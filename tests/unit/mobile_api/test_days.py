"""Days that a caller names are days that the service can reckon with."""

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
import pytest

from backend.settings import Settings
from mobile_api import create_app
from mobile_api.days import Day, Moment


class _Asked(ma.Schema):
    day = Day()
    at = Moment()


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_of_another_century_is_refused(day: str) -> None:
    for asked in ({"day": day}, {"at": f"{day}T00:00:00+07:00"}):
        with pytest.raises(ma.ValidationError, match="Not a day from 2000 to 2099"):
            _Asked().load(asked)


def test_the_first_and_the_last_day_of_ours_are_taken() -> None:
    for day in ("2000-01-01", "2099-12-31"):
        taken = _Asked().load({"day": day, "at": f"{day}T12:00:00+07:00"})
        assert (str(taken["day"]), str(taken["at"].date())) == (day, day)


def test_every_day_that_an_operation_takes_is_such_a_day() -> None:
    app, found, plain = create_app(Settings()), 0, []
    for endpoint, view in app.view_functions.items():
        taken = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
        for parameter in taken:
            for field in _fields(parameter.get("schema")):
                if isinstance(field, ma.fields.Date | ma.fields.DateTime):
                    found += 1
                    if not isinstance(field, Day | Moment):
                        plain.append((endpoint, field.name))
    assert found > 15, "the search is blind"
    assert plain == []


def _fields(schema: Any) -> Iterator[ma.fields.Field]:
    schema = schema() if isinstance(schema, type) else schema
    if not isinstance(schema, ma.Schema):
        return
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        yield inner
        if isinstance(inner, ma.fields.Nested):
            yield from _fields(inner.schema)

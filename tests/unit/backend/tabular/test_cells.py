"""A wrong cell is told with its column and a reason; all defects of a row at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from backend.places.models import OfficeTier
from backend.tabular.cells import Cells, RowRejected
from backend.tabular.layout import Column, Layout, sourced
from backend.tabular.reading import Row
from geodata.point import Point

LAYOUT = Layout(kind="things", columns=sourced(Column(name="x"), Column(name="y")))


def cells(**values: str) -> Cells:
    return Cells(Row(7, values, tuple(values.values())), LAYOUT)


def test_values_are_read_from_text() -> None:
    assert cells(x="Mẫu").text("x", longest=5) == "Mẫu"
    assert cells(x="12").integer("x") == 12
    assert cells(x="").integer("x", default=3) == 3
    assert cells(x="Có").flag("x") is True
    assert cells(x="0").flag("x", default=True) is False
    assert cells(x="commune").choice("x", OfficeTier) is OfficeTier.COMMUNE
    assert cells(x="2026-11-23").day("x") == date(2026, 11, 23)
    assert cells(x="8:05").time("x") == time(8, 5)
    assert cells(x="a; b;;c").words("x") == ["a", "b", "c"]
    assert cells(x="16.0678", y="108.2208").find_point("x", "y") == Point(16.0678, 108.2208)
    assert cells(x="7.58").find_number("x") == 7.58
    local = cells(x="2026-11-23T08:00").find_instant("x")
    assert local == datetime(2026, 11, 23, 1, tzinfo=UTC), "without an offset it is local time"
    assert cells(x="").find_point("x", "y") is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", lambda c: c.text("x", longest=5)),
        ("quá dài", lambda c: c.text("x", longest=5)),
        ("1.5", lambda c: c.integer("x")),
        ("-1", lambda c: c.integer("x")),
        ("1e3", lambda c: c.integer("x")),
        ("99999999999999", lambda c: c.integer("x")),
        ("nan", lambda c: c.find_number("x")),
        ("maybe", lambda c: c.flag("x")),
        ("BANK", lambda c: c.choice("x", OfficeTier)),
        ("23/11/2026", lambda c: c.day("x")),
        ("", lambda c: c.day("x")),
        ("25:00", lambda c: c.time("x")),
        ("{", lambda c: c.find_json("x")),
        ("hôm qua", lambda c: c.find_instant("x")),
        ("108.2208", lambda c: c.find_point("x", "y")),
        ("1.53e16", lambda c: c.find_point("x", "y")),
        ("abc", lambda c: c.find_point("x", "y")),
        ("nan", lambda c: c.find_point("x", "y")),
        ("48.2", lambda c: c.find_point("x", "y")),
        ("a" * 41, lambda c: c.words("x")),
    ],
)
def test_a_wrong_cell_is_an_error_with_line_and_column(
    value: str, read: Callable[[Cells], object]
) -> None:
    wrong = cells(x=value, y="16.0678")
    read(wrong)
    with pytest.raises(RowRejected) as raised:
        wrong.finish()
    (error,) = raised.value.errors
    assert (error.line, error.column) == (7, "x")
    assert error.reason.vi
    assert error.reason.en


def test_a_source_and_a_status_are_demanded_and_validity_is_in_order() -> None:
    wrong = cells(status="certain", valid_from="2026-02-01", valid_to="2026-01-01")
    wrong.sourced()
    wrong.validity()
    assert [error.column for error in wrong.errors] == ["source", "status", "valid_to"]


def test_a_nul_character_is_a_defect_of_its_cell() -> None:
    row = cells(x="Phường\0Mẫu")
    with pytest.raises(RowRejected) as refused:
        row.finish()
    assert [error.column for error in refused.value.errors] == ["x"]

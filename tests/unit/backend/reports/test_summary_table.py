"""The table on the terminal: columns stand under each other, also with Vietnamese marks."""

from backend.reports.summary_table import _grid, _width


def test_a_decomposed_mark_takes_no_column() -> None:
    assert _width("Đà Nẵng") == 7
    assert _width("a\u0301") == 1


def test_columns_stand_under_each_other() -> None:
    grid = _grid(("Tuyến", "Bưu tá", "Ca", "Km"), [("1", "Bưu tá Mẫu", "07:00", "3,8")])
    head, rule, row = grid.splitlines()
    assert head.index("Ca") == row.index("07:00")
    assert _width(head) == _width(row) == len(rule)
    assert head.endswith("Km")
    assert row.endswith("3,8")

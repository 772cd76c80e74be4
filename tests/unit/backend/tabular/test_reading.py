"""Files as people send them: any delimiter, any spelling of a header, and broken ones."""

import io
from datetime import UTC, date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from backend.tabular.errors import FileUnreadable, UnknownColumn, WrongColumns
from backend.tabular.layout import CODE, LAT, Column, Layout, Reading, sourced
from backend.tabular.reading import Table, read_table
from backend.tabular.writing import template_csv, template_xlsx

LAYOUT = Layout(
    kind="places",
    columns=sourced(
        Column(name="code", required=True, sample="A1", aliases=CODE),
        Column(name="lat", sample="16.06", aliases=LAT),
        Column(name="note", sample='nói "thử", một hai'),
        source="mẫu",
    ),
)
GIVEN = {"source": "s", "status": "sample"}


def read(path: Path, content: str | bytes, **reading: dict[str, str]) -> Table:
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(raw)
    return read_table(path, LAYOUT, Reading(**{"preset": GIVEN} | reading))


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "danh sách.csv"


@pytest.mark.parametrize(
    "content",
    [
        "code,lat,note\nA1,16.06,x\n",
        "code;lat;note\r\nA1;16.06;x\r\n",
        "\ufeffMã;Vĩ độ;NOTE\nA1;16.06;x",
        '"code"\t"latitude"\t"Note"\nA1\t16.06\tx\n',
        "\n# ghi chú\ncode,lat,note\nA1,16.06,x\n"[len("\n# ghi chú\n") :],
    ],
)
def test_delimiters_marks_and_headers_in_any_spelling(csv_file: Path, content: str) -> None:
    (row,) = read(csv_file, content).rows
    assert dict(row.values) == {"code": "A1", "lat": "16.06", "note": "x"} | GIVEN


def test_lines_are_counted_in_the_file_even_with_breaks_inside_quotes(csv_file: Path) -> None:
    table = read(csv_file, 'code,note\nA1,"hai\ndòng"\n\n# bỏ qua,\nA2,x\n')
    assert [(row.line, row.values["code"]) for row in table.rows] == [(2, "A1"), (6, "A2")]


def test_foreign_headers_presets_and_chosen_rows(csv_file: Path) -> None:
    table = read(
        csv_file,
        "ID,kind,code\n7,old,x\n8,new,y\n",
        columns={"id": "code"},
        preset=GIVEN | {"note": "chung"},
        where={"kind": "new"},
    )
    (row,) = table.rows
    assert (row.values["code"], row.values["note"]) == ("8", "chung")
    assert table.left_out == 1
    assert table.ignored == ("kind", "code"), "their own code column is not ours any more"


def test_a_row_with_more_cells_than_the_header_is_marked(csv_file: Path) -> None:
    long, short = read(csv_file, "code,lat\nA1,16,zuviel\nA2\n").rows
    assert (long.surplus, short.surplus) == (True, False)
    assert short.values["lat"] == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00c\x00o", "UTF-8"),
        (b"code,lat\nA1,\x00\n", "not text"),
        (b'code,lat\nA1,"16.06\n', "broken CSV"),
        (b'code,lat\n"A1"x,16\n', "broken CSV"),
    ],
)
def test_a_broken_csv_is_refused_whole_in_one_line(
    csv_file: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(FileUnreadable) as raised:
        read(csv_file, content)
    assert reason in raised.value.detail.en
    assert "\n" not in raised.value.detail.vi


@pytest.mark.parametrize("content", [b"", b"code,lat", b"PK\x03\x04 no archive"])
def test_a_broken_xlsx_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(tmp_path / "hỏng.xlsx", content)


def test_a_cut_xlsx_is_refused_whole(tmp_path: Path) -> None:
    whole = template_xlsx(LAYOUT)
    with pytest.raises(FileUnreadable):
        read(tmp_path / "cụt.xlsx", whole[: len(whole) // 2])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_table(tmp_path / "không có.csv", LAYOUT)


def test_missing_columns_are_named_with_those_that_are_there(csv_file: Path) -> None:
    with pytest.raises(WrongColumns) as raised:
        read(csv_file, "ma so,ten\n1,2\n", preset={})
    assert "code, source, status" in raised.value.detail.en
    assert "ma so, ten" in raised.value.detail.vi


@pytest.mark.parametrize(
    "reading",
    [
        {"columns": {"lat": "latt"}},
        {"columns": {"không có": "code"}},
        {"preset": {"stauts": "sample"}},
        {"where": {"loại": "x"}},
    ],
)
def test_a_column_that_does_not_exist_is_refused(
    csv_file: Path, reading: dict[str, dict[str, str]]
) -> None:
    with pytest.raises(UnknownColumn):
        read(csv_file, "code,lat\nA1,16\n", **reading)


def test_cells_of_a_workbook_read_as_a_person_sees_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["code", "lat", "note"])
    local = datetime(2026, 1, 2, 3, tzinfo=UTC).replace(tzinfo=None)  # a workbook knows no zones
    for value in (date(2026, 11, 23), time(8, 30), 7.0, 16.5, True, None, local):
        sheet.append(["A", "1", value])
    out = io.BytesIO()
    book.save(out)
    notes = [row.values["note"] for row in read(tmp_path / "a.xlsx", out.getvalue()).rows]
    assert notes == ["2026-11-23", "08:30", "7", "16.5", "yes", "", "2026-01-02T03:00:00"]


def test_an_unchanged_template_reads_as_no_rows(tmp_path: Path) -> None:
    csv_template, xlsx_template = tmp_path / "t.csv", tmp_path / "t.xlsx"
    csv_template.write_text(template_csv(LAYOUT), encoding="utf-8")
    xlsx_template.write_bytes(template_xlsx(LAYOUT))
    for path in (csv_template, xlsx_template):
        table = read_table(path, LAYOUT)
        assert (table.header, table.rows) == (LAYOUT.names, ())

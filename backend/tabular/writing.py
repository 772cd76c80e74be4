"""Files we give back: templates to fill in, and rejected rows with the reason beside each."""

import csv
import io
import os
from pathlib import Path

from openpyxl import Workbook

from backend.errors import Language
from backend.tabular.imports import ImportReport
from backend.tabular.layout import Layout
from backend.tabular.reading import Table

_REASON_COLUMNS = ("line", "column", "reason")


def template_csv(layout: Layout) -> str:
    """Header and one sample row behind a `#`, so that an unchanged template imports nothing."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(layout.names)
    writer.writerow(_sample(layout))
    return out.getvalue()


def template_xlsx(layout: Layout) -> bytes:
    """The same as a workbook; columns are text, so that codes keep their leading zeros."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = layout.kind
    sheet.append(list(layout.names))
    sheet.append(list(_sample(layout)))
    for column in sheet.iter_cols(max_row=1000, max_col=len(layout.names)):
        for cell in column:
            cell.number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_rejected(
    table: Table, report: ImportReport, folder: Path, *, language: Language = "vi"
) -> Path | None:
    """Write `KIND-NAME.rejected.csv`: the rows as they came, with line, column and reason.

    UTF-8 with a mark, so that spreadsheets read the letters. Replaces the file of an earlier run
    whole; with nothing rejected that file goes away and None comes back.
    """
    path = folder / f"{report.kind}-{Path(table.file).stem}.rejected.csv"
    if not report.rejected:
        path.unlink(missing_ok=True)
        return None
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*table.header, *_REASON_COLUMNS))
    for row in report.rejected:
        errors = [error for error in report.errors if error.line == row.line]
        columns = "; ".join(error.column for error in errors if error.column)
        reasons = "; ".join(error.reason.in_language(language) for error in errors)
        writer.writerow((*row.cells, row.line, columns, reasons))
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(out.getvalue(), encoding="utf-8-sig")
    unfinished.replace(path)
    return path


def _sample(layout: Layout) -> tuple[str, ...]:
    first, *others = (column.sample for column in layout.columns)
    return (f"# {first}", *others)

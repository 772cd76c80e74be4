"""Keep the good rows of a table, hand back the bad ones: the same loop for every kind of file."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.errors import TanNoiError, Text
from backend.tabular.cells import Cells, RowError, RowRejected
from backend.tabular.layout import Layout
from backend.tabular.reading import Row, Table


class Outcome(StrEnum):
    """What became of a good row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class ImportReport:
    """What an import did. `warnings` are true of kept rows and want a person's eye."""

    kind: str
    file: str
    counts: Counter[Outcome] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    ignored_columns: tuple[str, ...] = ()
    left_out: int = 0

    def reject(self, row: Row, errors: list[RowError]) -> None:
        """Note a row that is handed back, and everything wrong with it."""
        self.rejected.append(row)
        self.errors += errors

    @property
    def kept(self) -> int:
        """Rows that are in the database now."""
        return self.counts.total()


def import_rows(
    session: Session,
    table: Table,
    layout: Layout,
    store: Callable[[Cells], Outcome],
) -> ImportReport:
    """Give each row to `store`; a row it refuses is noted, the others stay.

    `store` raises RowRejected (by `Cells.finish`) or a TanNoiError, and judges a row before it
    changes anything. Flushes at the end; the caller commits once a file.
    """
    report = ImportReport(
        kind=layout.kind,
        file=table.file,
        ignored_columns=table.ignored,
        left_out=table.left_out,
    )
    for row in table.rows:
        cells = Cells(row, layout)
        try:
            with session.no_autoflush:
                outcome = store(cells)
        except RowRejected as rejected:
            report.reject(row, rejected.errors)
        except TanNoiError as error:
            report.reject(row, [_explained(row, error)])
        else:
            report.counts[outcome] += 1
    session.flush()
    return report


def refused_by_database(row: Row, error: DBAPIError) -> RowError:
    """The defect of a row that passed every check of ours and broke a rule of the tables."""
    reason = str(error.orig).strip().partition("\n")[0]
    return RowError(
        row.line, "", Text(vi=f"cơ sở dữ liệu từ chối: {reason}", en=f"refused: {reason}")
    )


class SeenKeys:
    """Natural keys of the file so far: the second row with a key is a defect, not an update."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, int] = {}

    def claim(self, cells: Cells, column: str, key: Hashable) -> None:
        """Note the key of a row, or that an earlier row of this file has it."""
        earlier = self._lines.setdefault(key, cells.row.line)
        if earlier != cells.row.line:
            cells.wrong(column, vi=f"trùng với dòng {earlier}", en=f"the same as line {earlier}")


_COLUMN_OF = {"point": "lat", "centroid": "lat", "source_status": "status"}
"""Attributes that stand in a column of another name."""


def update_row(row: object, values: Mapping[str, Any], cells: Cells) -> Outcome:
    """Set attributes that differ; says whether any did.

    An attribute whose column the file does not have stays as it is: a list without opening hours
    wipes out nobody's hours.
    """
    changed = False
    for name, value in values.items():
        column = _COLUMN_OF.get(name, name)
        told = column in cells.row.values or column not in cells.layout.names
        if told and not _same(getattr(row, name), value):
            setattr(row, name, value)
            changed = True
    return Outcome.UPDATED if changed else Outcome.UNCHANGED


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, WKBElement) and isinstance(theirs, WKBElement):
        return bool(to_shape(ours).equals(to_shape(theirs)))
    return ours == theirs


def _explained(row: Row, error: TanNoiError) -> RowError:
    column = next(iter(error.fields), "")
    reason = Text(
        vi=f"{error.detail.vi} {error.action.vi}", en=f"{error.detail.en} {error.action.en}"
    )
    return RowError(row.line, column, reason)

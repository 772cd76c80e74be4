"""Results of a whole day from the office's list: good rows count, bad rows come back by line."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.results import find_named, make_ready
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.dossiers.models import DossierState
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows
from backend.tabular.layout import Column, Layout
from backend.tabular.reading import Row, Table, read_table

RESULTS = Layout(
    kind="results",
    columns=(
        Column(
            name="item_code",
            sample="RH480000011VN",
            aliases=("số hiệu bưu gửi", "mã vận đơn", "số hiệu"),
        ),
        Column(name="portal_code", sample="H17.12-261122-0041", aliases=("mã hồ sơ", "số hồ sơ")),
        Column(
            name="ready_at",
            sample="2026-11-23T09:00",
            aliases=("có kết quả lúc", "ngày có kết quả"),
        ),
    ),
)
"""A row names its item, or the portal's code of a dossier of this office."""

_XLSX = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """What a file did, or would do; `act` is None for a trial."""

    act: CounterAct | None
    report: ImportReport
    rows: int

    @property
    def ready(self) -> int:
        return self.report.counts[Outcome.CREATED]

    @property
    def already(self) -> int:
        return self.report.counts[Outcome.UNCHANGED]


def announce_results(
    session: Session,
    seat: Seat,
    *,
    content: bytes,
    dry_run: bool = False,
    asked: Mapping[str, Any],
) -> ResultFile:
    """`announce_result` for every row of a CSV or XLSX file; bad rows are handed back with reasons.

    dry_run: does all of it and takes it back. The same file a second time changes nothing. Raises
    what `sit_down` raises, FileUnreadable, WrongColumns; a wrong row never spoils the others.
    """
    scene = sit_down(session, seat)
    table = _read(content)
    with ExitStack() as trial:
        if dry_run:
            savepoint = session.begin_nested()
            trial.callback(savepoint.rollback)
        report = import_rows(session, table, RESULTS, _Store(scene, table).store)
    act = None
    if not dry_run:
        outcome = {
            "ready": report.counts[Outcome.CREATED],
            "already": report.counts[Outcome.UNCHANGED],
            "rejected": [error.line for error in report.errors],
        }
        act, _ = scene.finish(ActKind.RESULT_FILE, asked=asked, outcome=outcome)
    return ResultFile(act=act, report=report, rows=len(table.rows))


def _read(content: bytes) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        suffix = ".xlsx" if content.startswith(_XLSX) else ".csv"
        path = Path(folder, f"results{suffix}")
        path.write_bytes(content)
        return read_table(path, RESULTS)


class _Store:
    """Takes the rows one by one; every dossier that the file names is locked beforehand."""

    def __init__(self, scene: CounterScene, table: Table) -> None:
        self._scene = scene
        self._seen = SeenKeys()
        self._found = find_named(scene, {name for row in table.rows if (name := _name_of(row))})

    def store(self, cells: Cells) -> Outcome:
        """One row. Raises RowRejected, or the reason of `make_ready`."""
        name = _name_of(cells.row)
        column = "item_code" if cells.row.values.get("item_code") else "portal_code"
        ready_at = cells.find_instant("ready_at") or self._scene.origin.at
        if not name:
            cells.wrong(column, vi="thiếu số hiệu và mã hồ sơ", en="names no item and no dossier")
        elif name not in self._found:
            cells.wrong(column, vi=f"không có {name} tại đây", en=f"there is no {name} here")
        else:
            self._seen.claim(cells, column, self._found[name])
        cells.finish()
        dossier = self._scene.dossier(self._found[name])
        if dossier.state is DossierState.RESULT_READY and dossier.keeper_id == self._scene.place.id:
            return Outcome.UNCHANGED
        with self._scene.session.begin_nested():
            make_ready(self._scene, dossier, ready_at)
        return Outcome.CREATED


def _name_of(row: Row) -> str:
    """The item code, else the portal code."""
    return row.values.get("item_code") or row.values.get("portal_code") or ""

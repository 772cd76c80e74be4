"""Which procedures somebody may mean by the words typed, among those in force on a day."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, String, cast, func, literal_column, select
from sqlalchemy.orm import Session

from backend.catalogue.models import Procedure
from backend.catalogue.operations import procedures_on
from backend.catalogue.procedure_index import Listed, ProcedureIndex

_KEPT = 8
"""Indexes kept: a province or two, today and the days that are asked about."""

_Key = tuple[str, date]


@dataclass(frozen=True, slots=True)
class _Kept:
    state: tuple[int, int, int]
    index: ProcedureIndex


class ProcedureSearch:
    """Answers from an index that is made anew when a row of the catalogue was written since."""

    def __init__(self) -> None:
        self._kept: dict[_Key, _Kept] = {}

    def search(
        self, session: Session, province_code: str, question: str, *, day: date, limit: int
    ) -> list[Procedure]:
        """The likeliest first, at most `limit`; an empty question lists by name."""
        if not question.strip():
            query = procedures_on(province_code, day).order_by(Procedure.name, Procedure.code)
            return list(session.scalars(query.limit(limit)))
        found = self._index(session, province_code, day).find(question, limit)
        rows = {
            row.id: row for row in session.scalars(select(Procedure).where(Procedure.id.in_(found)))
        }
        return [rows[each] for each in found if each in rows]

    def _index(self, session: Session, province_code: str, day: date) -> ProcedureIndex:
        key, state = (province_code, day), _state(session, province_code)
        kept = self._kept.get(key)
        if kept is None or kept.state != state:
            kept = _Kept(state, ProcedureIndex(_listed(session, province_code, day)))
            while len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = kept
        return kept.index


def _state(session: Session, province_code: str) -> tuple[int, int, int]:
    """Moves with every write: PostgreSQL notes on each row the transaction that wrote it."""
    writer = cast(cast(literal_column("procedure.xmin"), String), BigInteger)
    rows, total, newest = session.execute(
        select(func.count(), func.coalesce(func.sum(writer), 0), func.coalesce(func.max(writer), 0))
        .select_from(Procedure)
        .where(Procedure.province_code == province_code)
    ).one()
    return rows, int(total), newest


def _listed(session: Session, province_code: str, day: date) -> list[Listed]:
    """The version of each procedure that is in force; the newer one where two are."""
    rows = session.execute(
        procedures_on(province_code, day)
        .with_only_columns(Procedure.id, Procedure.code, Procedure.name, Procedure.field)
        .order_by(Procedure.code, Procedure.valid_from.asc().nulls_first())
    )
    newest: dict[str, tuple[uuid.UUID, str, str]] = {}
    for row in rows:
        newest[row.code] = (row.id, row.name, row.field)
    return [
        Listed(id=found[0], code=code, name=found[1], field=found[2])
        for code, found in newest.items()
    ]

"""Counters that give every number once and leave none out."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.database import new_id
from backend.dossiers.models import CodeSeries


def lock_series(session: Session, province_code: str, kind: str, *, prefix: str) -> CodeSeries:
    """The counter of a kind, made when it is missing; held until the transaction ends.

    Whoever takes numbers moves `next_number` on. A rolled-back transaction gives them back.
    """
    session.execute(
        insert(CodeSeries)
        .values(id=new_id(), province_code=province_code, kind=kind, prefix=prefix, next_number=1)
        .on_conflict_do_nothing(index_elements=["province_code", "kind"])
    )
    return session.scalars(
        select(CodeSeries)
        .where(CodeSeries.province_code == province_code, CodeSeries.kind == kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def take_number(session: Session, province_code: str, kind: str, *, prefix: str) -> int:
    """The next number of a kind."""
    series = lock_series(session, province_code, kind, prefix=prefix)
    number = series.next_number
    series.next_number += 1
    session.flush()
    return number

"""Whether rows were written since somebody read them, told by the database itself.

PostgreSQL notes on each row the transaction that wrote it and where the version lies; a row is
equal to itself while both stay.
"""

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from backend.database import Base


def note_rows(
    table: type[Base],
    *where: ColumnElement[bool],
    of: tuple[InstrumentedAttribute[object], ...] = (),
) -> Select[str, int, str]:
    """How many rows, and what they are together: by their versions, or by some columns. Equal
    answers: nothing was written between."""
    what = func.concat_ws("/", *(cast(each, String) for each in of)) if of else row_version(table)
    total = cast(func.coalesce(func.sum(func.hashtextextended(what, 0)), 0), String)
    return (
        select(literal(table.__tablename__), func.count(), total).select_from(table).where(*where)
    )


def row_version(table: type[Base]) -> ColumnElement[str]:
    """Another text for every writing of a row."""
    name = table.__tablename__
    return func.concat(
        cast(literal_column(f"{name}.xmin"), String),
        ":",
        cast(literal_column(f"{name}.ctid"), String),
    )

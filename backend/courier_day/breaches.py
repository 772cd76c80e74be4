"""What a check of the rows finds, and how a question about rows becomes findings."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.database import JsonObject

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One row, or one courier's day, of which an invariant does not hold. Ids and codes only."""

    invariant: str
    reason: str
    detail: JsonObject = field(default_factory=dict)


type Check = Callable[[Session], Iterator[Breach]]


def rows(
    session: Session, invariant: str, reason: str, query: str, **values: object
) -> Iterator[Breach]:
    """A breach for each row that the question finds; its columns are the detail."""
    found = session.execute(text(query).execution_options(yield_per=_ROWS_AT_ONCE), values)
    for row in found.mappings():
        detail = {name: _plain(value) for name, value in row.items()}
        yield Breach(invariant=invariant, reason=reason, detail=detail)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, uuid.UUID) else value

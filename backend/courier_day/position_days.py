"""One partition of positions per local day: opened before it is written, dropped as a whole.

The application's role may not create tables; two functions of the owner do just this
(backend/migrations/versions/0011_positions.py).
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, delete, func, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend import clock
from backend.courier_day.position_models import LastPosition, Position

KEPT = timedelta(days=90)
"""DOMAIN §10: precise places of people are kept for a short time."""

EXACT_FOR = timedelta(hours=24)
"""SYNC: afterwards a place is known to COARSE_E7 and once in COARSE_EVERY_S."""

COARSE_E7 = 10_000
"""A thousandth of a degree: some 110 m."""

COARSE_EVERY_S = 300

AHEAD = timedelta(days=1)


def open_day(session: Session, day: date) -> None:
    """Makes sure that positions of a local day can be written."""
    name = f"position_{day:%Y%m%d}"
    if session.scalar(select(func.to_regclass(name))) is None:
        session.execute(text("SELECT open_position_day(:day)"), {"day": day})


def keep_house(session: Session) -> None:
    """Opens tomorrow, drops what is too old, and coarsens what is older than a day."""
    today = clock.today_local()
    for day in (today, today + AHEAD):
        open_day(session, day)
    session.execute(text("SELECT drop_position_days_before(:day)"), {"day": today - KEPT})
    coarsen(session)


def coarsen(session: Session) -> int:
    """Takes precision from fixes older than EXACT_FOR, and keeps the first of each COARSE_EVERY_S;
    returns how many rows were made coarse."""
    moment = (clock.now() - EXACT_FOR).timestamp()
    until = datetime.fromtimestamp(moment // COARSE_EVERY_S * COARSE_EVERY_S, UTC)
    old = (Position.at < until, Position.coarse.is_(False))
    piece = func.floor(func.extract("epoch", Position.at) / COARSE_EVERY_S)
    number = func.row_number().over(
        partition_by=(Position.device_id, piece), order_by=(Position.at, Position.wall_ms)
    )
    ranked = (
        select(Position.day, Position.device_id, Position.wall_ms, number.label("number"))
        .where(*old)
        .subquery()
    )
    session.execute(
        delete(Position).where(
            Position.day == ranked.c.day,
            Position.device_id == ranked.c.device_id,
            Position.wall_ms == ranked.c.wall_ms,
            ranked.c.number > 1,
        )
    )
    kept = session.scalars(
        update(Position).where(*old).values(_coarse(Position)).returning(Position.wall_ms)
    )
    session.execute(
        update(LastPosition)
        .where(LastPosition.at < until, LastPosition.coarse.is_(False))
        .values(_coarse(LastPosition))
    )
    return len(kept.all())


def _coarse(table: type[Position | LastPosition]) -> dict[str, Any]:
    def rounded(degrees: InstrumentedAttribute[int]) -> ColumnElement[int]:
        return cast(func.round(degrees / Decimal(COARSE_E7)) * COARSE_E7, Integer)

    return {"lat": rounded(table.lat), "lon": rounded(table.lon), "acc_m": None, "coarse": True}

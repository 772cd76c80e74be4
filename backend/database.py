"""The one door to PostgreSQL: declarative base, column types, units of work.

Everybody above reads and writes through a `Session` that a unit of work hands out; the entry
point (HTTP request, job, CLI command) commits, operations flush at most.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import uuid_utils
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, create_engine, event, text
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

type JsonObject = dict[str, Any]

Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""A moment: always aware, stored in UTC."""

Json = Annotated[JsonObject, mapped_column(JSONB().with_variant(JSON(), "sqlite"))]

SRID_WGS84 = 4326


class Base(DeclarativeBase):
    """Root of all mapped classes."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads this class attribute as it is
        datetime: DateTime(timezone=True),
        JsonObject: JSONB,
    }


def new_id() -> uuid.UUID:
    """A UUIDv7: unique, and close in the index to its neighbours in time."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


class Identified:
    """Primary key of every root row."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)


class InProvince:
    """Scope of a root row: GSO code of the province or city that owns it, such as 48."""

    province_code: Mapped[str] = mapped_column(String(2), index=True)


class SourceStatus(StrEnum):
    """How far a row of data may be trusted; shown wherever a person sees the row."""

    VERIFIED = "VERIFIED"
    UNVERIFIED = "UNVERIFIED"
    SAMPLE = "SAMPLE"


def enum_column(kind: type[StrEnum]) -> EnumType:
    """An enum stored as text with a check constraint: migrations stay plain SQL."""
    return EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=_snake(kind.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


class Sourced:
    """Where a row of data came from and whether somebody checked it."""

    source: Mapped[str] = mapped_column(String(400))
    source_status: Mapped[SourceStatus] = mapped_column(enum_column(SourceStatus))


type AfterCommit = Callable[[], None]

_engine: Engine | None = None
_sessions: sessionmaker[Session] | None = None


def configure(url: str, *, pool_size: int = 5) -> Engine:
    """Open the engine of this process; a second call replaces the first.

    A forked child must call it again: connections are not shared between processes.
    """
    global _engine, _sessions  # noqa: PLW0603  one engine a process is what SQLAlchemy asks for
    if _engine is not None:
        _engine.dispose(close=False)
    _engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    _sessions = sessionmaker(_engine, expire_on_commit=False)
    return _engine


def bind(sessions: sessionmaker[Session]) -> None:
    """Use a ready session factory (tests bind one connection and its savepoints)."""
    global _sessions  # noqa: PLW0603
    _sessions = sessions


def engine() -> Engine:
    """The engine of this process."""
    if _engine is None:
        raise RuntimeError("call backend.database.configure(settings.database_url) first")
    return _engine


def open_session() -> Session:
    """A session that the caller commits and closes; prefer `unit_of_work`."""
    if _sessions is None:
        raise RuntimeError("call backend.database.configure(settings.database_url) first")
    return _sessions()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Everything inside takes effect together, or not at all.

    Callbacks given to `after_commit` run once the commit is durable and never before.
    """
    session = open_session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop(_AFTER_COMMIT, None)
        raise
    finally:
        session.close()


_AFTER_COMMIT = "after_commit"


def after_commit(session: Session, action: AfterCommit) -> None:
    """Run `action` when, and only when, the session's outermost transaction has committed."""
    session.info.setdefault(_AFTER_COMMIT, []).append(action)


@event.listens_for(Session, "after_commit")
def _run_after_commit(session: Session) -> None:
    for action in session.info.pop(_AFTER_COMMIT, []):
        action()


@event.listens_for(Session, "after_rollback")
def _forget_after_rollback(session: Session) -> None:
    session.info.pop(_AFTER_COMMIT, None)


def ping(session: Session) -> None:
    """Raise if the database does not answer."""
    session.execute(text("SELECT 1"))

"""The one door to PostgreSQL: declarative base, column types, units of work.

Everybody above reads and writes through a `Session` that a unit of work hands out; the entry
point (HTTP request, job, CLI command) commits, operations flush at most.
"""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import psycopg
import uuid_utils
from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Engine,
    ExceptionContext,
    MetaData,
    String,
    any_,
    bindparam,
    create_engine,
    event,
    text,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    Session,
    SessionTransaction,
    mapped_column,
    sessionmaker,
)

from backend.database_errors import DatabaseNotConfigured

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


def among(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Whether a column's value is one of the list that the parameter `name` brings.

    One text for lists of any length, so that it is compiled and prepared once: for statements
    that are asked at every sync and stand in their module ready made.
    """
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def enum_column(kind: type[StrEnum], *, name: str | None = None) -> EnumType:
    """An enum stored as text with a check constraint: migrations stay plain SQL.

    name: of the constraint, where two columns of one table hold the same enum.
    """
    return EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or _snake(kind.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


class Sourced:
    """Where a row of data came from and whether somebody checked it."""

    source: Mapped[str] = mapped_column(String(400))
    source_status: Mapped[SourceStatus] = mapped_column(enum_column(SourceStatus))


type DatabaseSession = Session
"""What a unit of work hands out, for those who must not know SQLAlchemy."""

type AfterCommit = Callable[[], None]


class _Opened:
    """What this process has opened: one engine, as SQLAlchemy asks for, and its sessions."""

    engine: Engine | None = None
    sessions: sessionmaker[Session] | None = None
    process: int | None = None


_opened = _Opened()


def configure(url: str, *, pool_size: int = 5) -> Engine:
    """Open the engine of this process; a second call replaces the first and closes what it had.

    A forked child must call it again: connections are not shared between processes, and the
    parent's are left open.
    """
    if _opened.engine is not None:
        _opened.engine.dispose(close=_opened.process == os.getpid())
    _opened.process = os.getpid()
    _opened.engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_use_lifo=True,  # the one whose statements are prepared, not the longest unused
        hide_parameters=True,  # rows hold personal data, and errors end up in logs
        connect_args={"cursor_factory": _Cursor},
    )
    event.listen(_opened.engine, "connect", _remember_statements)
    event.listen(_opened.engine, "handle_error", _begin_anew)
    _opened.sessions = sessionmaker(_opened.engine, expire_on_commit=False)
    return _opened.engine


class _Columns(Sequence[psycopg.Column]):
    """A result's columns, described when somebody looks at one."""

    def __init__(self, cursor: "_Cursor", count: int) -> None:
        self._cursor, self._count = cursor, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        return self._cursor.described()[place]


class _Cursor(psycopg.Cursor[Any]):
    """SQLAlchemy asks after every statement whether it has columns, and describes those of one
    text once; the driver would describe them each time, a twentieth of what a sync takes."""

    @property
    def description(self) -> Any:
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(self, result.nfields)

    def described(self) -> list[psycopg.Column]:
        """The columns of the result that is at hand."""
        return super().description or []


STATEMENTS_REMEMBERED = 250
"""Statements that a connection keeps prepared; a courier's sync and its day alone know some 150."""


_PREPARED_ANEW = frozenset({"0A000", "26000"})
"""SQLSTATE of a prepared statement whose columns a migration has changed, among others, and of one
that the server never got because its transaction had failed before."""


def _remember_statements(connection: Any, _record: object) -> None:
    """The driver forgets all of them with every roll-back, also to a savepoint: somebody might have
    dropped a table meanwhile. The application's role may not, and refused requests are no rare
    thing; a migration is noticed by its error, as is a statement that is not there."""
    connection.prepared_max = STATEMENTS_REMEMBERED
    connection._prepared.clear = _forget_nothing


def _forget_nothing() -> bool:
    return False


def _begin_anew(context: ExceptionContext) -> None:
    if getattr(context.original_exception, "sqlstate", None) in _PREPARED_ANEW:
        context.is_disconnect = True


def bind(sessions: sessionmaker[Session]) -> None:
    """Use a ready session factory (tests bind one connection and its savepoints)."""
    _opened.sessions = sessions


def engine() -> Engine:
    """The engine of this process."""
    if _opened.engine is None:
        raise DatabaseNotConfigured
    return _opened.engine


def open_session() -> Session:
    """A session that the caller commits and closes; prefer `unit_of_work`."""
    if _opened.sessions is None:
        raise DatabaseNotConfigured
    return _opened.sessions()


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


@contextmanager
def snapshot() -> Iterator[Session]:
    """Everything read inside is from one moment, and nothing can be written.

    A session that is bound to one connection (tests) reads in that connection's transaction.
    """
    session = open_session()
    is_own = isinstance(session.get_bind(), Engine)
    try:
        if is_own:
            session.connection(
                execution_options={
                    "isolation_level": "REPEATABLE READ",
                    "postgresql_readonly": True,  # said with BEGIN, not in a statement of its own
                }
            )
        yield session
        if is_own:
            session.commit()  # a roll-back would make the connection forget its statements
    finally:
        session.rollback()
        session.close()


def keep_loaded(session: Session) -> None:
    """Every row that is loaded from now on stays known to the session until it ends.

    A session refers to unchanged rows weakly: what one step of a long transaction has loaded, the
    next step would read again. For a transaction whose rows are locked and fit in memory.
    """
    held: list[object] = []

    def hold(_session: Session, row: object) -> None:
        held.append(row)

    event.listen(session, "loaded_as_persistent", hold)
    event.listen(session, "pending_to_persistent", hold)


_AFTER_COMMIT = "after_commit"


def after_commit(session: Session, action: AfterCommit) -> None:
    """Run `action` when, and only when, the session's outermost transaction has committed.

    Registered inside a savepoint, it is forgotten if that savepoint is rolled back.
    """
    if not session.in_transaction():
        session.begin()  # a rollback of nothing would tell nobody
    waiting = session.info.setdefault(_AFTER_COMMIT, [])
    waiting.append((session.get_nested_transaction(), action))


@event.listens_for(Session, "after_commit")
def _run_after_commit(session: Session) -> None:
    ended = session.get_nested_transaction()
    if ended is None:
        for _, action in session.info.pop(_AFTER_COMMIT, []):
            action()
        return
    session.info[_AFTER_COMMIT] = [
        (ended.parent if savepoint is ended and ended.parent is not None else savepoint, action)
        for savepoint, action in session.info.get(_AFTER_COMMIT, [])
    ]


@event.listens_for(Session, "after_soft_rollback")
def _forget_after_rollback(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(_AFTER_COMMIT, None)
        return
    session.info[_AFTER_COMMIT] = [
        (savepoint, action)
        for savepoint, action in session.info.get(_AFTER_COMMIT, [])
        if savepoint is not ended
    ]


def ping(session: Session) -> None:
    """Raise if the database does not answer."""
    session.execute(text("SELECT 1"))

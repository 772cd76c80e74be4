"""What an exception of the database means to whoever asked, where it is no defect of ours."""

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from backend.errors import Conflict, TanNoiError, Text, Unavailable


class DatabaseNotConfigured(Unavailable):
    code = "database_not_configured"
    detail = Text(vi="Chưa chỉ định cơ sở dữ liệu.", en="No database has been named.")
    action = Text(
        vi="Đặt TANNOI_DATABASE_URL rồi chạy `tannoi migrate`; bản trên máy này: `./dev demo`.",
        en="Set TANNOI_DATABASE_URL and run `tannoi migrate`; on this machine: `./dev demo`.",
    )


class DatabaseAway(Unavailable):
    code = "database_away"
    detail = Text(vi="Không kết nối được cơ sở dữ liệu.", en="The database does not answer.")
    action = Text(
        vi="Kiểm tra PostgreSQL đang chạy và TANNOI_DATABASE_URL, rồi thử lại.",
        en="Check that PostgreSQL runs and TANNOI_DATABASE_URL is right, then try again.",
    )


class DatabaseNotMigrated(Unavailable):
    code = "database_not_migrated"
    detail = Text(
        vi="Cơ sở dữ liệu chưa có bảng của phiên bản này.",
        en="The database lacks the tables of this version.",
    )
    action = Text(vi="Chạy `tannoi migrate`.", en="Run `tannoi migrate`.")


class TransactionClash(Unavailable):
    code = "transaction_clash"
    detail = Text(
        vi="Có người đang sửa cùng dữ liệu này.", en="Somebody is changing the same rows right now."
    )
    action = Text(vi="Gửi lại y nguyên sau giây lát.", en="Send the same again in a moment.")


class ChangedMeanwhile(Conflict):
    code = "changed_meanwhile"
    detail = Text(
        vi="Dữ liệu đã được người khác thay đổi.", en="Somebody changed this in the meantime."
    )
    action = Text(vi="Tải lại rồi làm lại thay đổi.", en="Load it again and repeat your change.")


class AlreadyExists(Conflict):
    code = "already_exists"
    detail = Text(
        vi="Dữ liệu này đã có ({constraint}).", en="There is already such a row ({constraint})."
    )
    action = Text(vi="Dùng bản đã có, hoặc đổi mã.", en="Use that one, or choose another code.")


_CLASHES = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATE: serialization failure, deadlock, lock not available."""

_UNIQUE_VIOLATION = "23505"
_NOT_MIGRATED = frozenset({"42P01", "42703"})
"""Undefined table, undefined column: our own SQL is tested, so the tables are old."""


def explained(error: BaseException) -> TanNoiError | None:
    """The expected error behind an exception of the database, or None if it is a defect."""
    if isinstance(error, StaleDataError):
        return ChangedMeanwhile()
    if isinstance(error, PoolTimeout):
        return DatabaseAway(retry_after_s=5)
    return _explained_by_driver(error) if isinstance(error, DBAPIError) else None


def _explained_by_driver(error: DBAPIError) -> TanNoiError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state in _CLASHES:
        return TransactionClash(retry_after_s=1)
    if state in _NOT_MIGRATED:
        return DatabaseNotMigrated()
    if isinstance(error, IntegrityError) and state == _UNIQUE_VIOLATION:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        return AlreadyExists(constraint=constraint or "unique")
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return DatabaseAway(retry_after_s=5)
    return None

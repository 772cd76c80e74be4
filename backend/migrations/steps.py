"""Moves a database between revisions and compares it with the models, by way of Alembic."""

import io
from pathlib import Path
from types import TracebackType

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, make_url, text

from backend.errors import Conflict, Invalid, Text, Unavailable

DEFAULT_APPLICATION_ROLE = "tannoi_app"


class RoleMissing(Unavailable):
    code = "database_role_missing"
    detail = Text(
        vi="Cơ sở dữ liệu chưa có vai trò {role} của ứng dụng.",
        en="The database has no role {role} for the application.",
    )
    action = Text(
        vi='Chạy với quyền quản trị: psql -c "CREATE ROLE {role} LOGIN"',
        en='As an administrator run: psql -c "CREATE ROLE {role} LOGIN"',
    )


class SameRole(Invalid):
    code = "database_role_shared"
    detail = Text(
        vi="TANNOI_DATABASE_URL và TANNOI_MIGRATION_URL dùng chung vai trò {role}.",
        en="TANNOI_DATABASE_URL and TANNOI_MIGRATION_URL name the same role {role}.",
    )
    action = Text(
        vi="Tách hai vai trò: ứng dụng không được phép sửa sổ giao nhận.",
        en="Use two roles: the application must not be able to change the custody log.",
    )


class RevisionUnknown(Invalid):
    code = "revision_unknown"
    detail = Text(
        vi="Không có phiên bản dữ liệu {revision}.", en="There is no revision {revision}."
    )
    action = Text(
        vi="Xem lịch sử bằng `tannoi migrate --history`.", en="See `tannoi migrate --history`."
    )


class RevisionFromElsewhere(Conflict):
    code = "revision_from_elsewhere"
    detail = Text(
        vi="Cơ sở dữ liệu ở phiên bản {revision}, bản chương trình này không biết.",
        en="The database is at revision {revision}, which this program does not know.",
    )
    action = Text(
        vi="Dùng bản chương trình mới hơn, hoặc một cơ sở dữ liệu khác.",
        en="Use the newer program that made it, or another database.",
    )


class ModelsDiffer(Conflict):
    code = "models_differ"
    detail = Text(
        vi="Bảng trong cơ sở dữ liệu khác với mô hình.",
        en="The tables differ from the models: {difference}",
    )
    action = Text(
        vi="Chạy `tannoi migrate`, hoặc viết phiên bản mới bằng --write ({difference}).",
        en="Run `tannoi migrate`, or draft a revision with --write.",
    )


class Migration:
    """One transaction of the owner: everything inside takes effect together, or nothing.

    Raises SameRole and RoleMissing before it touches anything.
    """

    def __init__(self, *, owner_url: str, application_url: str = "") -> None:
        owner = make_url(owner_url)
        named = make_url(application_url).username if application_url else None
        self._role = named or DEFAULT_APPLICATION_ROLE
        if self._role == owner.username:
            raise SameRole(role=self._role)
        self._engine = create_engine(owner)

    def __enter__(self) -> "Migration":
        self._connection = self._engine.connect()
        self._transaction = self._connection.begin()
        self._config = _config()
        self._config.attributes["connection"] = self._connection
        self._config.attributes["application_role"] = self._role
        self._script = ScriptDirectory.from_config(self._config)
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if self._connection.scalar(known, {"role": self._role}) is None:
            self._close(commit=False)
            raise RoleMissing(role=self._role)
        revision = self.revision()
        if revision and revision not in {step.revision for step in self._script.walk_revisions()}:
            self._close(commit=False)
            raise RevisionFromElsewhere(revision=revision)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(commit=kind is None)

    def revision(self) -> str | None:
        """Where the database stands; None before the first revision."""
        if self._connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        number: str | None = self._connection.scalar(
            text("SELECT version_num FROM alembic_version")
        )
        return number

    def loses_rows(self, target: str) -> bool:
        """Whether the way to `target` goes down."""
        now = self.revision()
        if now is None or target == "head":
            return False
        if target in {"-1", "base"}:
            return True
        older = [step.revision for step in self._script.iterate_revisions(now, "base")][1:]
        return self._known(target) in older

    def move(self, target: str) -> tuple[str | None, str | None]:
        """Goes up or down to `target`; returns the revisions before and after."""
        before = self.revision()
        if self.loses_rows(target):
            command.downgrade(self._config, target)
        elif target not in {"-1", "base"}:
            command.upgrade(self._config, target if target == "head" else self._known(target))
        return before, self.revision()

    def demand_agreement(self) -> None:
        """Raises ModelsDiffer if a revision is missing."""
        try:
            command.check(self._config)
        except CommandError as error:
            raise ModelsDiffer(difference=str(error).splitlines()[0][:300]) from error

    def draft(self, why: str) -> str:
        """Writes the next revision from the difference; returns its number."""
        number = f"{len(list(self._script.walk_revisions())) + 1:04d}"
        try:
            command.revision(self._config, message=why, autogenerate=True, rev_id=number)
        except CommandError as error:
            raise ModelsDiffer(difference=str(error).splitlines()[0][:300]) from error
        return number

    def _known(self, revision: str) -> str:
        try:
            return self._script.get_revision(revision).revision
        except CommandError as error:
            raise RevisionUnknown(revision=revision) from error

    def _close(self, *, commit: bool) -> None:
        if commit:
            self._transaction.commit()
        else:
            self._transaction.rollback()
        self._connection.close()
        self._engine.dispose()


def list_revisions() -> list[str]:
    """Number and reason of each revision, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [f"{step.revision}  {step.doc}" for step in reversed(list(script.walk_revisions()))]


def _config() -> Config:
    config = Config(stdout=io.StringIO())  # what there is to say, our commands say
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config

"""Makes the tables what this version expects, as the owner of the database."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, make_url, text

from backend import migrations
from backend.cli.installation import read_settings
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
    action = Text(vi="Xem `tannoi migrate --history`.", en="See `tannoi migrate --history`.")


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


@click.command(
    epilog="""\b
Examples:
  tannoi migrate                       to the newest revision
  tannoi migrate --to 0004             up or down to that one
  tannoi migrate --down                one revision back
  tannoi migrate --check               do tables and models agree?
  tannoi migrate --write "Why it is"   draft the next revision from the models
""",
)
@click.option("--down", is_flag=True, help="One revision back; its tables' rows are lost.")
@click.option("--to", "target", metavar="REVISION", help="Up or down to a revision, or to: base.")
@click.option("--yes", is_flag=True, help="Do not ask before rows are lost.")
@click.option("--check", is_flag=True, help="Change nothing; fail if tables and models differ.")
@click.option("--history", is_flag=True, help="List the revisions.")
@click.option("--write", "message", metavar="WHY", help="Draft the next revision from the models.")
def migrate(
    *, down: bool, target: str | None, yes: bool, check: bool, history: bool, message: str | None
) -> None:
    """Make or change the tables. Runs as the owner: TANNOI_MIGRATION_URL."""
    if history:
        _show_history()
        return
    settings = read_settings()
    url = make_url(settings.needed("migration_url"))
    role = make_url(settings.database_url).username if settings.database_url else None
    role = role or DEFAULT_APPLICATION_ROLE
    if role == url.username:
        raise SameRole(role=role)
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            _demand_role(connection, role)
            config = _config(connection, role)
            if check or message is not None:
                _compare(config, message)
            else:
                _move(config, connection, "-1" if down else target or "head", yes=yes)
    finally:
        engine.dispose()


def _config(connection: Connection | None = None, role: str | None = None) -> Config:
    (folder,) = migrations.__path__
    config = Config()
    config.set_main_option("script_location", str(Path(folder)).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["application_role"] = role
    return config


def _demand_role(connection: Connection, role: str) -> None:
    found = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if found is None:
        raise RoleMissing(role=role)


def _move(config: Config, connection: Connection, target: str, *, yes: bool) -> None:
    before = _revision(connection)
    try:
        if _goes_down(config, before, target):
            if not yes:
                click.confirm("Rows of removed tables are lost. Go on?", abort=True)
            command.downgrade(config, target)
        else:
            command.upgrade(config, target)
    except CommandError as error:
        raise RevisionUnknown(revision=target) from error
    after = _revision(connection)
    click.echo(f"database at revision {after or 'base'}" + (" (unchanged)" * (before == after)))


def _goes_down(config: Config, before: str | None, target: str) -> bool:
    if target in {"-1", "base"}:
        return True
    if before is None or target == "head":
        return False
    script = ScriptDirectory.from_config(config)
    wanted = script.get_revision(target)
    older = [revision.revision for revision in script.iterate_revisions(before, "base")]
    return wanted.revision in older[1:]


def _compare(config: Config, message: str | None) -> None:
    try:
        if message is not None:
            number = f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04d}"
            command.revision(config, message=message, autogenerate=True, rev_id=number)
        else:
            command.check(config)
    except CommandError as error:
        raise ModelsDiffer(difference=str(error).splitlines()[0][:300]) from error
    if message is None:
        click.echo("tables and models agree")


def _show_history() -> None:
    script = ScriptDirectory.from_config(_config())
    for revision in reversed(list(script.walk_revisions())):
        click.echo(f"{revision.revision}  {revision.doc}")


def _revision(connection: Connection) -> str | None:
    exists = connection.scalar(text("SELECT to_regclass('alembic_version')"))
    if exists is None:
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision

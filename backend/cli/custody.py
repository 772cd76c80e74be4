"""Shows whether the custody log is still what was written."""

import sys
import uuid

import click

from backend import database
from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import EXIT_FAILED, TeachingGroup
from backend.dossiers.roots import find_missing, open_key, read_roots, write_root
from backend.dossiers.verify import verify_custody
from backend.settings import Settings


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi custody verify                       every dossier
  tannoi custody verify --dossier ID          one dossier
  tannoi custody root                         write today's signed root now
""",
)
def custody() -> None:
    """Who held which dossier: the log that nobody can change unnoticed."""


@custody.command(
    epilog="""\b
Examples:
  tannoi custody verify
  tannoi custody verify --dossier 0199aa00-0000-7000-8000-000000000001
""",
)
@click.option("--dossier", "dossier_id", type=click.UUID, metavar="ID", help="Only this one.")
def verify(*, dossier_id: uuid.UUID | None) -> None:
    """Recompute hashes and keepers, compare with the signed roots; exit code 1 names the first
    bad row."""
    settings = read_settings()
    open_database(settings)
    with database.snapshot() as session:
        found = verify_custody(session, dossier_id)
        if found.bad_row is None:
            roots = 0 if dossier_id else _compare_with_roots(session, settings)
            click.echo(f"custody log is whole: {found.dossiers} dossiers, {found.events} events")
            if roots:
                click.echo(f"it holds what {roots} signed roots say")
            return
    bad = found.bad_row
    where = f"event {bad.n}" if bad.n else "its row"
    click.echo(
        f"tannoi: dossier {bad.item_code} ({bad.dossier_id}), {where}: {bad.reason}.", err=True
    )
    click.echo("  next: stop writing, keep a copy, compare with the newest backup", err=True)
    sys.exit(EXIT_FAILED)


@custody.command(
    epilog="""\b
Examples:
  tannoi custody root
""",
)
def root() -> None:
    """Write today's signed root; the worker does it by itself every night."""
    settings = read_settings()
    open_database(settings)
    key = open_key(settings.custody_key_file)
    with database.snapshot() as session:
        written = write_root(session, settings.custody_roots_dir, key)
    click.echo(f"written: {written}" if written else "the root of today is there already")


def _compare_with_roots(session: database.DatabaseSession, settings: Settings) -> int:
    """How many roots agree; ends the program at the first head that the log lost."""
    if not settings.custody_roots_dir.is_dir():
        return 0
    key = open_key(settings.custody_key_file).public_key()
    count = 0
    for each in read_roots(settings.custody_roots_dir, key):
        missing = find_missing(session, each)
        if missing is not None:
            head = missing.head
            click.echo(
                f"tannoi: dossier {missing.item_code} ({head.dossier_id}), event {head.n}: "
                f"{missing.root} knows it, and the log does not hold it as it was.",
                err=True,
            )
            click.echo("  next: stop writing, compare with the newest backup", err=True)
            sys.exit(EXIT_FAILED)
        count += 1
    return count

"""Shows whether the custody log is still what was written."""

import sys
import uuid

import click

from backend import database
from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import EXIT_FAILED, TeachingGroup
from backend.dossiers.verify import verify_custody


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi custody verify                       every dossier
  tannoi custody verify --dossier ID          one dossier
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
    """Recompute hashes and keepers; exit code 1 names the first bad row."""
    open_database(read_settings())
    with database.snapshot() as session:
        found = verify_custody(session, dossier_id)
    if found.bad_row is None:
        click.echo(f"custody log is whole: {found.dossiers} dossiers, {found.events} events")
        return
    bad = found.bad_row
    where = f"event {bad.n}" if bad.n else "its row"
    click.echo(
        f"tannoi: dossier {bad.item_code} ({bad.dossier_id}), {where}: {bad.reason}.", err=True
    )
    click.echo("  next: stop writing, keep a copy, compare with the newest backup", err=True)
    sys.exit(EXIT_FAILED)

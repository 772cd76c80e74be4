"""Makes the tables what this version expects, as the owner of the database."""

import click

from backend.cli.installation import read_settings


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
@click.option(
    "--to", metavar="REVISION", default="head", help="Up or down to a revision, or to: base."
)
@click.option("--yes", is_flag=True, help="Do not ask before rows are lost.")
@click.option("--check", is_flag=True, help="Change nothing; fail if tables and models differ.")
@click.option("--history", is_flag=True, help="List the revisions.")
@click.option("--write", "message", metavar="WHY", help="Draft the next revision from the models.")
def migrate(
    *, down: bool, to: str, yes: bool, check: bool, history: bool, message: str | None
) -> None:
    """Make or change the tables. Runs as the owner: TANNOI_MIGRATION_URL."""
    from backend.migrations import steps  # Alembic takes a second that other commands spare

    if history:
        for line in steps.list_revisions():
            click.echo(line)
        return
    settings = read_settings()
    with steps.Migration(
        owner_url=settings.needed("migration_url"),
        application_url=settings.database_url,
    ) as migration:
        if message is not None:
            click.echo(f"drafted {migration.draft(message)}: read it before you commit it")
        elif check:
            migration.demand_agreement()
            click.echo("tables and models agree")
        else:
            target = "-1" if down else to
            if migration.loses_rows(target) and not yes:
                click.confirm("Rows of removed tables are lost. Go on?", abort=True)
            before, after = migration.move(target)
            unchanged = " (unchanged)" if before == after else ""
            click.echo(f"database at revision {after or 'base'}{unchanged}")

"""After a restore from backup: makes the phones send again and take their whole day anew."""

import click

from backend import clock, database
from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import TeachingGroup
from backend.courier_day import revisions


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi epoch show                    which epoch holds now
  tannoi epoch start                   after every restore, before the doors open
""",
)
def epoch() -> None:
    """What phones compare to notice that the server was restored."""


@epoch.command(
    epilog="""\b
Examples:
  tannoi epoch show
""",
)
def show() -> None:
    """Show the epoch that holds, and those before it."""
    open_database(read_settings())
    with database.snapshot() as session:
        click.echo(f"current: {revisions.current_epoch(session)}")
        for each in revisions.list_epochs(session):
            click.echo(f"  {each.epoch:<40} since {clock.to_local(each.started_at):%Y-%m-%d %H:%M}")


@epoch.command(
    epilog="""\b
Examples:
  tannoi epoch start
""",
)
def start() -> None:
    """Start a new epoch: after a restore, before the web server runs again."""
    open_database(read_settings())
    with database.unit_of_work() as session:
        name = revisions.start_epoch(session)
    click.echo(f"epoch {name} holds from now on")
    click.echo("  every phone takes its whole day anew and sends again what this copy never got")
    click.echo("  next: tannoi custody verify, then open the doors")

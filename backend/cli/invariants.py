"""Asks at once what the worker asks every night: whether anything was lost or doubled."""

import sys

import click

from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import EXIT_FAILED
from backend.courier_day.nightly_check import check_now


@click.command(
    epilog="""\b
Examples:
  tannoi invariants              exit code 1 if anything does not hold
""",
)
def invariants() -> None:
    """Check what must always hold of phones' commands, custody, cash and days.

    The worker does it every night after 02:00. Findings come to the dispatcher's list, once, and
    into the log. What each number means: docs/sync.md.
    """
    settings = read_settings()
    open_database(settings)
    breaches = check_now(settings.province_code)
    if not breaches:
        click.echo("every invariant holds")
        return
    for breach in breaches:
        told = " ".join(f"{name}={value}" for name, value in breach.detail.items())
        click.echo(f"tannoi: {breach.invariant}: {breach.reason} ({told}).", err=True)
    click.echo("  next: stop writing, keep a copy of the database, then see docs/sync.md", err=True)
    sys.exit(EXIT_FAILED)

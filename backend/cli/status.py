"""Says which parts answer and what the settings are: the first thing support asks for."""

import sys
from collections.abc import Callable

import click

from backend import queue
from backend.cli.installation import open_database, open_queue, read_settings
from backend.cli.language import language
from backend.cli.teaching import EXIT_UNAVAILABLE
from backend.database_errors import explained
from backend.errors import TanNoiError
from backend.setting_list import list_settings
from backend.setting_problems import InvalidSettings
from backend.settings import Settings


@click.command(
    epilog="""\b
Examples:
  tannoi status
  tannoi status --settings       also every setting (secrets only as set or not set)
""",
)
@click.option("--settings", "with_settings", is_flag=True, help="Also list every setting.")
def status(*, with_settings: bool) -> None:
    """Show which parts answer; exit code 4 if one does not."""
    settings = read_settings()
    if with_settings:
        _show_settings(settings)
    checks: dict[str, Callable[[], None]] = {
        "database": lambda: open_database(settings),
        "queue": lambda: open_queue(settings),
        "worker": queue.demand_worker,
    }
    reasons = {name: _reason(check) for name, check in checks.items()}
    for name, reason in reasons.items():
        click.echo(f"{name:<10} {reason or 'ok'}")
    if any(reasons.values()):
        sys.exit(EXIT_UNAVAILABLE)


def _reason(check: Callable[[], None]) -> str | None:
    try:
        check()
    except InvalidSettings as invalid:
        return str(invalid.problems[0])
    except Exception as error:
        known = error if isinstance(error, TanNoiError) else explained(error)
        if known is None:
            raise
        return f"{known.detail.in_language(language())} {known.action.in_language(language())}"
    return None


def _show_settings(settings: Settings) -> None:
    for info in list_settings():
        value = str(getattr(settings, info.attribute))
        shown = ("set" if value else "not set") if info.secret else value
        click.echo(f"{info.variable:<26} {shown}")
    click.echo()

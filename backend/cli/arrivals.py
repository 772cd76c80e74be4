"""How good the forecasts of arrival were."""

from datetime import timedelta

import click

from backend import clock, database
from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import TeachingGroup
from backend.courier_day.arrivals import history, ranges
from backend.courier_day.arrivals.history import Coverage

_HEAD = ("ahead", "arrivals", "inside", "early", "late", "median error", "width", "learned", "told")


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi arrivals coverage             how often arrivals fell inside their range
  tannoi arrivals learn                learn the ranges anew now
""",
)
def arrivals() -> None:
    """When couriers were expected, and when they came."""


@arrivals.command(
    epilog="""\b
Examples:
  tannoi arrivals coverage
  tannoi arrivals coverage --days 7 --province 48
""",
)
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 90), help="So far back."
)
@click.option("--province", metavar="CODE", help="Two digits; default: the setting.")
def coverage(*, days: int, province: str | None) -> None:
    """Share of arrivals inside the forecast range, by minutes ahead."""
    settings = read_settings()
    open_database(settings)
    code = province or settings.province_code
    with database.unit_of_work() as session:
        history.settle_day(session, code, clock.today_local())
        rows = history.measure_coverage(session, code, since=clock.now() - timedelta(days=days))
    if not rows:
        click.echo(f"no arrival in province {code} was forecast in the last {days} days")
        click.echo("  forecasts are made while couriers ride and `tannoi worker` runs")
        return
    click.echo(f"province {code}, last {days} days; a range shall hold {ranges.SHARE:.0%}")
    table = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEAD))]
    for line in table:
        click.echo("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


@arrivals.command(
    epilog="""\b
Examples:
  tannoi arrivals learn
""",
)
@click.option("--province", metavar="CODE", help="Two digits; default: the setting.")
def learn(*, province: str | None) -> None:
    """Learn the ranges anew; the worker does it by itself every hour."""
    settings = read_settings()
    open_database(settings)
    code = province or settings.province_code
    with database.unit_of_work() as session:
        history.settle_day(session, code, clock.today_local())
        count = history.learn_ranges(session, code)
    click.echo(f"{count} ranges learned for province {code}")
    if not count:
        few = f"{ranges.ENOUGH} arrivals on {ranges.ENOUGH_DAYS} days of a courier"
        click.echo(f"  each needs {few}; a rule stands in until then")


def _cells(row: Coverage) -> tuple[str, ...]:
    return (
        f"{row.horizon_min} min+",
        str(row.arrivals),
        f"{row.share:.0%}",
        str(row.early),
        str(row.late),
        f"{row.median_error_s / 60:.1f} min",
        f"{row.median_width_s / 60:.0f} min",
        str(row.learned),
        str(row.arrivals - row.derived),
    )

"""`tannoi import`: files of the province become rows; bad rows come back with reasons."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy.orm import Session

from backend import database
from backend.booking.imports import BOOKINGS, import_bookings
from backend.catalogue.imports import (
    CALENDAR,
    PROCEDURES,
    TARIFF,
    import_calendar,
    import_procedures,
    import_tariff,
)
from backend.catalogue.remote_areas import REMOTE_AREAS, import_remote_areas
from backend.cli.installation import open_database, read_settings
from backend.cli.language import language
from backend.errors import Language
from backend.fleet.imports import (
    COURIERS,
    SHIFTS,
    VEHICLES,
    import_couriers,
    import_shifts,
    import_vehicles,
)
from backend.places.clerks import CLERKS, import_clerks
from backend.places.imports import (
    ADDRESS_POINTS,
    OFFICES,
    POST_OFFICES,
    UNITS,
    import_address_points,
    import_offices,
    import_post_offices,
    import_units,
    read_unit_outlines,
)
from backend.tabular.cells import RowError
from backend.tabular.imports import ImportReport, Outcome
from backend.tabular.layout import Layout, Reading
from backend.tabular.reading import Table, read_table
from backend.tabular.writing import template_csv, template_xlsx, write_rejected

EXIT_ROWS_REJECTED = 2
"""The good rows are in, some were handed back."""

_SHOWN_ROWS = 10
"""Defects on the terminal; the file of rejected rows has all of them."""


_WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        Outcome.CREATED: "dòng mới",
        Outcome.UPDATED: "dòng sửa",
        Outcome.UNCHANGED: "dòng giữ nguyên",
        "rejected": "bị trả lại",
        "to look at": "cần xem",
        "would be": "nếu nhập thật",
        "left out": "dòng không được --where chọn",
        "not used": "cột không dùng",
        "handed back": "các dòng bị trả lại, kèm lý do",
        "line": "dòng",
        "more": "còn {} dòng nữa",
    },
    "en": {
        Outcome.CREATED: "created",
        Outcome.UPDATED: "updated",
        Outcome.UNCHANGED: "unchanged",
        "rejected": "rejected",
        "to look at": "to look at",
        "would be": "would be",
        "left out": "rows left out by --where",
        "not used": "columns not used",
        "handed back": "rejected rows, with reasons",
        "line": "line",
        "more": "and {} more",
    },
}


class Importer(Protocol):
    """Stores a table's good rows and reports."""

    def __call__(self, session: Session, table: Table, *, province_code: str) -> ImportReport: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns and its importer."""

    layout: Layout
    run: Importer


KINDS: dict[str, Kind] = {
    layout.kind: Kind(layout, run)
    for layout, run in (
        (UNITS, import_units),
        (OFFICES, import_offices),
        (POST_OFFICES, import_post_offices),
        (ADDRESS_POINTS, import_address_points),
        (CALENDAR, import_calendar),
        (REMOTE_AREAS, import_remote_areas),
        (PROCEDURES, import_procedures),
        (TARIFF, import_tariff),
        (CLERKS, import_clerks),
        (COURIERS, import_couriers),
        (VEHICLES, import_vehicles),
        (SHIFTS, import_shifts),
        (BOOKINGS, import_bookings),
    )
}
"""In the order in which a new province imports them: later kinds name rows of earlier ones."""


def read_file(kind: Kind, path: Path, reading: Reading) -> Table:
    """The table of a CSV, XLSX or (units) GeoJSON file."""
    names = path.name.lower().removesuffix(".gz")
    if kind.layout is UNITS and names.endswith((".geojson", ".json")):
        return read_unit_outlines(path, reading)
    return read_table(path, kind.layout, reading)


def _pairs(
    what: str,
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, str]]:
    def split(
        _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
    ) -> dict[str, str]:
        pairs = {}
        for each in given:
            name, sign, value = each.partition("=")
            if not sign or not name.strip():
                raise click.BadParameter(f"write {what}, got {each!r}")
            pairs[name.strip()] = value.strip()
        return pairs

    return split


def _province(
    _context: click.Context, _parameter: click.Parameter, given: str | None
) -> str | None:
    if given is not None and not (given.isascii() and given.isdigit() and len(given) == 2):
        raise click.BadParameter(f"{given!r} is no province code; write two digits, such as 48")
    return given


@click.command(
    "import",
    epilog="""\b
Examples:
  tannoi import offices --template csv > offices.csv       a file to fill in
  tannoi import offices offices.csv                        good rows in, bad rows back
  tannoi import offices offices.xlsx --dry-run             only look
  tannoi import units wards.geojson --column fullName=name \\
      --set valid_from=2025-07-01 --set status=unverified --set "source=open data"
  tannoi import post-offices list.csv --column postid=code --set planning_area_code=DA-NANG

\b
Order for a new province: units, offices, post-offices, address-points, calendar,
remote-areas, procedures, tariff, clerks, couriers, vehicles, shifts, bookings.
Dates YYYY-MM-DD, times HH:MM, lists with ";". Every row needs source and status
(verified, unverified or sample). A second import changes only what differs.
Exit code 2: some rows were handed back, in TANNOI_OUTPUT_DIR/imports.
""",
)
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--province",
    metavar="CODE",
    callback=_province,
    help="Owner of the rows, two digits; default TANNOI_PROVINCE_CODE.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="THEIRS=OURS",
    callback=_pairs("theirs=ours"),
    help="Read their column as ours. May be repeated.",
)
@click.option(
    "--set",
    "preset",
    multiple=True,
    metavar="COLUMN=VALUE",
    callback=_pairs("column=value"),
    help="One value for every row. May be repeated.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="THEIRS=VALUE",
    callback=_pairs("theirs=value"),
    help="Only rows with this value in their column. May be repeated.",
)
@click.option(
    "--template", type=click.Choice(["csv", "xlsx"]), help="Print an empty file and stop."
)
@click.option("--dry-run", is_flag=True, help="Judge every row, keep none.")
@click.pass_context
def import_command(
    context: click.Context,
    *,
    kind: str,
    file: Path | None,
    province: str | None,
    columns: dict[str, str],
    preset: dict[str, str],
    where: dict[str, str],
    template: str | None,
    dry_run: bool,
) -> None:
    """Read KIND from a CSV, XLSX or (units) GeoJSON FILE into the database."""
    chosen = KINDS[kind]
    if template is not None:
        _print_template(chosen.layout, template)
        return
    if file is None:
        raise click.UsageError("Name a FILE, or ask for --template csv.")
    settings = read_settings()
    reading = Reading(columns=columns, preset=preset, where=where)
    table = read_file(chosen, file, reading)
    open_database(settings)
    with database.unit_of_work() as session:
        report = chosen.run(session, table, province_code=province or settings.province_code)
        if dry_run:
            session.rollback()
    handed_back = write_rejected(
        table, report, settings.output_dir / "imports", language=language()
    )
    _print_report(report, handed_back, dry_run=dry_run)
    if report.rejected:
        context.exit(EXIT_ROWS_REJECTED)


def _print_template(layout: Layout, form: str) -> None:
    if form == "csv":
        click.echo(template_csv(layout), nl=False)
        return
    if sys.stdout.isatty():
        raise click.UsageError("An XLSX is no text: tannoi import … --template xlsx > file.xlsx")
    sys.stdout.buffer.write(template_xlsx(layout))


def _print_report(report: ImportReport, handed_back: Path | None, *, dry_run: bool) -> None:
    words = _WORDS[language()]
    counts = ", ".join(f"{report.counts[outcome]} {words[outcome]}" for outcome in Outcome)
    would = f"{words['would be']}: " if dry_run else ""
    click.echo(f"{report.kind}: {would}{counts}, {len(report.rejected)} {words['rejected']}")
    if report.left_out:
        click.echo(f"  {report.left_out} {words['left out']}")
    if report.ignored_columns:
        click.echo(f"  {words['not used']}: {', '.join(report.ignored_columns)}")
    _print_rows(words["rejected"], report.errors)
    _print_rows(words["to look at"], report.warnings)
    if handed_back is not None:
        click.echo(f"  {words['handed back']}: {handed_back}")


def _print_rows(title: str, errors: list[RowError]) -> None:
    words = _WORDS[language()]
    for error in errors[:_SHOWN_ROWS]:
        column = f", {error.column}" if error.column else ""
        reason = error.reason.in_language(language())
        click.echo(f"  {title}: {words['line']} {error.line}{column}: {reason}")
    if len(errors) > _SHOWN_ROWS:
        click.echo(f"  {title}: {words['more'].format(len(errors) - _SHOWN_ROWS)}")

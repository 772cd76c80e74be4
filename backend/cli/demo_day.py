"""`tannoi demo-day`: a sample day in a known city, for a first look and for trying things out."""

from datetime import date, datetime

import click

from backend import clock
from backend.cli.installation import open_database, read_settings
from backend.cli.language import language
from backend.cli.roads import RoadsNotBuilt
from backend.courier_day.work_days import has_begun
from backend.database import unit_of_work
from backend.demo.accounts import DISPATCHER, MANAGER, make_sample_accounts
from backend.demo.demand import make_demand
from backend.demo.operations import SampleBookings, book_sample_day, import_pack
from backend.demo.profiles import DEFAULT_PROFILE, PROFILES, get_profile
from backend.demo.sample_day import DemandDay
from backend.settings import Settings
from geodata.errors import GeodataError
from geodata.packs import DEFAULT_PACK, Pack, open_pack

EXIT_BOOKINGS_REFUSED = 2

_SHOWN_REFUSALS = 5


@click.command(
    "demo-day",
    epilog="""\b
Examples:
  tannoi demo-day                              300 visits on the next working day
  tannoi demo-day --date 2018-09-17            the pilot of 2018, three tiers of offices
  tannoi demo-day --profile city --seed 7      800 visits, another draw
  tannoi plan DA-NANG 2026-11-23 --publish     then plan it

\b
Profiles: {profiles}.
Everybody in it is invented; the same date, profile and seed give the same visits,
and a second run doubles nothing.
""".format(profiles=", ".join(f"{each.name} {each.tasks}" for each in PROFILES.values())),
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Service date [the next working day].",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default=DEFAULT_PROFILE,
    show_default=True,
    help="How large a service.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another number, other visits."
)
@click.option("--print-day", is_flag=True, help="Print the default date and stop.")
@click.option("--unworked", is_flag=True, help="The next working day that no courier has begun.")
def demo_day(
    *, day: datetime | None, profile: str, seed: int, print_day: bool, unworked: bool
) -> None:
    """Import the Đà Nẵng pack and book a sample day."""
    pack = open_pack(DEFAULT_PACK)
    chosen = _date(day, pack)
    if unworked:
        open_database(read_settings())
        with unit_of_work() as session:
            while has_begun(session, chosen):
                chosen = pack.calendar.next_working_day(chosen)
    if print_day:
        click.echo(chosen.isoformat())
        return
    demand = make_demand(pack, chosen, get_profile(profile), seed)
    settings = read_settings()
    open_database(settings)
    with unit_of_work() as session:
        reports = import_pack(session, pack, settings.province_code)
    kept = ", ".join(f"{report.kept} {report.kind}" for report in reports)
    click.echo(f"pack {pack.name} {pack.version}: {kept}")
    _build_roads(pack, settings)
    with unit_of_work() as session:
        result = book_sample_day(session, pack, demand, settings.province_code)
        accounts = make_sample_accounts(session, settings.province_code)
    _print_result(demand, result)
    click.echo(f"sample accounts: {accounts} new; {DISPATCHER} plans, {MANAGER} reads")
    click.echo(f"plan it: tannoi plan {pack.planning_area} {chosen.isoformat()} --publish")
    if result.refused:
        click.get_current_context().exit(EXIT_BOOKINGS_REFUSED)


def _date(given: datetime | None, pack: Pack) -> date:
    if given is None:
        return pack.calendar.next_working_day(clock.today_local())
    return given.date()


def _build_roads(pack: Pack, settings: Settings) -> None:
    """Give an installation without road data the roads of the pack; a real extract stays."""
    from geodata.roads_build import build_roads  # loads the road engine, which --help can spare
    from geodata.travel_tables import GREAT_CIRCLE
    from geodata.travel_times import open_travel_times

    file = pack.find_file("roads")
    if file is None or open_travel_times(settings.roads_dir).source != GREAT_CIRCLE:
        return
    try:
        manifest = build_roads(file.path, settings.roads_dir, attribution=pack.roads_attribution)
    except GeodataError as error:
        raise RoadsNotBuilt.because(error) from None
    click.echo(
        f"roads: {manifest.road_km} km of main streets that ship with the pack; "
        "for all streets: tannoi roads build FILE"
    )


def _print_result(demand: DemandDay, result: SampleBookings) -> None:
    collections = sum(row["mode"] != "RETURN" for row in demand.bookings)
    held = sum(bool(row["held_at_post_office_code"]) for row in demand.bookings)
    held += sum(bool(each and each.rests_at) for each in demand.first_tries)
    remote = sum(home.place.is_remote for home in demand.homes)
    offices = len({row["office_code"] for row in demand.bookings})
    click.echo(
        f"{demand.day:%Y-%m-%d} {demand.profile.name}: {result.booked} visits "
        f"({collections} collections, {len(demand.bookings) - collections} returns; {held} held "
        f"at post offices, {remote} remote, {demand.second_tries} second tries), "
        f"{offices} offices, {result.shifts} couriers"
    )
    for reference, reason in result.refused[:_SHOWN_REFUSALS]:
        click.echo(f"  refused {reference}: {reason.in_language(language())}", err=True)
    if len(result.refused) > _SHOWN_REFUSALS:
        click.echo(f"  and {len(result.refused) - _SHOWN_REFUSALS} more refused", err=True)

"""The command line `tannoi`. A new group of commands is one import and one line below."""

import click

from backend.cli.bookings import bookings
from backend.cli.custody import custody
from backend.cli.demo_day import demo_day
from backend.cli.imports import import_command
from backend.cli.migrate import migrate
from backend.cli.plan import plan, publish
from backend.cli.roads import roads
from backend.cli.serve import serve
from backend.cli.status import status
from backend.cli.teaching import TeachingGroup
from backend.cli.worker import worker


@click.group(
    cls=TeachingGroup,
    epilog="""\b
A first day, in order:
  tannoi migrate                 make the tables
  tannoi worker                  does the jobs; in a terminal of its own
  tannoi serve                   http://127.0.0.1:8080/docs

\b
Every command explains itself: tannoi COMMAND --help
Settings are TANNOI_* variables: tannoi status shows them.
""",
)
def main() -> None:
    """Tận Nơi: plans and runs the day of couriers who carry administrative papers."""


main.add_section("Run the service", serve, worker, status)
main.add_section("Bring in what the province knows", import_command, roads, bookings, demo_day)
main.add_section("Plan the day", plan, publish)
main.add_section("Watch over the papers", custody)
main.add_section("Look after the database", migrate)

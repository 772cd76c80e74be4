"""The command line `tannoi`. A new group of commands is one line at the end of this file."""

import click

from backend.cli.teaching import Later, TeachingGroup


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


main.add_section(
    "Run the service",
    Later("serve", "backend.cli.serve:serve", "Serve the doors, the console and /docs over HTTP."),
    Later("worker", "backend.cli.worker:worker", "Run jobs (planning) and send messages."),
    Later("status", "backend.cli.status:status", "Show which parts answer."),
)
main.add_section(
    "Bring in what the province knows",
    Later("import", "backend.cli.imports:import_command", "Read a CSV, XLSX or GeoJSON file."),
    Later("roads", "backend.cli.roads:roads", "Make road data from OpenStreetMap."),
    Later("bookings", "backend.cli.bookings:bookings", "Place bookings that no list could place."),
    Later("demo-day", "backend.cli.demo_day:demo_day", "Import the Đà Nẵng pack, book a day."),
)
main.add_section(
    "Plan the day",
    Later("plan", "backend.cli.plan:plan", "Plan an area's day, and look after plans."),
    Later("publish", "backend.cli.plan:publish", "Give the routes of a plan to the couriers."),
)
main.add_section(
    "Watch the day",
    Later("arrivals", "backend.cli.arrivals:arrivals", "Show how good forecast arrivals were."),
)
main.add_section(
    "Try the day",
    Later("phone-sim", "backend.cli.phone_sim:phone_sim", "Let couriers live a published day."),
)
main.add_section(
    "Watch over the papers",
    Later("custody", "backend.cli.custody:custody", "Check the log of who held which dossier."),
    Later("invariants", "backend.cli.invariants:invariants", "Check that nothing was lost."),
)
main.add_section(
    "Let people in",
    Later("accounts", "backend.cli.accounts:accounts", "Accounts, roles, passwords, API keys."),
)
main.add_section(
    "Look after the database",
    Later("migrate", "backend.cli.migrate:migrate", "Make or change the tables."),
    Later("epoch", "backend.cli.epoch:epoch", "Tell the phones that a backup was restored."),
)

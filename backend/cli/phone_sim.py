"""`tannoi phone-sim`: couriers that live their published day against a running server."""

import shutil
import tempfile
from datetime import date, datetime, time
from pathlib import Path

import click

from backend import clock
from backend.cli.installation import open_database, read_settings
from backend.cli.plan import ServiceDate
from backend.cli.serve import web_address
from backend.phone_sim.errors import AnotherDay
from backend.phone_sim.faults import Faults

EXIT_NOT_CLEAN = 3
BEGINS = time(6, 30)
"""Of a shown day: before the first shift."""


class _FaultList(click.ParamType[Faults]):
    name = "faults"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Faults:
        try:
            return value if isinstance(value, Faults) else Faults.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Speed(click.ParamType[float]):
    name = "speed"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            speed = float(str(value).removesuffix("x"))
        except ValueError:
            self.fail(f"{value!r} is no speed; write 60x", param, ctx)
        if not 0 < speed <= clock.FASTEST:
            self.fail(f"a speed is above 0 and at most {clock.FASTEST}x", param, ctx)
        return speed


@click.command(
    "phone-sim",
    epilog="""\b
Examples:
  tannoi phone-sim --date today                            everybody, in real time
  tannoi phone-sim --date 2026-11-23 --couriers 5 --faults offline=2,cuts=0.2,crashes=1

\b
A day in ten minutes (local only): server and couriers show the same faster clock.
  export TANNOI_DEMO_CLOCK=$(tannoi phone-sim --date 2026-11-23 --speed 60x --print-clock)
  tannoi worker & tannoi serve &
  tannoi phone-sim --date 2026-11-23

\b
Faults: offline=HOURS, duplicates=SHARE, cuts=SHARE, crashes=COUNT, clock=MINUTES.
Couriers sign in with the sample accounts that `tannoi demo-day` made; those of real people are
refused.

Exit code 3: something was lost, doubled, still waiting, or shown otherwise than by the server.
""",
)
@click.option("--couriers", type=click.IntRange(1), metavar="N", help="Only the first N [all].")
@click.option("--date", "day", type=ServiceDate(), required=True, help="A published day.")
@click.option("--area", metavar="CODE", help="Planning area [every one].")
@click.option("--speed", type=_Speed(), metavar="60x", help="For --print-clock; else checked.")
@click.option("--seed", type=int, default=1, show_default=True, help="Other rates and faults.")
@click.option("--faults", type=_FaultList(), default="", metavar="LIST", help="What goes wrong.")
@click.option("--server", metavar="URL", help="Address of the server [this clone's setting].")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
@click.option("--print-clock", is_flag=True, help="Print a clock that begins the day now, stop.")
def phone_sim(
    *,
    couriers: int | None,
    day: date,
    area: str | None,
    speed: float | None,
    seed: int,
    faults: Faults,
    server: str | None,
    threads: int,
    print_clock: bool,
) -> None:
    """Let couriers live their published day over HTTP, then check that nothing was lost."""
    if print_clock:
        click.echo(str(_clock_of(day, speed or 1.0)))
        return
    settings = read_settings()
    shown = clock.DemoClock.parse(settings.demo_clock) if settings.demo_clock else None
    goes = shown.speed if shown else 1.0
    if clock.today_local() != day or (speed is not None and speed != goes):
        wanted = f" ({speed:g}x)" if speed is not None else ""
        raise AnotherDay(
            today=clock.today_local(),
            day=day,
            wanted=wanted,
            clock=str(_clock_of(day, speed or 60.0)),
        )
    from backend.cli.phone_sim_run import simulate  # phones are loaded only when they ride
    from backend.cli.sample_login import sample_login

    open_database(settings)

    address = server or web_address(settings)
    folder = Path(tempfile.mkdtemp(prefix="phones-", dir=_folder(settings.state_dir)))
    try:
        clean = simulate(
            address,
            day,
            area,
            folder,
            couriers=couriers,
            seed=seed,
            faults=faults,
            speed=goes,
            threads=threads,
            login=sample_login(settings.province_code),
        )
    except BaseException:
        click.echo(f"the phones' stores are kept in {folder}", err=True)
        raise
    if clean:
        shutil.rmtree(folder)
        return
    click.echo(f"the phones' stores are kept in {folder}", err=True)
    click.get_current_context().exit(EXIT_NOT_CLEAN)


def _clock_of(day: date, speed: float) -> clock.DemoClock:
    """A clock that shows the beginning of a day now."""
    since = datetime.fromtimestamp(int(clock.machine_now().timestamp()), clock.SERVICE_ZONE)
    begins = clock.local_instant(day, BEGINS).astimezone(clock.SERVICE_ZONE)
    return clock.DemoClock(begins, since, speed)


def _folder(state_dir: Path) -> Path:
    folder = state_dir / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder

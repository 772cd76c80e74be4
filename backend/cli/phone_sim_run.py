"""Runs simulated couriers to the end of their day and prints what became of it."""

import sys
from datetime import date
from pathlib import Path

import click

from backend import clock
from backend.demo.accounts import DISPATCHER
from backend.phone import Login
from backend.phone_sim.courier import SimulatedCourier
from backend.phone_sim.faults import Faults
from backend.phone_sim.published import Door, read_rides
from backend.phone_sim.rates import USUAL
from backend.phone_sim.report import OUTCOMES, Report, check_day
from backend.phone_sim.runner import live_day
from backend.phone_sim.timeline import ServiceTimeline

_SHOWN = 5
"""Lines of a list of findings."""


def simulate(
    server: str,
    day: date,
    area: str | None,
    folder: Path,
    *,
    couriers: int | None,
    seed: int,
    faults: Faults,
    speed: float,
    threads: int,
    login: Login,
) -> bool:
    """Lives the day, checks it, prints the report; whether everything is as it must be."""
    began_s = clock.monotonic_s()
    door = Door(server, login, DISPATCHER)
    rides = read_rides(door, day, area)[:couriers]
    visits = sum(ride.visits for ride in rides)
    click.echo(f"{day}: {len(rides)} couriers, {visits} visits, seed {seed}, {speed:g}x, {server}")
    timeline = ServiceTimeline(speed)
    people = [
        SimulatedCourier(
            server, ride, folder, timeline, seed=seed, faults=faults, rates=USUAL, login=login
        )
        for ride in rides
    ]
    live_day(people, timeline, threads=threads, on_progress=lambda over: _over(over, len(people)))
    report = check_day(door, people, threads=threads)
    _print(report, clock.monotonic_s() - began_s)
    return report.is_clean


def _over(over: int, of: int) -> None:
    if sys.stderr.isatty() or over in {1, of}:
        now = clock.to_local(clock.now())
        click.echo(f"{now:%H:%M}  {over} of {of} days are over", err=True)


def _print(report: Report, seconds: float) -> None:
    rows = report.rows()
    totals = [sum(column) for column in zip(*(counts for _, counts in rows), strict=True)]
    click.echo("\n" + f"{'command':<26}" + "".join(f"{name:>13}" for name in OUTCOMES))
    for kind, counts in (*rows, ("all", totals)):
        click.echo(f"{kind:<26}" + "".join(f"{count:>13}" for count in counts))
    click.echo("")
    _line("codes", report.codes)
    _line("faults", report.faults)
    _line("still held", report.held)
    click.echo(f"{'positions kept':<16}{report.fixes_kept}")
    for name, found in (
        ("lost", report.lost),
        ("doubled", report.doubled),
        ("shown otherwise", report.differing),
        ("routes changed", report.changes),
    ):
        click.echo(f"{name:<16}{len(found)}")
        for each in found[:_SHOWN]:
            click.echo(f"  {each}")
    click.echo(f"{'still waiting':<16}{report.waiting}")
    click.echo(f"{report.confirmed} acts confirmed on screens, checked in {seconds:.0f} s")


def _line(name: str, counts: dict[str, int]) -> None:
    shown = ", ".join(f"{key} {value}" for key, value in sorted(counts.items()) if value)
    click.echo(f"{name:<16}{shown or 'none'}")

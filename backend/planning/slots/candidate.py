"""A visit asked about, as work of a running day that does not have it."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.planning.day_rows import Span
from backend.planning.grown_problem import add_legs
from backend.planning.read_places import read_offices
from backend.planning.slots.asked import Asked
from backend.planning.slots.built_day import Running
from backend.planning.windows import home_windows
from routing import NewPlace, Offer, Shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The work, and the addresses that it brings to the day's matrices."""

    work: Shipment
    places: tuple[NewPlace, ...]
    at_delivery: bool
    """Whether the door is the end of the way."""


def find_candidate(session: Session, running: Running, asked: Asked) -> Candidate | None:
    """The visit as work; None where nobody could ride it on that day (office closed, off road)."""
    rows = running.rows
    offices = rows.offices
    if asked.office.id not in offices:
        calendar = load_calendar(session, asked.area.province_code)
        read = read_offices(session, asked.day, calendar, {asked.office.id})
        offices = {**offices, **{row.id: row for row in read}}
    with_ends = replace(rows, homes={**rows.homes, asked.work_id: asked.home()}, offices=offices)
    added = add_legs(running.built, with_ends, asked.legs(None), running.travel)
    if len(added.works) != 1:
        return None
    (work,) = added.works
    return Candidate(work=work, places=added.rides, at_delivery=asked.brings_home)


def best_offer(running: Running, candidate: Candidate, span: Span) -> Offer | None:
    """The cheapest place of the visit with its door inside a window."""
    windows, work = home_windows(span), candidate.work
    if candidate.at_delivery:
        work = replace(work, deliveries=tuple(replace(t, windows=windows) for t in work.deliveries))
    else:
        work = replace(work, pickups=tuple(replace(t, windows=windows) for t in work.pickups))
    with running.lock:
        return running.prepared.insert(work, places=candidate.places).best

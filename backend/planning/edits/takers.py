"""Who can take this? Every courier on shift, cheapest first, with what it does to the others."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier
from backend.dossiers.models import Leg
from backend.planning.edits.effects import Touched, touched_between
from backend.planning.edits.errors import LegNotInPlan
from backend.planning.edits.kept import keep_open, keep_rooms, keep_with
from backend.planning.edits.plain_reasons import plain_reasons
from backend.planning.edits.rooms import Rooms, SoldWindow
from backend.planning.edits.rooms_taken import Found, rooms_taken
from backend.planning.edits.trying import TriedVisit, refuse_uneditable, tried_visits
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan
from backend.planning.operations import get_finished_plan
from backend.planning.reasons import reason_json
from geodata.travel_tables import TravelTimes
from routing import Offer, Refusal, Route, Shipment, Solution
from routing.editing.desk import TWIN, OpenPlan
from routing.parts import Work

REASONS_FOR_S = 0.08
"""Where nobody can take it, reasons are sought for so long; each takes 0.1 s at 300 visits. All
others are asked for by name (`reasons_of`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """A courier who can; `visits` are the new ones, `touched` the others that move."""

    courier_code: str
    courier_name: str
    route_id: uuid.UUID | None
    price: int
    ride_s: int
    distance_m: int
    visits: tuple[TriedVisit, ...]
    after_visit: uuid.UUID | None
    touched: tuple[Touched, ...]
    rooms_lost: tuple[SoldWindow, ...] = ()
    """Windows that were sold and would have no room then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTaker:
    """A courier who cannot; None = nothing plain stands against it, and trying takes longer."""

    courier_code: str
    courier_name: str
    reasons: tuple[Mapping[str, Any], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Takers:
    """Everybody who is on shift."""

    leg_ids: tuple[uuid.UUID, ...]
    takers: tuple[Taker, ...]
    others: tuple[NoTaker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What is asked about: a leg, a visit of the version, or a booking by reference."""

    leg: uuid.UUID | None = None
    visit: uuid.UUID | None = None
    booking: str | None = None


def find_takers(
    session: Session,
    plan_id: uuid.UUID,
    whose: Whose,
    folder: Path,
    *,
    travel: TravelTimes,
    reasons_of: str | None = None,
) -> Takers:
    """Everybody, ranked. What is in a route now is asked about as if it had been taken out; what
    came after the version was made is asked about too.

    Raises what `try_edits` raises, and LegNotInPlan.
    """
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    bench = keep_open(session, plan, folder)
    legs = _legs(session, plan, bench, whose)
    bench = keep_with(session, plan, folder, legs, travel)
    work_id = _work(bench, legs, whose)
    rooms = keep_rooms(session, plan, folder, bench, travel)
    with bench.lock:
        return _ranked(bench, work_id, reasons_of, rooms)


def _ranked(bench: Workbench, work_id: str, reasons_of: str | None, rooms: Rooms | None) -> Takers:
    work = bench.desk.lookup.works[work_id]
    ids = {t.id for side in bench.desk.lookup.sides_of(work) for t in side}
    if ids & bench.desk.executed:
        raise LegNotInPlan(leg=bench.legend.works[work_id][0])
    holder = next((v for v, order in bench.orders.items() if ids & set(order)), None)
    orders, own = dict(bench.orders), list[Taker]()
    if holder is not None:
        orders[holder] = tuple(t for t in bench.orders[holder] if t not in ids)
    if holder is None:
        plan, answer = bench.open_plan, bench.open_plan.prepared.insert(work)
    elif isinstance(work, Shipment) and work_id not in bench.desk.lookup.pin_of_work:
        plan = bench.open_plan
        answer = plan.offers_elsewhere(work, holder)
        own = [_as_it_is(bench, holder, orders, ids)]
    else:
        plan = bench.desk.open_for_questions(orders)
        answer = plan.prepared.insert(work)
    taken: Found = {}
    if rooms is not None:
        offered = {o.vehicle_id: _order(plan, o) for o in answer.offers}
        with rooms.wide.lock:
            taken = rooms_taken(rooms, bench.orders, orders, offered)
    takers = own
    for offer in answer.offers:
        found = _taker(bench, plan, offer, orders, ids)
        takers.append(replace(found, rooms_lost=taken.get(offer.vehicle_id, ())))
    return Takers(
        leg_ids=bench.legend.works[work_id],
        takers=tuple(sorted(takers, key=lambda each: each.price)),
        others=tuple(_others(bench, work, answer.refusals, reasons_of, nobody=not takers)),
    )


def _order(plan: OpenPlan, offer: Offer) -> tuple[str, ...]:
    """The whole order of a vehicle that is offered."""
    return plan.order_with(offer.vehicle_id, tuple(t.removeprefix(TWIN) for t in offer.task_ids))


def _as_it_is(
    bench: Workbench, holder: str, without: Mapping[str, Sequence[str]], ids: set[str]
) -> Taker:
    """Who has it now, at the place where he has it."""
    now = bench.desk.route(holder, tuple(bench.orders[holder]))
    left = tuple(without[holder])
    before = bench.desk.route(holder, left) if left else None
    return _told(
        bench,
        holder,
        now,
        before,
        ids,
        price=now.cost - (before.cost if before else 0),
        ridden=(
            now.ride_s - (before.ride_s if before else 0),
            now.distance_m - (before.distance_m if before else 0),
        ),
    )


def _taker(
    bench: Workbench,
    plan: OpenPlan,
    offer: Offer,
    orders: Mapping[str, Sequence[str]],
    ids: set[str],
) -> Taker:
    vehicle = offer.vehicle_id
    order = _order(plan, offer)
    present = tuple(orders.get(vehicle, ()))
    return _told(
        bench,
        vehicle,
        bench.desk.route(vehicle, order),
        bench.desk.route(vehicle, present) if present else None,
        ids,
        price=offer.price,
        ridden=(offer.extra_s, offer.extra_m),
    )


def _told(
    bench: Workbench,
    vehicle: str,
    route: Route,
    before: Route | None,
    ids: set[str],
    *,
    price: int,
    ridden: tuple[int, int],
) -> Taker:
    shift = bench.shifts[vehicle]
    order = route.task_ids
    first = next(n for n, task_id in enumerate(order) if task_id in ids)
    return Taker(
        courier_code=shift.courier_code,
        courier_name=bench.courier_names.get(shift.courier_id, ""),
        route_id=bench.routes.get(vehicle),
        price=price,
        ride_s=ridden[0],
        distance_m=ridden[1],
        visits=tried_visits(bench, [v for v in route.visits if v.task_id in ids]),
        after_visit=_visit_of(bench, order[first - 1]) if first else None,
        touched=tuple(
            each
            for each in touched_between(bench, _alone(before), _alone(route))
            if each.courier_before is not None
        ),
    )


def _alone(route: Route | None) -> Solution:
    return Solution(routes=() if route is None else (route,), unassigned=(), cost=0)


def _visit_of(bench: Workbench, task_id: str) -> uuid.UUID | None:
    meaning = bench.meanings.get(task_id)
    return None if meaning is None else bench.visit_of.get((meaning.leg_ids[0], meaning.kind))


def _others(
    bench: Workbench,
    work: Work,
    refusals: Iterable[Refusal],
    reasons_of: str | None,
    *,
    nobody: bool,
) -> Iterable[NoTaker]:
    """Those of whom something plain tells why not, with that; others' reasons need trying."""
    courier_of = {vehicle: shift.courier_code for vehicle, shift in bench.shifts.items()}
    until = clock.monotonic_s() + REASONS_FOR_S
    for refusal in refusals:
        shift = bench.shifts[refusal.vehicle_id]
        wanted = shift.courier_code == reasons_of or (
            nobody and reasons_of is None and clock.monotonic_s() < until
        )
        found = plain_reasons(bench, work, refusal.vehicle_id)
        if wanted:
            found = refusal.reasons
        reasons = tuple(reason_json(reason, courier_of) for reason in found) if found else None
        yield NoTaker(
            courier_code=shift.courier_code,
            courier_name=bench.courier_names.get(shift.courier_id, ""),
            reasons=reasons,
        )


def _legs(session: Session, plan: Plan, bench: Workbench, whose: Whose) -> list[uuid.UUID]:
    """What is asked about, whether the version knows it or not."""
    legs: list[uuid.UUID] = []
    if whose.leg is not None:
        legs = [whose.leg]
    elif whose.visit is not None:
        planned = bench.visits.get(whose.visit)
        legs = [] if planned is None else [planned.act[0]]
    elif whose.booking is not None:
        legs = list(
            session.scalars(
                select(Leg.id)
                .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
                .join(Booking, Booking.id == BookingDossier.booking_id)
                .where(
                    Booking.province_code == plan.province_code,
                    Booking.reference == whose.booking,
                )
                .order_by(Leg.id)
            )
        )
    return legs


def _work(bench: Workbench, legs: Sequence[uuid.UUID], whose: Whose) -> str:
    named: object = whose.leg or whose.visit or whose.booking
    works = [bench.legend.work_of[leg] for leg in legs if leg in bench.legend.work_of]
    known = [work for work in works if work in bench.desk.lookup.works]
    if not known:
        raise LegNotInPlan(leg=named)
    return known[0]

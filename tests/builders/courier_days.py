"""Published routes written directly, for tests of what comes after planning."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingStatus
from backend.dossiers.models import Leg, LegStatus
from backend.fleet.models import Courier
from backend.places.models import Address, Office, PlaceKind, PostOffice
from backend.planning.models import (
    Plan,
    PlanStage,
    PlanStatus,
    Route,
    Stop,
    StopKind,
    Visit,
    VisitKind,
)
from tests.builders.booking import WORKING_DAY
from tests.builders.fleet import a_shift

_PICK_UP = {
    PlaceKind.HOME: VisitKind.COLLECTION,
    PlaceKind.OFFICE: VisitKind.FETCH,
    PlaceKind.POST_OFFICE: VisitKind.TAKE_FROM_POST_OFFICE,
}
_DROP = {
    PlaceKind.HOME: VisitKind.DELIVERY,
    PlaceKind.OFFICE: VisitKind.HAND_OVER,
    PlaceKind.POST_OFFICE: VisitKind.DEPOSIT,
}


def a_published_plan(session: Session, *, service_date: date = WORKING_DAY) -> Plan:
    """An empty plan in force for the default planning area."""
    area = session.scalars(select(PostOffice).limit(1)).one().planning_area
    number = session.scalar(select(func.count()).select_from(Plan)) or 0
    plan = Plan(
        province_code=area.province_code,
        planning_area_id=area.id,
        service_date=service_date,
        number=number + 1,
        status=PlanStatus.PUBLISHED,
        stage=PlanStage.DONE,
        engine="by_hand",
        seed=1,
        time_limit_s=1,
        requested_at=clock.now(),
        published_at=clock.now(),
    )
    session.add(plan)
    session.flush()
    return plan


def a_route(
    session: Session,
    courier: Courier,
    legs: Sequence[Leg],
    *,
    plan: Plan | None = None,
    drop_kind: VisitKind | None = None,
) -> Route:
    """A published route: every leg's first end in this order, then every second end.

    drop_kind=DEPOSIT ends the legs at the courier's post office.
    """
    plan = plan or a_published_plan(session)
    shift = a_shift(session, service_date=plan.service_date, courier=courier)
    at = clock.local_instant(plan.service_date, time(7, 30))
    route = Route(
        province_code=courier.province_code,
        plan_id=plan.id,
        number=(session.scalar(select(func.max(Route.number))) or 0) + 1,
        courier_id=courier.id,
        shift_id=shift.id,
        starts_at=at,
        ends_at=at + timedelta(hours=9),
        ride_s=3600,
        wait_s=0,
        distance_m=20_000,
    )
    session.add(route)
    session.flush()
    depot = (PlaceKind.POST_OFFICE, courier.post_office_id)
    ends = [(leg, _PICK_UP[leg.from_kind], (leg.from_kind, leg.from_id)) for leg in legs]
    if drop_kind is VisitKind.DEPOSIT:
        ends += [(leg, VisitKind.DEPOSIT, depot) for leg in legs]
    else:
        ends += [(leg, _DROP[leg.to_kind], (leg.to_kind, leg.to_id)) for leg in legs]
    _stop(session, route, 0, StopKind.START, depot)
    for ordinal, (leg, kind, place) in enumerate(ends, start=1):
        stop = _stop(session, route, ordinal, StopKind.VISITS, place)
        visit = Visit(
            ordinal=0, leg_id=leg.id, kind=kind, starts_at=stop.starts_at, ends_at=stop.ends_at
        )
        stop.visits.append(visit)
        leg.status = LegStatus.PLANNED
    _stop(session, route, len(ends) + 1, StopKind.END, depot)
    courier.revision += 1
    session.flush()
    return route


def schedule(*bookings: Booking) -> list[Leg]:
    """The legs of bookings that a plan has taken up."""
    for booking in bookings:
        booking.status = BookingStatus.SCHEDULED
    return [leg for booking in bookings for dossier in booking.dossiers for leg in dossier.legs]


def _stop(
    session: Session, route: Route, ordinal: int, kind: StopKind, place: tuple[PlaceKind, object]
) -> Stop:
    tables = {
        PlaceKind.HOME: Address,
        PlaceKind.OFFICE: Office,
        PlaceKind.POST_OFFICE: PostOffice,
    }
    at = route.starts_at + timedelta(minutes=12 * ordinal)
    stop = Stop(
        route_id=route.id,
        ordinal=ordinal,
        kind=kind,
        place_kind=place[0],
        place_id=place[1],
        point=session.get_one(tables[place[0]], place[1]).point,
        arrives_at=at,
        starts_at=at,
        ends_at=at + timedelta(minutes=5),
        distance_m=500,
    )
    session.add(stop)
    session.flush()
    return stop

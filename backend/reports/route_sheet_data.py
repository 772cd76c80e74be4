"""What a courier's paper sheet says, from the rows of a route; `route_sheet.py` prints it."""

import uuid

from sqlalchemy.orm import Session

from backend.planning.models import Plan, PlanStatus
from backend.planning.operations import get_finished_plan, get_route
from backend.planning.plan_details import RouteDetail, StopDetail
from backend.planning.read_plan import read_routes
from backend.reports.sheet_content import RouteSheet, SheetStop, SheetVisit
from backend.reports.words import SIGNER_WORDS, SOURCE_WORDS, STOP_WORDS, VISIT_WORDS, travel_words


def route_sheet_data(session: Session, route_id: uuid.UUID) -> RouteSheet:
    """The sheet of one route. Raises RouteNotFound."""
    plan = get_finished_plan(session, get_route(session, route_id).plan_id)
    (route,) = read_routes(session, plan, route_id=route_id)
    return sheet_of(plan, route)


def sheet_of(plan: Plan, route: RouteDetail) -> RouteSheet:
    """The sheet of a route that is read already. A draft carries no revision of the day."""
    published = plan.status is PlanStatus.PUBLISHED
    return RouteSheet(
        courier_code=route.courier_code,
        courier_name=route.courier_name,
        post_office=route.start_post_office,
        service_date=plan.service_date,
        plan_number=plan.number,
        revision=route.courier_revision if published else None,
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        distance_m=route.distance_m,
        travel_note=travel_words(plan),
        stops=tuple(_sheet_stop(stop) for stop in route.stops),
    )


def _sheet_stop(stop: StopDetail) -> SheetStop:
    word = STOP_WORDS.get(stop.kind, "")
    title = " · ".join(part for part in (word, stop.place.name) if part)
    status = stop.place.source_status
    return SheetStop(
        label=stop.label,
        title=title or stop.place.address,
        address=stop.place.address,
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        distance_m=stop.distance_m,
        window=stop.slot,
        visits=tuple(
            SheetVisit(
                act=VISIT_WORDS[visit.kind],
                procedure=visit.leg.procedure_name,
                item_code=visit.leg.item_code,
                portal_code=visit.leg.portal_code,
                cash_vnd=visit.leg.cash_vnd if visit.kind in ("COLLECTION", "DELIVERY") else 0,
            )
            for visit in stop.visits
        ),
        signer=SIGNER_WORDS[stop.place_kind] if stop.visits and stop.place_kind else "",
        data_note=SOURCE_WORDS.get(status.value, "") if status is not None else "",
    )

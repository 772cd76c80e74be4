"""What a finished plan holds: routes, the map, what is left, the couriers' paper sheets."""

import uuid
from collections.abc import Iterable
from typing import Any

from flask import Response, request

from backend.accounts.views_log import Whose
from backend.database import JsonObject
from backend.planning.new_work import find_new_work, read_new_work
from backend.planning.operations import get_finished_plan
from backend.planning.plan_details import RouteDetail, UnassignedDetail
from backend.planning.read_plan import read_routes, read_unassigned
from backend.reports.plan_map import plan_map
from backend.reports.route_sheet import render_route_sheet
from backend.reports.route_sheet_data import route_sheet_data
from mobile_api.access import Scope, access
from mobile_api.access.viewing import note_viewed, shows_personal
from mobile_api.dispatcher.content_schemas import (
    NewWorkSchema,
    RouteListSchema,
    UnassignedListSchema,
)
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.etags import answer_with_etag, version_etag
from mobile_api.geojson import FeatureCollectionSchema
from mobile_api.unit import current_session

_NOT_YET = "plan_not_ready: the plan has no routes yet"


@blueprint.get("/plans/<uuid:plan_id>/routes")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@shows_personal("applicant", "address")
@blueprint.response(200, RouteListSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description=_NOT_YET)
def show_routes(plan_id: uuid.UUID) -> dict[str, list[RouteDetail]]:
    """Routes in the order of shifts, each with its stops and visits."""
    found = read_routes(current_session(), get_finished_plan(current_session(), plan_id))
    note_viewed(Whose.DOSSIER, _carried(found))
    return {"routes": found}


@blueprint.get("/plans/<uuid:plan_id>/unassigned")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@shows_personal("applicant", "address")
@blueprint.response(200, UnassignedListSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description=_NOT_YET)
def show_unassigned(plan_id: uuid.UUID) -> dict[str, list[UnassignedDetail]]:
    """What the plan leaves undone, each with its true reasons."""
    session = current_session()
    found = read_unassigned(session, get_finished_plan(session, plan_id))
    note_viewed(Whose.DOSSIER, [each.leg.dossier_id for each in found])
    return {"unassigned": found}


@blueprint.get("/plans/<uuid:plan_id>/new-work")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@shows_personal("applicant", "address")
@blueprint.response(200, NewWorkSchema)
@blueprint.alt_response(304, description="Nothing changed since that ETag.")
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description=_NOT_YET)
def show_new_work(plan_id: uuid.UUID) -> dict[str, list[UnassignedDetail]]:
    """What came to the day after the version was made, and is in no route: late bookings, results
    that became ready, moved visits. Ask who can take it, and add it."""
    session = current_session()
    found = find_new_work(session, get_finished_plan(session, plan_id))
    tag = version_etag("new-work", plan_id, found.mark)
    answer_with_etag(tag)
    seen = request.if_none_match.contains(tag)
    shown = [] if seen else read_new_work(session, found)
    note_viewed(Whose.DOSSIER, [each.leg.dossier_id for each in shown])
    return {"new_work": shown}


@blueprint.get("/plans/<uuid:plan_id>/map")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@shows_personal("address")
@blueprint.response(200, FeatureCollectionSchema, content_type="application/geo+json")
@blueprint.alt_response(304, description="Nothing changed since that ETag.")
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description=_NOT_YET)
def show_map(plan_id: uuid.UUID) -> JsonObject:
    """Routes, stops and what is left as GeoJSON; `kind` ∈ ROUTE | STOP | UNASSIGNED."""
    session = current_session()
    plan = get_finished_plan(session, plan_id)
    answer_with_etag(version_etag("plan-map", plan.id, plan.version))
    routes, left = read_routes(session, plan), read_unassigned(session, plan)
    note_viewed(Whose.DOSSIER, [*_carried(routes), *(each.leg.dossier_id for each in left)])
    return plan_map(routes, left)


@blueprint.get("/routes/<uuid:route_id>/sheet")
@access(*READERS, scope=Scope.AREA)
@shows_personal("address")
@blueprint.response(200, content_type="application/pdf")
@blueprint.alt_response(404, description="route_not_found")
@blueprint.alt_response(409, description=_NOT_YET)
def show_route_sheet(route_id: uuid.UUID) -> Response:
    """The courier's route list on paper (bản kê BD13) as PDF."""
    sheet = route_sheet_data(current_session(), route_id)
    note_viewed(Whose.ROUTE, [route_id])
    headers: dict[str, Any] = {"Content-Disposition": "inline", "Cache-Control": "no-store"}
    return Response(render_route_sheet(sheet), mimetype="application/pdf", headers=headers)


def _carried(routes: Iterable[RouteDetail]) -> list[uuid.UUID]:
    return [
        visit.leg.dossier_id for route in routes for stop in route.stops for visit in stop.visits
    ]

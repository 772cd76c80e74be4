"""When couriers are expected where."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from backend import clock
from backend.courier_day.arrivals.look import look_at_routes
from backend.courier_day.arrivals.shown import RouteArrivals, list_arrivals, read_arrivals
from backend.planning.operations import get_route
from backend.planning.roads import open_live_roads
from mobile_api.access import Scope, access, current_province
from mobile_api.access.rows import current_areas
from mobile_api.dispatcher.arrival_schemas import (
    ArrivalFilterSchema,
    ArrivalsSchema,
    RouteArrivalsSchema,
)
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.unit import current_session, current_settings


@blueprint.get("/arrivals")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@blueprint.arguments(ArrivalFilterSchema, location="query")
@blueprint.response(200, ArrivalsSchema)
def arrivals(query: Mapping[str, Any]) -> dict[str, Any]:
    """Expected arrivals of a day's published routes; those of today are at most a minute old."""
    province = current_province(query)
    _look(province)
    day = query.get("service_date") or clock.today_local()
    found = list_arrivals(current_session(), province, day, seen=current_areas())
    return {"read_at": clock.now(), "routes": found}


@blueprint.get("/routes/<uuid:route_id>/arrivals")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@blueprint.response(200, RouteArrivalsSchema)
@blueprint.alt_response(404, description="route_not_found")
def route_arrivals(route_id: uuid.UUID) -> RouteArrivals:
    """Expected arrivals of one route."""
    route = get_route(current_session(), route_id)
    _look(route.province_code, route_id)
    return read_arrivals(current_session(), route)


def _look(province: str, route_id: uuid.UUID | None = None) -> None:
    roads = partial(open_live_roads, current_settings().roads_dir, province)
    look_at_routes(current_session(), province, roads, route_id=route_id)

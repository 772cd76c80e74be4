"""Where the couriers are, and what their day leaves open."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend import clock
from backend.courier_day.devices import get_courier
from backend.courier_day.positions import CourierPosition, list_last_positions
from backend.courier_day.reconciliation import OpenItem, list_open_items
from mobile_api.access import Scope, access, current_province
from mobile_api.access.rows import current_areas
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.layer_schemas import (
    CourierPositionsSchema,
    DayOpenItemsSchema,
    OpenItemsFilterSchema,
    ProvinceFilterSchema,
)
from mobile_api.unit import current_session


@blueprint.get("/couriers/positions")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(ProvinceFilterSchema, location="query")
@blueprint.response(200, CourierPositionsSchema)
def courier_positions(query: Mapping[str, Any]) -> dict[str, list[CourierPosition]]:
    """The last known place of every courier, with its age."""
    province = current_province(query)
    return {"positions": list_last_positions(current_session(), province, seen=current_areas())}


@blueprint.get("/couriers/<uuid:courier_id>/open-items")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(OpenItemsFilterSchema, location="query")
@blueprint.response(200, DayOpenItemsSchema)
@blueprint.alt_response(404, description="courier_not_found")
def open_items(query: Mapping[str, Any], courier_id: uuid.UUID) -> dict[str, tuple[OpenItem, ...]]:
    """Stops without outcome, papers still in the bag, seals that no counter has seen."""
    courier = get_courier(current_session(), courier_id)
    day = query.get("service_date") or clock.today_local()
    return {"open": list_open_items(current_session(), courier.id, day)}

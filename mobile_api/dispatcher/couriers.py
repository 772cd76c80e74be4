"""Where the couriers are."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.positions import CourierPosition, list_last_positions
from mobile_api.dispatcher.door import blueprint
from mobile_api.dispatcher.layer_schemas import CourierPositionsSchema, ProvinceFilterSchema
from mobile_api.unit import current_session, current_settings


@blueprint.get("/couriers/positions")
@blueprint.arguments(ProvinceFilterSchema, location="query")
@blueprint.response(200, CourierPositionsSchema)
def courier_positions(query: Mapping[str, Any]) -> dict[str, list[CourierPosition]]:
    """The last known place of every courier, with its age."""
    province = query.get("province_code", current_settings().province_code)
    return {"positions": list_last_positions(current_session(), province)}

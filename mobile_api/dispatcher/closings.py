"""An office or a zone closes now, and opens again: what leads there is planned anew at once."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import url_for

from backend.planning.closing.models import Closing
from backend.planning.edits.closing_now import Closed, close_now, list_closings
from backend.planning.edits.opening_again import reopen
from mobile_api.access import Role, Scope, access
from mobile_api.access.rows import current_areas
from mobile_api.dispatcher.closing_schemas import ClosedSchema, CloseNowSchema, ClosingsSchema
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session

_LOCATION = {"Location": {"schema": {"type": "string"}}}


@blueprint.get("/plans/<uuid:plan_id>/closings")
@access(*READERS, scope=Scope.AREA)
@blueprint.response(200, ClosingsSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description="plan_not_ready: the plan has no routes yet")
def show_closings(plan_id: uuid.UUID) -> dict[str, list[Closing]]:
    """Offices and zones that closed on the plan's day, also those that are open again."""
    return {"closings": list_closings(current_session(), plan_id)}


@blueprint.post("/plans/<uuid:plan_id>/closings")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(CloseNowSchema)
@blueprint.response(202, ClosedSchema, headers=_LOCATION)
@blueprint.alt_response(404, description="plan_not_found, office_not_found")
@blueprint.alt_response(
    409, description="plan_not_ready, plan_not_in_force, plan_day_over, closed_already"
)
@blueprint.alt_response(422, description="zone_unknown")
@blueprint.alt_response(503, description="queue_not_configured")
def close_places(body: Mapping[str, Any], plan_id: uuid.UUID) -> tuple[Closed, int, dict[str, str]]:
    """Close offices or zones for the rest of the day; a worker plans again what leads there.

    Nobody books or plans there from now on. The replan is published by itself where the plan is
    published: papers go to another accepting office or back, visits that cannot be today are put
    off, and whoever is touched is told.
    """
    closed = close_now(
        current_session(),
        plan_id,
        offices=body["offices"],
        zones=body["zone_codes"],
        reason=body["reason"],
    )
    return _seen(closed), 202, _follow(closed)


@blueprint.post("/closings/<uuid:closing_id>/reopen")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.response(202, ClosedSchema, headers=_LOCATION)
@blueprint.alt_response(404, description="closing_not_found")
@blueprint.alt_response(409, description="open_already, plan_day_over")
@blueprint.alt_response(503, description="queue_not_configured")
def open_again(closing_id: uuid.UUID) -> tuple[Closed, int, dict[str, str]]:
    """Take a closing back: visits that were put off and still wait come back to the day."""
    opened = reopen(current_session(), closing_id)
    return _seen(opened), 202, _follow(opened)


def _seen(closed: Closed) -> Closed:
    """Without the replans of areas that are not the caller's."""
    areas = current_areas()
    mine = (each for each in closed.replans if areas is None or each.planning_area_id in areas)
    return replace(closed, replans=tuple(mine))


def _follow(closed: Closed) -> dict[str, str]:
    """Where the first replan is followed; none is made where no plan is in force."""
    if not closed.replans:
        return {}
    return {"Location": url_for("dispatcher.show_plan", plan_id=closed.replans[0].id)}

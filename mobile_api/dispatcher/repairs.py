"""What a plan leaves undone gets done: tested ways, one of them taken in one call."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for

from backend.planning.edits.repairs import apply_way, find_repairs
from backend.planning.edits.saving import Saved
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.edits.ways_out import WaysOut
from backend.planning.operations import get_plan
from backend.planning.roads import open_live_roads
from mobile_api.access import Role, Scope, access
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.plan_tags import (
    IF_MATCH,
    demand_plan_seen,
    plan_blobs,
    plan_staleness,
    plan_tag,
)
from mobile_api.dispatcher.repair_schemas import (
    ApplyRepairSchema,
    RepairedSchema,
    RepairFilterSchema,
    WaysOutSchema,
)
from mobile_api.etags import answer_with_etag
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session, current_settings

_NOT_NOW = (
    "plan_not_ready, plan_not_in_force, plan_day_over, plan_cannot_be_edited, leg_cannot_be_ridden"
)


@blueprint.get("/plans/<uuid:plan_id>/repairs")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(RepairFilterSchema, location="query")
@blueprint.response(200, WaysOutSchema)
@blueprint.alt_response(404, description="plan_not_found, leg_not_in_plan")
@blueprint.alt_response(409, description=_NOT_NOW)
def show_repairs(query: Mapping[str, Any], plan_id: uuid.UUID) -> WaysOut:
    """Ways to get an undone leg done, each tried and priced, cheapest first."""
    session, settings = current_session(), current_settings()
    plan = get_plan(session, plan_id)
    return find_repairs(
        session,
        plan_id,
        query["leg"],
        travel=open_live_roads(settings.roads_dir, plan.province_code),
        folder=settings.blob_dir,
    )


@blueprint.post("/plans/<uuid:plan_id>/repairs")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(ApplyRepairSchema)
@blueprint.response(201, RepairedSchema, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.alt_response(404, description="plan_not_found, leg_not_in_plan")
@blueprint.alt_response(409, description=f"{_NOT_NOW}, repair_gone, edit_refused, room_sold")
@blueprint.alt_response(412, description="plan_moved: look at the plan again")
@blueprint.alt_response(428, description="precondition_required: If-Match is missing")
def take_repair(body: Mapping[str, Any], plan_id: uuid.UUID) -> tuple[Saved, int, dict[str, str]]:
    """Take one way: window, shift, office or day are changed, the citizen is told, and a new draft
    holds the work at exactly that price. Moved to a day that has a plan, a draft of that day holds
    it (`other_day`)."""
    session, settings = current_session(), current_settings()
    plan = lock_day_plans(session, plan_id) or get_plan(session, plan_id)
    demand_plan_seen(plan)
    saved = apply_way(
        session,
        plan_id,
        body["leg"],
        body["key"],
        confirmed=body["confirmed"],
        travel=open_live_roads(settings.roads_dir, plan.province_code),
        blobs=plan_blobs(),
    )
    answer_with_etag(plan_tag(saved.plan, plan_staleness(saved.plan)))
    return saved, 201, {"Location": url_for("dispatcher.show_plan", plan_id=saved.plan.id)}

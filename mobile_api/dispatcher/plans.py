"""Ask for a plan, follow it, cancel it, publish it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for

from backend.courier_day.interventions.exchange import order_bags
from backend.places.operations import get_planning_area
from backend.planning.edits.publishing_rooms import keep_room_in
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.models import Plan
from backend.planning.operations import cancel_plan, get_plan, list_plans, request_plan
from backend.planning.publishing import publish_plan
from backend.planning.roads import open_live_roads
from backend.planning.staleness import Staleness
from mobile_api.access import Role, Scope, access, current_province
from mobile_api.access.rows import current_areas
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.plan_schemas import (
    PlanFilterSchema,
    PlanListSchema,
    PlanRequestSchema,
    PlanSchema,
    PlanWithStalenessSchema,
    PublishSchema,
)
from mobile_api.dispatcher.plan_tags import (
    IF_MATCH,
    demand_plan_seen,
    plan_blobs,
    plan_staleness,
    plan_tag,
)
from mobile_api.etags import answer_with_etag
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session, current_settings


@blueprint.post("/plans")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(PlanRequestSchema)
@blueprint.response(202, PlanSchema, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.alt_response(404, description="planning_area_not_found")
@blueprint.alt_response(409, description="day_is_holiday, no_couriers, nothing_to_plan")
@blueprint.alt_response(503, description="queue_not_configured")
def ask_for_plan(body: Mapping[str, Any]) -> tuple[Plan, int, dict[str, str]]:
    """Ask for a plan of an area's day.

    A worker makes it: poll the plan at `Location` (with If-None-Match, every few seconds) until
    its status is DRAFT, FAILED or CANCELLED.
    """
    session, settings = current_session(), current_settings()
    province = body.get("province_code", settings.province_code)
    plan = request_plan(
        session,
        get_planning_area(session, province, body["planning_area"]),
        body["service_date"],
        time_limit_s=body.get("time_limit_s", settings.plan_time_limit_s),
        seed=body["seed"],
    )
    return plan, 202, {"Location": url_for("dispatcher.show_plan", plan_id=plan.id)}


@blueprint.get("/plans")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@blueprint.arguments(PlanFilterSchema, location="query")
@blueprint.response(200, PlanListSchema)
def show_plans(query: Mapping[str, Any]) -> dict[str, list[Plan]]:
    """List plans, newest first."""
    session = current_session()
    province = current_province(query)
    code: str | None = query.get("planning_area")
    day: date | None = query.get("service_date")
    area = get_planning_area(session, province, code) if code else None
    plans = list_plans(
        session,
        province_code=province,
        area_id=area.id if area else None,
        service_date=day,
        limit=query["limit"],
        seen=current_areas(),
    )
    return {"plans": plans}


@blueprint.get("/plans/<uuid:plan_id>")
@access(*READERS, scope=Scope.AREA, key="plans:read")
@blueprint.response(200, PlanWithStalenessSchema)
@blueprint.alt_response(304, description="Nothing changed since that ETag.")
@blueprint.alt_response(404, description="plan_not_found")
def show_plan(plan_id: uuid.UUID) -> dict[str, Any]:
    """One plan: progress while it runs, figures when it is done, and whether its input moved."""
    plan = get_plan(current_session(), plan_id)
    staleness = plan_staleness(plan)
    answer_with_etag(plan_tag(plan, staleness))
    return _with_staleness(plan, staleness)


@blueprint.post("/plans/<uuid:plan_id>/cancel")
@access(Role.DISPATCHER, scope=Scope.AREA)
@blueprint.response(202, PlanSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description="plan_over")
def stop_plan(plan_id: uuid.UUID) -> Plan:
    """Stop a search: the best found so far becomes the draft; a waiting plan is cancelled."""
    return cancel_plan(current_session(), plan_id)


@blueprint.post("/plans/<uuid:plan_id>/publish")
@access(Role.DISPATCHER, scope=Scope.AREA)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(PublishSchema, required=False)
@blueprint.response(200, PlanWithStalenessSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(
    409,
    description="plan_not_publishable, plan_empty, plan_stale, plan_contradicted, day_under_way, "
    "plan_passed, plan_overtaken, room_sold",
)
@blueprint.alt_response(412, description="plan_moved: look at the plan again")
@blueprint.alt_response(428, description="precondition_required: If-Match is missing")
def make_plan_public(body: Mapping[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Give the routes to the couriers; the plan published before is superseded."""
    session = current_session()
    plan = lock_day_plans(session, plan_id) or get_plan(session, plan_id)
    demand_plan_seen(plan)
    keep_room_in(
        session,
        plan,
        body.get("confirmed", ()),
        travel=open_live_roads(current_settings().roads_dir, plan.province_code),
        blobs=plan_blobs(),
    )
    published = publish_plan(
        session,
        plan_id,
        expected_version=plan.version,
        blobs=plan_blobs(),
        force=body.get("force", False),
    )
    order_bags(session, published)
    staleness = plan_staleness(published)
    answer_with_etag(plan_tag(published, staleness))
    return _with_staleness(published, staleness)


def _with_staleness(plan: Plan, staleness: Staleness | None) -> dict[str, Any]:
    fields = {name: getattr(plan, name) for name in _PLAN_FIELDS}
    if staleness is None or not staleness.stale:
        return {**fields, "staleness": {"stale": False}}
    words = staleness.in_words()
    detail = {"detail_vi": words.vi, "detail_en": words.en, "moved": staleness.moved.counts()}
    return {**fields, "staleness": {"stale": True, **detail}}


_PLAN_FIELDS = tuple(
    (field.attribute or name).partition(".")[0] for name, field in PlanSchema().fields.items()
)

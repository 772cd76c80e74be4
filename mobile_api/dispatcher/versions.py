"""The versions of a day: list, compare, go back."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for

from backend.planning.edits.undoing import Undone, undo_version
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.edits.versions import PlanDifference, compare_versions, list_versions
from backend.planning.models import Plan
from backend.planning.operations import get_plan
from backend.planning.roads import open_live_roads
from backend.planning.scope import demand_plan
from mobile_api.access import Role, Scope, access, current_caller
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.plan_tags import (
    IF_MATCH,
    demand_plan_seen,
    plan_blobs,
    plan_staleness,
    plan_tag,
)
from mobile_api.dispatcher.version_schemas import (
    CompareSchema,
    PlanDifferenceSchema,
    UndoneSchema,
    UndoSchema,
    VersionsSchema,
)
from mobile_api.etags import answer_with_etag
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session, current_settings


@blueprint.get("/plans/<uuid:plan_id>/versions")
@access(*READERS, scope=Scope.AREA)
@blueprint.response(200, VersionsSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description="plan_not_ready: the plan has no routes yet")
def show_versions(plan_id: uuid.UUID) -> dict[str, list[Plan]]:
    """All finished versions of the plan's day, the newest first."""
    return {"versions": list_versions(current_session(), plan_id)}


@blueprint.get("/plans/<uuid:plan_id>/diff")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(CompareSchema, location="query")
@blueprint.response(200, PlanDifferenceSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description="plan_not_ready: the plan has no routes yet")
@blueprint.alt_response(422, description="plans_of_different_days")
def show_difference(query: Mapping[str, Any], plan_id: uuid.UUID) -> PlanDifference:
    """What this version does otherwise than the one that `with` names."""
    demand_plan(current_session(), current_caller(), query["with_plan"])
    return compare_versions(current_session(), query["with_plan"], plan_id)


@blueprint.post("/plans/<uuid:plan_id>/undo")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(UndoSchema, required=False)
@blueprint.response(201, UndoneSchema, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(
    409,
    description="nothing_to_undo, plan_not_in_force, plan_day_over, edit_refused, plan_passed, "
    "plan_contradicted, room_sold",
)
@blueprint.alt_response(412, description="plan_moved: look at the plan again")
@blueprint.alt_response(428, description="precondition_required: If-Match is missing")
def go_back(body: Mapping[str, Any], plan_id: uuid.UUID) -> tuple[Undone, int, dict[str, str]]:
    """Restore the state before this version as a new one; says what cannot be restored.

    Of the plan in force the former one is published at once.
    """
    session = current_session()
    plan = lock_day_plans(session, plan_id) or get_plan(session, plan_id)
    demand_plan_seen(plan)
    roads = open_live_roads(current_settings().roads_dir, plan.province_code)
    undone = undo_version(
        session,
        plan_id,
        travel=roads,
        blobs=plan_blobs(),
        confirmed=body.get("confirmed", ()),
    )
    answer_with_etag(plan_tag(undone.plan, plan_staleness(undone.plan)))
    return undone, 201, {"Location": url_for("dispatcher.show_plan", plan_id=undone.plan.id)}

"""The day goes otherwise: plan again what is still open, from where it stands."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for

from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.models import Plan
from mobile_api.access import Role, Scope, access
from mobile_api.dispatcher.door import blueprint
from mobile_api.dispatcher.plan_schemas import PlanSchema
from mobile_api.dispatcher.replan_schemas import ReplanRequestSchema
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session


@blueprint.post("/plans/<uuid:plan_id>/replans")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(ReplanRequestSchema)
@blueprint.response(202, PlanSchema, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.alt_response(404, description="plan_not_found, office_not_found, leg_not_in_plan")
@blueprint.alt_response(409, description="plan_not_ready, plan_not_in_force, plan_day_over")
@blueprint.alt_response(422, description="edit_courier_unknown, zone_unknown")
@blueprint.alt_response(503, description="queue_not_configured")
def ask_for_replan(body: Mapping[str, Any], plan_id: uuid.UUID) -> tuple[Plan, int, dict[str, str]]:
    """Plan the rest of the day again; a worker makes a draft as of the moment when it runs.

    Follow it at `Location` as any plan; `POST …/cancel` stops it. Its `request.outcome` says what
    it touches, `GET …/diff?with=` names every visit, and nothing changes before it is published.
    """
    session = current_session()
    lock_day_plans(session, plan_id)
    plan = request_replan(session, plan_id, ReplanAsked(**body))
    return plan, 202, {"Location": url_for("dispatcher.show_plan", plan_id=plan.id)}

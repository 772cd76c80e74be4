"""A dispatcher changes a plan: tried first, then kept as a new version."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for

from backend.planning.edits.asked import Edit
from backend.planning.edits.saving import Saved, save_edits
from backend.planning.edits.shown_locks import ShownLock, list_locks
from backend.planning.edits.takers import Takers, Whose, find_takers
from backend.planning.edits.trying import Tried, try_edits
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.operations import get_finished_plan, get_plan
from backend.planning.roads import open_live_roads
from geodata.travel_tables import TravelTimes
from mobile_api.access import Role, Scope, access
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.edit_schemas import (
    EditsSchema,
    LocksSchema,
    SavedSchema,
    SaveEditsSchema,
    TakersSchema,
    TriedSchema,
    WhoseSchema,
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
from routing.editing.moves import Place

_NOT_NOW = (
    "plan_not_ready, plan_not_in_force, plan_day_over, plan_cannot_be_edited, edit_impossible, "
    "leg_cannot_be_ridden"
)
_WRONG = "edit_field_missing, edit_visit_unknown, edit_courier_unknown"


@blueprint.post("/plans/<uuid:plan_id>/edits/tries")
@access(Role.DISPATCHER, Role.MANAGER, scope=Scope.AREA)
@blueprint.arguments(EditsSchema)
@blueprint.response(200, TriedSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description=_NOT_NOW)
@blueprint.alt_response(422, description=_WRONG)
def try_on_plan(body: Mapping[str, Any], plan_id: uuid.UUID) -> Tried:
    """What changes would do: price, minutes, metres, new times, broken rules, promises touched.

    Nothing is written. The ETag of the answer is that of the plan; save with it.
    """
    plan = get_plan(current_session(), plan_id)
    answer_with_etag(plan_tag(plan, plan_staleness(plan)))
    return try_edits(
        current_session(),
        plan_id,
        _edits(body),
        travel=_roads(plan.province_code),
        folder=current_settings().blob_dir,
    )


@blueprint.post("/plans/<uuid:plan_id>/edits")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(SaveEditsSchema)
@blueprint.response(201, SavedSchema, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description=f"{_NOT_NOW}, edit_refused")
@blueprint.alt_response(412, description="plan_moved: look at the plan again")
@blueprint.alt_response(422, description=_WRONG)
@blueprint.alt_response(428, description="precondition_required: If-Match is missing")
def keep_edits(body: Mapping[str, Any], plan_id: uuid.UUID) -> tuple[Saved, int, dict[str, str]]:
    """Keep changes as a new draft; the plan itself stays as it is until the draft is published."""
    session = current_session()
    plan = lock_day_plans(session, plan_id) or get_plan(session, plan_id)
    demand_plan_seen(plan)
    saved = save_edits(
        session,
        plan_id,
        _edits(body),
        confirmed=body["confirmed"],
        note=body["note"],
        travel=_roads(plan.province_code),
        blobs=plan_blobs(),
    )
    new = saved.plan
    answer_with_etag(plan_tag(new, plan_staleness(new)))
    return saved, 201, {"Location": url_for("dispatcher.show_plan", plan_id=new.id)}


@blueprint.get("/plans/<uuid:plan_id>/who-can-take")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(WhoseSchema, location="query")
@blueprint.response(200, TakersSchema)
@blueprint.alt_response(404, description="plan_not_found, leg_not_in_plan")
@blueprint.alt_response(409, description=_NOT_NOW)
def who_can_take(query: Mapping[str, Any], plan_id: uuid.UUID) -> Takers:
    """Everybody on shift, cheapest first: price, place, times, and what it does to the others."""
    asked = {name: query[name] for name in ("leg", "visit", "booking") if name in query}
    plan = get_plan(current_session(), plan_id)
    return find_takers(
        current_session(),
        plan_id,
        Whose(**asked),
        current_settings().blob_dir,
        travel=_roads(plan.province_code),
        reasons_of=query.get("reasons_of"),
    )


@blueprint.get("/plans/<uuid:plan_id>/locks")
@access(*READERS, scope=Scope.AREA)
@blueprint.response(200, LocksSchema)
@blueprint.alt_response(404, description="plan_not_found")
@blueprint.alt_response(409, description="plan_not_ready: the plan has no routes yet")
def show_locks(plan_id: uuid.UUID) -> dict[str, list[ShownLock]]:
    """What a person fixed in this version; later versions and the next search keep it."""
    session = current_session()
    return {"locks": list_locks(session, get_finished_plan(session, plan_id))}


def _edits(body: Mapping[str, Any]) -> list[Edit]:
    return [_edit(each) for each in body["edits"]]


def _edit(body: Mapping[str, Any]) -> Edit:
    fields = {name: value for name, value in body.items() if name != "after_visit"}
    fields["visits"] = tuple(fields.get("visits", ()))
    if "after_visit" in body:
        fields["after"] = body["after_visit"] or Place.FIRST
    return Edit(**fields)


def _roads(province_code: str) -> TravelTimes:
    return open_live_roads(current_settings().roads_dir, province_code)

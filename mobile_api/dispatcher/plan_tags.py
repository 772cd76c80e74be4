"""The tag of a plan as somebody saw it, and what is said when it is not that any more."""

import hashlib

from flask import request

from backend.planning.edits.versions import describe_moved
from backend.planning.errors import PlanMoved
from backend.planning.kept_staleness import keep_staleness
from backend.planning.models import Plan, PlanStatus
from backend.planning.staleness import Staleness
from backend.storage import BlobStore
from mobile_api.etags import version_etag
from mobile_api.http_errors import PreconditionRequired
from mobile_api.unit import current_session, current_settings

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "ETag of the plan as it was seen.",
    "schema": {"type": "string"},
}


def plan_staleness(plan: Plan) -> Staleness | None:
    """Asked of drafts only: a published day moves all the time, by the couriers' own work."""
    if plan.status is not PlanStatus.DRAFT:
        return None
    return keep_staleness(current_session(), plan, plan_blobs())


def plan_tag(plan: Plan, staleness: Staleness | None) -> str:
    """Changes with the version, with the progress of a search, and when the input moves."""
    moved = staleness.moved if staleness is not None else ""
    moving = f"{plan.stage} {plan.best_cost} {plan.seconds_left} {plan.cancel_requested} {moved}"
    digest = hashlib.sha256(moving.encode()).hexdigest()[:12]
    return version_etag("plan", plan.id, plan.version, digest)


def demand_plan_seen(plan: Plan) -> None:
    """The caller must have seen the plan as it is now.

    Raises PreconditionRequired without If-Match; PlanMoved, which names what has moved.
    """
    if not request.if_match:
        raise PreconditionRequired
    staleness = plan_staleness(plan)
    if not request.if_match.contains(plan_tag(plan, staleness)):
        moved = describe_moved(current_session(), plan, staleness)
        raise PlanMoved(plan=plan.number, moved_vi=moved.vi, moved_en=moved.en)


def plan_blobs() -> BlobStore:
    """Where problems and solutions lie."""
    return BlobStore(current_settings().blob_dir)

"""The overnight safe: put in, handed out, counted."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.counters.items import BatchDone, Sealed
from backend.courier_day.counters.safe import (
    SafeCount,
    count_safe,
    deposit,
    hand_out,
    list_in_safe,
)
from backend.dossiers.models import Dossier
from mobile_api.access import Scope, access
from mobile_api.idempotent import idempotent
from mobile_api.office.door import COUNTER, blueprint
from mobile_api.office.item_schemas import (
    BatchSchema,
    CountRequestSchema,
    CountSchema,
    HeldItemListSchema,
    SafeRequestSchema,
)
from mobile_api.office.seats import asked, counter, own_post_office
from mobile_api.unit import current_session

_WHO = "post_office_not_found, clerk_not_found, courier_not_found"


@blueprint.post("/post-offices/<post_office>/deposits")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(SafeRequestSchema)
@blueprint.response(201, BatchSchema)
@blueprint.alt_response(404, description=_WHO)
def put_into_safe(body: Mapping[str, Any], post_office: str) -> BatchDone:
    """A courier leaves items overnight, scanned one by one."""
    return deposit(
        current_session(),
        counter(post_office),
        courier_code=body["courier"],
        items=[Sealed(**each) for each in body["items"]],
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/hand-outs")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(SafeRequestSchema)
@blueprint.response(201, BatchSchema)
@blueprint.alt_response(404, description=_WHO)
def hand_out_of_safe(body: Mapping[str, Any], post_office: str) -> BatchDone:
    """A courier takes items in the morning, scanned one by one."""
    return hand_out(
        current_session(),
        counter(post_office),
        courier_code=body["courier"],
        items=[Sealed(**each) for each in body["items"]],
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/counts")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(CountRequestSchema)
@blueprint.response(201, CountSchema)
@blueprint.alt_response(404, description="post_office_not_found, clerk_not_found")
def compare_safe(body: Mapping[str, Any], post_office: str) -> SafeCount:
    """Count the safe against the log; every difference goes to the dispatcher's list."""
    return count_safe(current_session(), counter(post_office), items=body["items"], asked=asked())


@blueprint.get("/post-offices/<post_office>/safe")
@access(*COUNTER, scope=Scope.OFFICE)
@blueprint.response(200, HeldItemListSchema)
@blueprint.alt_response(404, description="post_office_not_found")
def show_safe(post_office: str) -> dict[str, list[Dossier]]:
    """What the log puts into the safe."""
    return {"items": list_in_safe(current_session(), own_post_office(post_office))}

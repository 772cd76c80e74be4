"""Papers between places: line-haul, and what needs no trip because it is one house."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.counters.items import BatchDone, Sealed
from backend.courier_day.counters.line_haul import receive_line_haul
from backend.courier_day.counters.receiving import Received
from backend.courier_day.counters.same_house import file_without_trip, take_results
from backend.courier_day.hand_overs import DeskSignature
from mobile_api.access import Scope, access
from mobile_api.idempotent import idempotent
from mobile_api.office.desk_schemas import (
    FilingsRequestSchema,
    LineHaulRequestSchema,
    ResultsTakenRequestSchema,
)
from mobile_api.office.door import COUNTER, DESK, blueprint
from mobile_api.office.item_schemas import BatchSchema, ReceiptSchema
from mobile_api.office.seats import asked, counter, desk, signatures
from mobile_api.unit import current_session


@blueprint.post("/desks/<office>/filings")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(FilingsRequestSchema)
@blueprint.response(201, ReceiptSchema)
@blueprint.alt_response(403, description="seconded_cannot_file")
@blueprint.alt_response(404, description="office_not_found, clerk_not_found")
def file_here(body: Mapping[str, Any], office: str) -> Received:
    """Receive what lies in the same house or with the seconded clerk; the signature files it."""
    return file_without_trip(
        current_session(),
        desk(office),
        items=[Sealed(**each) for each in body["items"]],
        signature=DeskSignature(body["signature"]),
        signatures=signatures(body),
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/results-taken")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(ResultsTakenRequestSchema)
@blueprint.response(201, BatchSchema)
@blueprint.alt_response(404, description="post_office_not_found, clerk_not_found, office_not_found")
@blueprint.alt_response(409, description="not_same_house")
def take_over_results(body: Mapping[str, Any], post_office: str) -> BatchDone:
    """Take ready results over from the office in the same house."""
    return take_results(
        current_session(),
        counter(post_office),
        office_code=body["office"],
        items=[Sealed(**each) for each in body["items"]],
        signatures=signatures(body),
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/line-hauls")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(LineHaulRequestSchema)
@blueprint.response(201, BatchSchema)
@blueprint.alt_response(404, description="post_office_not_found, clerk_not_found")
@blueprint.alt_response(422, description="line_haul_to_itself")
def take_line_haul(body: Mapping[str, Any], post_office: str) -> BatchDone:
    """Scan in what came from another post office."""
    return receive_line_haul(
        current_session(),
        counter(post_office),
        from_code=body["from_post_office"],
        items=[Sealed(**each) for each in body["items"]],
        asked=asked(),
    )

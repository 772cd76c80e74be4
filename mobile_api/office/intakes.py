"""The counter of a post office: papers in, results out, payments."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.counters.checklists import BroughtPaper
from backend.courier_day.counters.intake import TakenIn, take_in
from backend.courier_day.counters.pick_ups import PickedUp, Receiver, give_to_citizen
from backend.courier_day.counters.sealing import Brought
from backend.courier_day.counters.walk_ins import WalkIn
from backend.courier_day.handlers.result import Authorisation, Identity
from backend.courier_day.payments import Payment
from geodata.point import Point
from mobile_api.access import Scope, access
from mobile_api.idempotent import idempotent
from mobile_api.office.door import COUNTER, blueprint
from mobile_api.office.intake_schemas import IntakeRequestSchema, IntakeSchema
from mobile_api.office.pick_up_schemas import PickedUpSchema, PickUpAtCounterSchema
from mobile_api.office.seats import asked, counter, signatures
from mobile_api.receiver_schemas import pin_told
from mobile_api.unit import current_session


@blueprint.post("/post-offices/<post_office>/intakes")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(IntakeRequestSchema)
@blueprint.response(201, IntakeSchema)
@blueprint.alt_response(
    404, description="post_office_not_found, clerk_not_found, booking_not_found"
)
@blueprint.alt_response(409, description="nothing_to_take_in, portal_code_taken")
@blueprint.alt_response(422, description="seal_missing, door_needed, and what a booking refuses")
def take_papers_in(body: Mapping[str, Any], post_office: str) -> TakenIn:
    """Take papers in at the counter: compared with the checklist, listed, sealed, kept.

    Incomplete papers stay with the citizen, who gets in writing what is missing.
    """
    return take_in(
        current_session(),
        counter(post_office),
        asks=body["booking"] if "booking" in body else _walk_in(body["walk_in"]),
        brought=[_brought(each) for each in body["dossiers"]],
        signatures=signatures(body),
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/pick-ups")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(PickUpAtCounterSchema)
@blueprint.response(201, PickedUpSchema)
@blueprint.alt_response(404, description="post_office_not_found, clerk_not_found, item_not_found")
@blueprint.alt_response(
    409,
    description="not_held_here, authorisation_expired, authorisation_unknown, pin_wrong, pin_spent",
)
@blueprint.alt_response(422, description="authorisation_missing, pin_missing")
def give_out(body: Mapping[str, Any], post_office: str) -> PickedUp:
    """Give what waits here to the citizen, after the identity check; the hold ends."""
    letter = body["authorisation"]
    return give_to_citizen(
        current_session(),
        counter(post_office),
        item=body["item"],
        receiver=Receiver(
            role=body["receiver"],
            identity=Identity(**body["identity"]),
            authorisation=Authorisation(**letter) if letter else None,
            pin_told=pin_told(body),
        ),
        payments=[Payment(**each) for each in body["payments"]],
        signatures=signatures(body),
        asked=asked(),
    )


def _walk_in(body: Mapping[str, Any]) -> WalkIn:
    fields = dict(body)
    point = Point(fields.pop("lat"), fields.pop("lon")) if "lat" in fields else None
    return WalkIn(**fields, point=point)


def _brought(body: Mapping[str, Any]) -> Brought:
    return Brought(
        papers=tuple(BroughtPaper(**each) for each in body["papers"]),
        missing=tuple(body["missing"]),
        insists=body["insists"],
        seal=body["seal"],
        portal_code=body["portal_code"],
        payments=tuple(Payment(**each) for each in body["payments"]),
    )

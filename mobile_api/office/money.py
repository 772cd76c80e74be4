"""Payments, settlement lists, and papers that a counter prints."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.counters.money import Paid, Settled, pay, settle_cash
from backend.courier_day.counters.paperwork import Printed, confirm_booking, write_authorisation
from backend.courier_day.payments import Payment
from mobile_api.access import Scope, access
from mobile_api.idempotent import idempotent
from mobile_api.office.door import COUNTER, MONEY, blueprint
from mobile_api.office.pick_up_schemas import (
    AuthorisationRequestSchema,
    PaidSchema,
    PaymentRequestSchema,
    PrintedSchema,
    SettlementRequestSchema,
    SettlementSchema,
)
from mobile_api.office.seats import asked, counter, signatures
from mobile_api.unit import current_session

_WHO = "post_office_not_found, clerk_not_found"


@blueprint.post("/post-offices/<post_office>/payments")
@access(*MONEY, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(PaymentRequestSchema)
@blueprint.response(201, PaidSchema)
@blueprint.alt_response(404, description=f"{_WHO}, item_not_found")
def take_money(body: Mapping[str, Any], post_office: str) -> Paid:
    """Take payments for one item; each gets its own numbered receipt."""
    return pay(
        current_session(),
        counter(post_office),
        item=body["item"],
        payments=[Payment(**each) for each in body["payments"]],
        signatures=signatures(body),
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/settlements")
@access(*MONEY, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(SettlementRequestSchema)
@blueprint.response(201, SettlementSchema)
@blueprint.alt_response(404, description=f"{_WHO}, courier_not_found")
@blueprint.alt_response(409, description="nothing_to_settle")
def list_money(body: Mapping[str, Any], post_office: str) -> Settled:
    """List everything that a courier or this clerk took, against the cash that was counted."""
    return settle_cash(
        current_session(),
        counter(post_office),
        courier_code=body["courier"],
        counted_vnd=body["counted_vnd"],
        signatures=signatures(body),
        asked=asked(),
    )


@blueprint.post("/post-offices/<post_office>/bookings/<reference>/confirmation")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.response(201, PrintedSchema)
@blueprint.alt_response(404, description=f"{_WHO}, booking_not_found")
@blueprint.alt_response(409, description="nothing_to_confirm")
def print_confirmation(post_office: str, reference: str) -> Printed:
    """Make the booking confirmation: what was agreed, and the papers to prepare."""
    return confirm_booking(
        current_session(), counter(post_office), reference=reference, asked={"booking": reference}
    )


@blueprint.post("/post-offices/<post_office>/authorisations")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(AuthorisationRequestSchema)
@blueprint.response(201, PrintedSchema)
@blueprint.alt_response(404, description=f"{_WHO}, item_not_found")
@blueprint.alt_response(422, description="authorisation_over")
def print_authorisation(body: Mapping[str, Any], post_office: str) -> Printed:
    """Fill in a letter of authorisation for the owner to sign."""
    return write_authorisation(
        current_session(),
        counter(post_office),
        item=body["item"],
        agent_name=body["agent_name"],
        agent_phone=body["agent_phone"],
        valid_to=body["valid_to"],
        asked=asked(),
    )

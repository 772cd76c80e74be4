"""JSON of what a citizen comes for, and of money."""

import marshmallow as ma

from backend.courier_day.handlers.result import ReceiverRole
from mobile_api.days import Day
from mobile_api.office.intake_schemas import BroughtPaperSchema, PaymentSchema
from mobile_api.office.item_schemas import ITEM, FormNumberSchema
from mobile_api.office.seats import CODE, SignedSchema
from mobile_api.receiver_schemas import ShownIdentitySchema, ShownLetterSchema, ToldPinSchema
from mobile_api.wording import about


class PickUpAtCounterSchema(SignedSchema, ToldPinSchema):
    """Who came for what, and what was taken back."""

    item = ma.fields.String(required=True, validate=ITEM)
    receiver = ma.fields.Enum(ReceiverRole, by_value=True, required=True)
    identity = ma.fields.Nested(ShownIdentitySchema, required=True)
    authorisation = ma.fields.Nested(ShownLetterSchema, load_default=None, allow_none=True)
    recovered = ma.fields.List(
        ma.fields.Nested(BroughtPaperSchema),
        load_default=list,
        validate=ma.validate.Length(max=50),
        metadata=about("Papers that the citizen gave back; they stay with the act."),
    )
    payments = ma.fields.List(
        ma.fields.Nested(PaymentSchema), load_default=list, validate=ma.validate.Length(max=10)
    )


class PickedUpSchema(ma.Schema):
    """What one pick-up left behind."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    at = ma.fields.AwareDateTime(required=True, attribute="act.at")
    dossier = ma.fields.UUID(required=True, attribute="dossier.id")
    state = ma.fields.String(required=True, attribute="dossier.state.value")
    flags = ma.fields.List(ma.fields.String(), required=True)
    forms = ma.fields.List(ma.fields.Nested(FormNumberSchema), required=True)


class PaymentRequestSchema(SignedSchema):
    """What a citizen pays for one item."""

    item = ma.fields.String(required=True, validate=ITEM)
    payments = ma.fields.List(
        ma.fields.Nested(PaymentSchema), required=True, validate=ma.validate.Length(1, 10)
    )


class PaidSchema(ma.Schema):
    """The receipts of one item."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    dossier = ma.fields.UUID(required=True, attribute="dossier.id")
    flags = ma.fields.List(ma.fields.String(), required=True)
    receipts = ma.fields.List(ma.fields.Nested(FormNumberSchema), required=True)


class SettlementRequestSchema(SignedSchema):
    """Cash that was counted; whose, if not the clerk's own."""

    courier = ma.fields.String(load_default=None, validate=CODE)
    counted_vnd = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(0, 10**12)
    )


class SettlementSchema(ma.Schema):
    """The settlement list. A difference is on the dispatcher's list."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    form = ma.fields.Nested(FormNumberSchema, required=True)
    due_vnd = ma.fields.Integer(required=True)
    counted_vnd = ma.fields.Integer(required=True)
    difference_vnd = ma.fields.Integer(required=True)
    service_dates = ma.fields.List(
        ma.fields.Date(), metadata=about("Days of the courier that are settled by it.")
    )


class AuthorisationRequestSchema(ma.Schema):
    """Whom the owner lets receive, and until when."""

    item = ma.fields.String(required=True, validate=ITEM)
    agent_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    agent_phone = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 20))
    valid_to = Day(required=True)


class PrintedSchema(ma.Schema):
    """A form that was made."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    form = ma.fields.Nested(FormNumberSchema, required=True)

"""JSON of what is scanned at a counter, and of what became of it."""

import marshmallow as ma

from backend.courier_day.counters.items import ItemOutcome
from backend.courier_day.counters.receiving import Finding
from backend.courier_day.hand_overs import DeskSignature
from mobile_api.office.seats import CODE, SignedSchema
from mobile_api.wording import about

ITEM = ma.validate.Length(1, 40)
MOST_ITEMS = ma.validate.Length(1, 200)
SEAL = ma.validate.Length(1, 40)


class SealedItemSchema(ma.Schema):
    """An item as scanned, with the seal as read."""

    item = ma.fields.String(
        required=True, validate=ITEM, metadata=about("Item code as scanned.", "RH480000011VN")
    )
    seal = ma.fields.String(load_default=None, validate=SEAL)


class SafeRequestSchema(ma.Schema):
    """Items that change hands between a courier and the safe."""

    courier = ma.fields.String(
        required=True, validate=CODE, metadata=about("Code of the courier.", "BT-007")
    )
    items = ma.fields.List(ma.fields.Nested(SealedItemSchema), required=True, validate=MOST_ITEMS)


class CountRequestSchema(ma.Schema):
    """Everything that was scanned in the safe; an empty safe is an empty list."""

    items = ma.fields.List(
        ma.fields.String(validate=ITEM), required=True, validate=ma.validate.Length(max=2000)
    )


class ScannedItemSchema(SealedItemSchema):
    """An item as the office's receiver found it."""

    finding = ma.fields.Enum(Finding, by_value=True, load_default=Finding.COUNTED)
    form_no = ma.fields.String(
        load_default=None, validate=CODE, metadata=about("Number of form 02 or 03.", "03-0012")
    )
    right_office = ma.fields.String(
        load_default=None, validate=CODE, metadata=about("Where it belongs, if the desk knows.")
    )


class ReceiptRequestSchema(SignedSchema):
    """One batch: what a courier laid on the desk, under one signature."""

    courier = ma.fields.String(
        required=True, validate=CODE, metadata=about("Code of the courier who gives.", "BT-007")
    )
    signature = ma.fields.Enum(DeskSignature, by_value=True, load_default=DeskSignature.SIGNED)
    items = ma.fields.List(ma.fields.Nested(ScannedItemSchema), required=True, validate=MOST_ITEMS)


class ItemDoneSchema(ma.Schema):
    """What became of one item."""

    item = ma.fields.String(required=True)
    dossier = ma.fields.UUID(required=True, allow_none=True, attribute="dossier_id")
    outcome = ma.fields.Enum(ItemOutcome, by_value=True, required=True)
    state = ma.fields.String(required=True, allow_none=True)
    flags = ma.fields.List(ma.fields.String(), required=True)


class BatchSchema(ma.Schema):
    """One act, item by item."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    at = ma.fields.AwareDateTime(required=True, attribute="act.at")
    items = ma.fields.List(ma.fields.Nested(ItemDoneSchema), required=True)


class FormNumberSchema(ma.Schema):
    """A form that an act made; paper and JSON are at /v1/dispatcher/forms."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, attribute="kind.value")
    number = ma.fields.String(required=True, attribute="printed_number")


class ReceiptSchema(BatchSchema):
    """What one signature covers."""

    filed_at = ma.fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata=about("Legal filing time, to the minute; null when nothing was filed by it."),
    )
    minutes = ma.fields.Nested(FormNumberSchema, required=True, allow_none=True)


class CountSchema(ma.Schema):
    """A count against the log; every difference is on the dispatcher's list."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    at = ma.fields.AwareDateTime(required=True, attribute="act.at")
    agreed = ma.fields.Integer(required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    extra = ma.fields.List(ma.fields.Nested(ItemDoneSchema), required=True)


class HeldItemSchema(ma.Schema):
    """An item that the log puts somewhere."""

    dossier = ma.fields.UUID(required=True, attribute="id")
    item = ma.fields.String(required=True, attribute="item_code")
    seal = ma.fields.String(required=True, allow_none=True, attribute="seal_no")
    state = ma.fields.String(required=True)
    condition = ma.fields.String(required=True)


class HeldItemListSchema(ma.Schema):
    """Items, by code."""

    items = ma.fields.List(ma.fields.Nested(HeldItemSchema), required=True)

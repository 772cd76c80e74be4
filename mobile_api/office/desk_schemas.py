"""JSON of what an office's desk tells: appointments, results, deliveries it took note of."""

import marshmallow as ma

from mobile_api.days import Day, Moment
from mobile_api.office.intake_schemas import OnwardLegSchema
from mobile_api.office.item_schemas import ITEM, MOST_ITEMS, SealedItemSchema
from mobile_api.office.seats import CODE, SignedSchema
from mobile_api.supplements import OfficesFormSchema
from mobile_api.wording import about


class AppointmentSchema(ma.Schema):
    """The day of the result for one item."""

    item = ma.fields.String(required=True, validate=ITEM)
    day = Day(required=True)
    portal_code = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 80))
    form_no = ma.fields.String(
        load_default=None,
        validate=CODE,
        metadata=about("Number of the apology form (04), when the day changes.", "04-0007"),
    )


class AppointmentsRequestSchema(ma.Schema):
    """Days on the office's receipts (form 01), or new ones of its apologies (form 04)."""

    items = ma.fields.List(ma.fields.Nested(AppointmentSchema), required=True, validate=MOST_ITEMS)


class NamedItemSchema(ma.Schema):
    """One dossier of this office."""

    item = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, 80),
        metadata=about("Item code, or portal code of a dossier of this office."),
    )


class MissingPapersSchema(NamedItemSchema, OfficesFormSchema):
    """What is still missing from it stands on the office's form 02."""


class ResultReadyRequestSchema(NamedItemSchema):
    """One result."""

    ready_at = Moment(
        load_default=None, metadata=about("From when it can be fetched; default now.")
    )


class ResultReadySchema(ma.Schema):
    """What the announcement opened."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    dossier = ma.fields.UUID(required=True, attribute="dossier.id")
    state = ma.fields.String(required=True, attribute="dossier.state.value")
    already = ma.fields.Boolean(required=True)
    leg = ma.fields.Nested(
        OnwardLegSchema,
        required=True,
        allow_none=True,
        metadata=about("Null for a result that the citizen gets at the office."),
    )


class ResultFileQuerySchema(ma.Schema):
    """Whether the file is only a trial."""

    dry_run = ma.fields.Boolean(load_default=False)


class RowErrorSchema(ma.Schema):
    """Why one row came back."""

    line = ma.fields.Integer(required=True)
    column = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)


class ResultFileSchema(ma.Schema):
    """What a file did, or would do. Every row is in exactly one of the three numbers."""

    act = ma.fields.UUID(required=True, allow_none=True)
    dry_run = ma.fields.Boolean(required=True)
    rows = ma.fields.Integer(required=True)
    ready = ma.fields.Integer(required=True)
    already = ma.fields.Integer(required=True)
    rejected = ma.fields.Integer(required=True)
    errors = ma.fields.List(ma.fields.Nested(RowErrorSchema), required=True)
    rejected_rows = ma.fields.List(
        ma.fields.List(ma.fields.String()),
        required=True,
        metadata=about("The cells of each row that came back, as they were sent."),
    )


class FilingsRequestSchema(SignedSchema):
    """Papers that reach the office without a trip, under one signature."""

    signature = ma.fields.String(
        load_default="SIGNED",
        validate=ma.validate.OneOf(("SIGNED", "STAMP", "WITNESS", "NONE")),
    )
    items = ma.fields.List(ma.fields.Nested(SealedItemSchema), required=True, validate=MOST_ITEMS)


class ResultsTakenRequestSchema(SignedSchema):
    """Results of an office in the same house that the post office keeps or sends on."""

    office = ma.fields.String(required=True, validate=CODE)
    items = ma.fields.List(ma.fields.Nested(SealedItemSchema), required=True, validate=MOST_ITEMS)


class LineHaulRequestSchema(ma.Schema):
    """What came from another post office."""

    from_post_office = ma.fields.String(required=True, validate=CODE)
    items = ma.fields.List(ma.fields.Nested(SealedItemSchema), required=True, validate=MOST_ITEMS)


class InformedRequestSchema(ma.Schema):
    """Deliveries that the office takes note of."""

    items = ma.fields.List(ma.fields.String(validate=ITEM), required=True, validate=MOST_ITEMS)

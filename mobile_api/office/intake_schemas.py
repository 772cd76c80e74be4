"""JSON of a counter intake: what a citizen brings, and what became of it."""

import marshmallow as ma

from backend.cash.entries import PaidBy, Purse
from backend.courier_day.counters.intake import IntakeOutcome
from backend.courier_day.counters.walk_ins import ResultGoes
from backend.dossiers.papers import PaperForm
from mobile_api.office.item_schemas import SEAL, FormNumberSchema
from mobile_api.office.seats import CODE, SignedSchema
from mobile_api.wording import about

_LINE = ma.validate.Length(1, 200)


class PaymentSchema(ma.Schema):
    """One payment; each gets its own receipt."""

    purse = ma.fields.Enum(Purse, by_value=True, required=True)
    amount_vnd = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(1, 10**12)
    )
    paid_by = ma.fields.Enum(PaidBy, by_value=True, load_default=PaidBy.CASH)


class BroughtPaperSchema(ma.Schema):
    """One kind of paper as counted."""

    name = ma.fields.String(required=True, validate=_LINE)
    quantity = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(0, 10_000))
    form = ma.fields.Enum(PaperForm, by_value=True, load_default=None)
    note = ma.fields.String(load_default=None, validate=_LINE)
    checklist = ma.fields.Integer(
        load_default=None,
        strict=True,
        validate=ma.validate.Range(0, 1000),
        metadata=about("Number of the procedure's checklist line that it answers.", 1),
    )


class BroughtSchema(ma.Schema):
    """One dossier on the counter. What the checklist demands and is not there is found by us."""

    papers = ma.fields.List(
        ma.fields.Nested(BroughtPaperSchema), required=True, validate=ma.validate.Length(1, 100)
    )
    missing = ma.fields.List(
        ma.fields.String(validate=_LINE),
        load_default=list,
        validate=ma.validate.Length(max=50),
        metadata=about("What the clerk finds missing besides."),
    )
    insists = ma.fields.Boolean(
        load_default=False, metadata=about("The citizen wants it sent all the same.")
    )
    seal = ma.fields.String(load_default=None, validate=SEAL)
    portal_code = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 80))
    payments = ma.fields.List(
        ma.fields.Nested(PaymentSchema), load_default=list, validate=ma.validate.Length(max=10)
    )


class WalkInSchema(ma.Schema):
    """What somebody without a booking wants."""

    applicant_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    phone = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 20))
    address = ma.fields.String(required=True, validate=ma.validate.Length(1, 400))
    procedure_code = ma.fields.String(required=True, validate=CODE)
    office_code = ma.fields.String(load_default=None, validate=CODE)
    lat = ma.fields.Float(validate=ma.validate.Range(-90, 90))
    lon = ma.fields.Float(validate=ma.validate.Range(-180, 180))
    result = ma.fields.Enum(
        ResultGoes,
        by_value=True,
        load_default=ResultGoes.NOWHERE,
        metadata=about("Where the result shall be brought."),
    )
    confirmed = ma.fields.Boolean(
        load_default=False,
        metadata=about("A second open booking for the same procedure and day is wanted."),
    )

    @ma.validates_schema
    def both_or_none(self, data: dict[str, object], **_: object) -> None:
        """Half a coordinate is none."""
        if ("lat" in data) != ("lon" in data):
            raise ma.ValidationError("lat and lon belong together", "lat")


class IntakeRequestSchema(SignedSchema):
    """Papers of a booking, or of somebody who walks in."""

    booking = ma.fields.String(
        validate=ma.validate.Length(1, 60), metadata=about("Reference of a booking.", "PYC-00012")
    )
    walk_in = ma.fields.Nested(WalkInSchema)
    dossiers = ma.fields.List(
        ma.fields.Nested(BroughtSchema), required=True, validate=ma.validate.Length(1, 200)
    )

    @ma.validates_schema
    def one_of_both(self, data: dict[str, object], **_: object) -> None:
        """Either there is a booking, or there is none."""
        if ("booking" in data) == ("walk_in" in data):
            raise ma.ValidationError("name either booking or walk_in", "booking")


class OnwardLegSchema(ma.Schema):
    """The way that is open to be planned."""

    id = ma.fields.UUID(required=True)
    from_kind = ma.fields.String(required=True, attribute="from_kind.value")
    to_kind = ma.fields.String(required=True, attribute="to_kind.value")
    service_date = ma.fields.Date(required=True)
    due_on = ma.fields.Date(required=True)


class TakenDossierSchema(ma.Schema):
    """One dossier after the intake."""

    dossier = ma.fields.UUID(required=True, attribute="dossier.id")
    item = ma.fields.String(required=True, attribute="dossier.item_code")
    state = ma.fields.String(required=True, attribute="dossier.state.value")
    outcome = ma.fields.Enum(IntakeOutcome, by_value=True, required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    onward = ma.fields.Nested(
        OnwardLegSchema,
        required=True,
        allow_none=True,
        metadata=about("Null when the office is in the same house."),
    )
    flags = ma.fields.List(ma.fields.String(), required=True)


class IntakeSchema(ma.Schema):
    """What one intake left behind."""

    act = ma.fields.UUID(required=True, attribute="act.id")
    at = ma.fields.AwareDateTime(required=True, attribute="act.at")
    booking = ma.fields.String(required=True, attribute="booking.reference")
    dossiers = ma.fields.List(ma.fields.Nested(TakenDossierSchema), required=True)
    forms = ma.fields.List(ma.fields.Nested(FormNumberSchema), required=True)

"""Procedures as the citizen's door shows them."""

import marshmallow as ma

from backend.catalogue.models import CompetentTier
from backend.database import SourceStatus
from mobile_api.days import Day
from mobile_api.wording import about


class ProcedureSearchSchema(ma.Schema):
    """What somebody looks for."""

    q = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=200),
        metadata=about("Words as people say them, with or without marks; or a code.", "bang lai"),
    )
    on = Day(metadata=about("Procedures in force on this date; default today."))
    limit = ma.fields.Integer(
        load_default=10, validate=ma.validate.Range(1, 50), metadata=about("At most so many.", 10)
    )
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class ProcedureDaySchema(ma.Schema):
    """On which date."""

    on = Day(metadata=about("The version in force on this date; default today."))
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class ProcedureBriefSchema(ma.Schema):
    """A procedure in a list of answers."""

    code = ma.fields.String(required=True, metadata=about("Of the national list.", "1.002809"))
    name = ma.fields.String(required=True)
    field = ma.fields.String(required=True)
    eligible_by_post = ma.fields.Boolean(
        required=True, metadata=about("On the province's list of what goes by post.")
    )
    presence_needed = ma.fields.Boolean(required=True)
    source_status = ma.fields.Enum(
        SourceStatus, required=True, metadata=about("Whether anybody checked the row.")
    )


class ProceduresSchema(ma.Schema):
    """The likeliest first."""

    procedures = ma.fields.List(ma.fields.Nested(ProcedureBriefSchema), required=True)


class ChecklistItemSchema(ma.Schema):
    """A paper to have ready."""

    name = ma.fields.String(required=True)
    originals = ma.fields.Integer(required=True)
    certified_copies = ma.fields.Integer(required=True)
    photocopies = ma.fields.Integer(required=True)
    mandatory = ma.fields.Boolean(required=True)
    condition = ma.fields.String(required=True, metadata=about("When it is asked for."))


class FeeItemSchema(ma.Schema):
    """A public fee or charge, held for the office."""

    name = ma.fields.String(required=True)
    amount_vnd = ma.fields.Integer(required=True)


class ProcedureSchema(ProcedureBriefSchema):
    """A procedure with its checklist and fees."""

    level = ma.fields.String(required=True)
    office_tier = ma.fields.Enum(CompetentTier, required=True)
    processing_days = ma.fields.Integer(
        allow_none=True, metadata=about("Working days at the office; null when unknown.")
    )
    same_day_result = ma.fields.Boolean(required=True)
    decision_no = ma.fields.String(
        required=True, metadata=about("Decision of the province that lists it.")
    )
    valid_from = ma.fields.Date(allow_none=True)
    valid_to = ma.fields.Date(allow_none=True)
    source = ma.fields.String(required=True)
    checklist = ma.fields.List(ma.fields.Nested(ChecklistItemSchema), required=True)
    fees = ma.fields.List(ma.fields.Nested(FeeItemSchema), required=True)

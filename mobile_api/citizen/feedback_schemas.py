"""Ratings and complaints as the citizen's door takes and gives them."""

import marshmallow as ma

from backend.courier_day.feedback.attachments import MOST_OF_A_COMPLAINT
from backend.courier_day.feedback.models import (
    MAX_TEXT_CHARS,
    ComplaintKind,
    ComplaintStatus,
    RatingReason,
)
from backend.planning.models import VisitKind
from mobile_api.wording import about


class MadeVisitSchema(ma.Schema):
    """A visit that can be rated, or was."""

    stop = ma.fields.UUID(attribute="stop_id", required=True)
    at = ma.fields.AwareDateTime(required=True)
    kind = ma.fields.Enum(VisitKind, required=True)
    done = ma.fields.Boolean(required=True)
    score = ma.fields.Integer(allow_none=True, required=True, metadata=about("As you rated it."))
    can_be_rated = ma.fields.Boolean(required=True)


class RatingRequestSchema(ma.Schema):
    """A rating of one visit."""

    stop = ma.fields.UUID(required=True, metadata=about("One of the booking's visits."))
    score = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(1, 5), metadata=about("5 = best.", 5)
    )
    reasons = ma.fields.List(
        ma.fields.Enum(RatingReason),
        load_default=list,
        validate=ma.validate.Length(max=len(RatingReason)),
        metadata=about("What was good or bad.", ["ON_TIME", "POLITE"]),
    )
    text = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=MAX_TEXT_CHARS),
        metadata=about("In own words.", "Bưu tá giải thích rất rõ."),
    )


class RatingSchema(ma.Schema):
    """A kept rating."""

    stop = ma.fields.UUID(attribute="stop_id", required=True)
    score = ma.fields.Integer(required=True)
    reasons = ma.fields.List(ma.fields.String(), required=True)
    text = ma.fields.String(required=True)
    rated_at = ma.fields.AwareDateTime(required=True)


class CitizenComplaintRequestSchema(ma.Schema):
    """A complaint about a booking, or about one dossier of it."""

    kind = ma.fields.Enum(ComplaintKind, required=True, metadata=about("What about.", "LATE"))
    text = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, MAX_TEXT_CHARS),
        metadata=about("What happened.", "Bưu tá đến trễ hai giờ."),
    )
    item_code = ma.fields.String(
        validate=ma.validate.Length(1, 20), metadata=about("The dossier in question.")
    )
    attachments = ma.fields.List(
        ma.fields.String(validate=ma.validate.Regexp(r"^[0-9a-f]{64}$")),
        load_default=list,
        validate=ma.validate.Length(max=MOST_OF_A_COMPLAINT),
        metadata=about("SHA-256 of pictures and PDFs sent before."),
    )


class CitizenComplaintSchema(ma.Schema):
    """A complaint as its citizen sees it."""

    number = ma.fields.String(
        attribute="printed_number", required=True, metadata=about("To name it.", "00012/2026/KN")
    )
    kind = ma.fields.Enum(ComplaintKind, required=True)
    status = ma.fields.Enum(ComplaintStatus, required=True)
    text = ma.fields.String(required=True)
    made_at = ma.fields.AwareDateTime(required=True)
    due_on = ma.fields.Date(required=True, metadata=about("Last day for the answer."))
    answer = ma.fields.String(allow_none=True, required=True)
    answered_at = ma.fields.AwareDateTime(allow_none=True, required=True)
    attachments = ma.fields.Function(
        lambda complaint: len(complaint.attachments),
        required=True,
        metadata=about("How many files go with it.") | {"type": "integer"},
    )

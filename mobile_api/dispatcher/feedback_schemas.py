"""Complaints, ratings and notices as the dispatcher's door takes and gives them."""

import marshmallow as ma

from backend.courier_day.feedback.models import MAX_TEXT_CHARS, ComplaintKind, ComplaintStatus
from backend.outbox import Channel, MessageStatus
from mobile_api.days import Day
from mobile_api.wording import about

MOST_ROWS = 500


class ComplaintFilterSchema(ma.Schema):
    """Which complaints."""

    status = ma.fields.Enum(ComplaintStatus, metadata=about("Default: all, open ones first."))
    limit = ma.fields.Integer(
        load_default=100, validate=ma.validate.Range(1, MOST_ROWS), metadata=about("At most.", 100)
    )
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class ComplaintFileSchema(ma.Schema):
    """A picture or PDF that the citizen sent with it."""

    id = ma.fields.UUID(required=True, metadata=about("For /v1/dispatcher/complaint-files/…"))
    media_type = ma.fields.String(attribute="proof.media_type", required=True)
    size_bytes = ma.fields.Integer(attribute="proof.size_bytes", required=True)


class ComplaintSchema(ma.Schema):
    """One line of the register."""

    id = ma.fields.UUID(required=True)
    number = ma.fields.String(attribute="printed_number", required=True)
    reference = ma.fields.String(attribute="booking.reference", required=True)
    item_code = ma.fields.String(
        attribute="dossier.item_code", allow_none=True, dump_default=None, required=True
    )
    kind = ma.fields.Enum(ComplaintKind, required=True)
    status = ma.fields.Enum(ComplaintStatus, required=True)
    text = ma.fields.String(required=True)
    inside_province = ma.fields.Boolean(required=True)
    made_at = ma.fields.AwareDateTime(required=True)
    due_on = ma.fields.Date(required=True)
    late = ma.fields.Boolean(required=True, metadata=about("Answered late, or overdue now."))
    answer = ma.fields.String(allow_none=True, required=True)
    answered_at = ma.fields.AwareDateTime(allow_none=True, required=True)
    attachments = ma.fields.List(ma.fields.Nested(ComplaintFileSchema), required=True)


class ComplaintsSchema(ma.Schema):
    """The register of complaints."""

    complaints = ma.fields.List(ma.fields.Nested(ComplaintSchema), required=True)


class ComplaintRequestSchema(ma.Schema):
    """A complaint that somebody made by phone or at a counter."""

    kind = ma.fields.Enum(ComplaintKind, required=True)
    text = ma.fields.String(required=True, validate=ma.validate.Length(1, MAX_TEXT_CHARS))
    item_code = ma.fields.String(validate=ma.validate.Length(1, 20))


class AnswerRequestSchema(ma.Schema):
    """What the citizen is answered."""

    answer = ma.fields.String(required=True, validate=ma.validate.Length(1, MAX_TEXT_CHARS))


class RatingFilterSchema(ma.Schema):
    """Since when."""

    since = Day(metadata=about("First day; default 30 days ago.", "2026-11-01"))
    limit = ma.fields.Integer(
        load_default=100, validate=ma.validate.Range(1, MOST_ROWS), metadata=about("At most.", 100)
    )
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class RatingLineSchema(ma.Schema):
    """One rating, without who gave it."""

    id = ma.fields.UUID(required=True)
    stop_id = ma.fields.UUID(required=True)
    courier_id = ma.fields.UUID(allow_none=True, required=True)
    score = ma.fields.Integer(required=True)
    reasons = ma.fields.List(ma.fields.String(), required=True)
    text = ma.fields.String(required=True)
    rated_at = ma.fields.AwareDateTime(required=True)


class RatingsSchema(ma.Schema):
    """Ratings, the newest first."""

    ratings = ma.fields.List(ma.fields.Nested(RatingLineSchema), required=True)


class ToldSchema(ma.Schema):
    """One notice. Secret parts stand as {pin}, {code} or {link}; the phone is masked."""

    id = ma.fields.UUID(required=True)
    template = ma.fields.String(required=True)
    audience = ma.fields.String(allow_none=True, required=True)
    channel = ma.fields.Enum(Channel, required=True)
    to = ma.fields.String(required=True, metadata=about("Last digits only.", "•••••••321"))
    text = ma.fields.String(allow_none=True, required=True)
    parts = ma.fields.Integer(
        allow_none=True, required=True, metadata=about("Parts of a text message.")
    )
    status = ma.fields.Enum(MessageStatus, required=True)
    attempts = ma.fields.Integer(required=True)
    failure = ma.fields.String(allow_none=True, required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    next_attempt_at = ma.fields.AwareDateTime(
        allow_none=True, required=True, metadata=about("While it waits.")
    )
    sent_at = ma.fields.AwareDateTime(allow_none=True, required=True)


class ToldListSchema(ma.Schema):
    """What was told about a booking, the newest first."""

    notices = ma.fields.List(ma.fields.Nested(ToldSchema), required=True)

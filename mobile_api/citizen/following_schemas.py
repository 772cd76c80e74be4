"""What a follow link shows, as the citizen's door gives it."""

from typing import Any

import marshmallow as ma

from backend.booking.models import BookingMode, BookingStatus
from backend.errors import LANGUAGES
from backend.planning.models import VisitKind
from mobile_api.citizen.feedback_schemas import CitizenComplaintSchema, MadeVisitSchema
from mobile_api.problems import language
from mobile_api.wording import about


class Words(ma.fields.String):
    """A text in the language that the caller asked for."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        text: str = value.in_language(language())
        return text


class ExpectedSchema(ma.Schema):
    """A range, never one minute."""

    visit = ma.fields.Enum(VisitKind, required=True)
    earliest_at = ma.fields.AwareDateTime(required=True)
    latest_at = ma.fields.AwareDateTime(required=True)
    stops_before = ma.fields.Integer(
        required=True, metadata=about("Halts that the courier makes before yours.", 2)
    )


class FollowStepSchema(ma.Schema):
    """One thing that happened."""

    at = ma.fields.AwareDateTime(required=True)
    what = Words(required=True, metadata=about("In plain words.", "Đã nộp tại cơ quan"))
    place = ma.fields.String(
        allow_none=True, required=True, metadata=about("Office or post office; null elsewhere.")
    )


class FollowedItemSchema(ma.Schema):
    """One dossier of the booking."""

    item_code = ma.fields.String(required=True)
    procedure = ma.fields.String(required=True)
    state = Words(required=True)
    keeper = Words(required=True, metadata=about("Who has the papers, in words."))
    office = ma.fields.String(required=True, metadata=about("Where it is, or was, filed."))
    filed_at = ma.fields.AwareDateTime(allow_none=True, required=True)
    appointment_on = ma.fields.Date(
        allow_none=True, required=True, metadata=about("Day for which the office promised it.")
    )
    due_on = ma.fields.Date(
        allow_none=True, required=True, metadata=about("Last day of our own promise now.")
    )
    chain_token = ma.fields.String(
        allow_none=True,
        required=True,
        metadata=about("For /v1/citizen/chains/…, once a receipt printed it."),
    )
    steps = ma.fields.List(ma.fields.Nested(FollowStepSchema), required=True)


class PaperToPrepareSchema(ma.Schema):
    """One line of the checklist."""

    name = ma.fields.String(required=True)
    originals = ma.fields.Integer(required=True)
    certified_copies = ma.fields.Integer(required=True)
    photocopies = ma.fields.Integer(required=True)
    mandatory = ma.fields.Boolean(required=True)
    condition = ma.fields.String(required=True)


class FollowSchema(ma.Schema):
    """A booking as its citizen follows it; once `outcome_only`, without steps and arrivals."""

    reference = ma.fields.String(attribute="booking.reference", required=True)
    mode = ma.fields.Enum(BookingMode, attribute="booking.mode", required=True)
    status = ma.fields.Enum(BookingStatus, attribute="booking.status", required=True)
    status_words = Words(attribute="status", required=True)
    applicant = ma.fields.String(
        required=True, metadata=about("By a link: masked.", "Nguyễn V. M.")
    )
    door = ma.fields.String(
        required=True, metadata=about("By a link: without house number and street.")
    )
    ended = ma.fields.Boolean(
        attribute="end.has_ended", required=True, metadata=about("Nothing is carried any more.")
    )
    day = ma.fields.Date(attribute="booking.service_date", required=True)
    start = ma.fields.Time(
        format="%H:%M", attribute="booking.slot_start", allow_none=True, required=True
    )
    end = ma.fields.Time(
        format="%H:%M", attribute="booking.slot_end", allow_none=True, required=True
    )
    language = ma.fields.String(
        attribute="booking.contact.language",
        required=True,
        metadata=about("Of its notices; the words here are in the caller's.", "vi"),
    )
    outcome_only = ma.fields.Boolean(required=True)
    expected = ma.fields.Nested(
        ExpectedSchema,
        allow_none=True,
        required=True,
        metadata=about("Only once the courier is near: a few stops away, or within two hours."),
    )
    prepare = ma.fields.List(ma.fields.Nested(PaperToPrepareSchema), required=True)
    visits = ma.fields.List(
        ma.fields.Nested(MadeVisitSchema), required=True, metadata=about("Those behind us.")
    )
    complaints = ma.fields.List(ma.fields.Nested(CitizenComplaintSchema), required=True)
    items = ma.fields.List(ma.fields.Nested(FollowedItemSchema), required=True)


class NoticesWishSchema(ma.Schema):
    """Whether notices are wanted that need not be sent."""

    wanted = ma.fields.Boolean(required=True, metadata=about("false: only what must be told."))
    language = ma.fields.String(
        validate=ma.validate.OneOf(LANGUAGES), metadata=about("Of this booking's notices.", "vi")
    )

"""What citizens said, and what they were told."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response

from backend import clock
from backend.accounts.views_log import Whose
from backend.booking.notices.told import list_told
from backend.booking.operations import get_booking_by_reference
from backend.courier_day.feedback.attachments import get_attachment, read_attachment
from backend.courier_day.feedback.complaints import answer_complaint, complain, list_complaints
from backend.courier_day.feedback.models import Complaint
from backend.courier_day.feedback.ratings import RATE_WITHIN, list_ratings
from backend.storage import ContentFolder
from mobile_api.access import Role, Scope, access, current_caller, current_province
from mobile_api.access.viewing import note_viewed, shows_personal
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.feedback_schemas import (
    AnswerRequestSchema,
    ComplaintFilterSchema,
    ComplaintRequestSchema,
    ComplaintSchema,
    ComplaintsSchema,
    RatingFilterSchema,
    RatingsSchema,
    ToldListSchema,
)
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session, current_settings


@blueprint.get("/complaints")
@access(*READERS, scope=Scope.AREA)
@shows_personal("text")
@blueprint.arguments(ComplaintFilterSchema, location="query")
@blueprint.response(200, ComplaintsSchema)
def complaints(query: Mapping[str, Any]) -> dict[str, Any]:
    """The register of complaints: open ones first, the earliest due first."""
    found = list_complaints(
        current_session(), current_caller(), status=query.get("status"), most=query["limit"]
    )
    note_viewed(Whose.BOOKING, [each.booking_id for each in found])
    return {"complaints": found}


@blueprint.post("/bookings/<reference>/complaints")
@access(Role.DISPATCHER, Role.MANAGER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(ComplaintRequestSchema)
@blueprint.response(201, ComplaintSchema)
@blueprint.alt_response(404, description="booking_not_found")
@blueprint.alt_response(409, description="complaint_too_late")
@blueprint.alt_response(422, description="item_not_in_booking")
def register_complaint(body: Mapping[str, Any], reference: str) -> tuple[Complaint, int]:
    """Write down what somebody complains about by phone or at a counter."""
    booking = get_booking_by_reference(current_session(), current_province(), reference)
    made = complain(
        current_session(),
        booking,
        kind=body["kind"],
        text=body["text"],
        item_code=body.get("item_code"),
    )
    return made, 201


@blueprint.get("/complaint-files/<uuid:attachment_id>")
@access(*READERS, scope=Scope.AREA)
@shows_personal("attachment")
@blueprint.response(200, content_type="application/octet-stream")
@blueprint.alt_response(404, description="complaint_file_not_found")
def complaint_file(attachment_id: uuid.UUID) -> Response:
    """A picture or PDF that a citizen sent with a complaint, to be saved and never run here."""
    file = get_attachment(current_session(), attachment_id)
    note_viewed(Whose.BOOKING, [file.booking_id])
    files = ContentFolder(current_settings().blob_dir)
    media_type = file.proof.media_type
    name = f"tep-kem-theo-{file.ordinal}.{media_type.rpartition('/')[2]}"
    return Response(
        read_attachment(current_session(), files, file),
        mimetype=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@blueprint.post("/complaints/<uuid:complaint_id>/answer")
@access(Role.DISPATCHER, Role.MANAGER, scope=Scope.AREA)
@idempotent()
@shows_personal("text")
@blueprint.arguments(AnswerRequestSchema)
@blueprint.response(200, ComplaintSchema)
@blueprint.alt_response(404, description="complaint_not_found")
@blueprint.alt_response(409, description="complaint_answered, complaint_lapsed")
def answer(body: Mapping[str, Any], complaint_id: uuid.UUID) -> Complaint:
    """Answer a complaint; the citizen is told where to read it."""
    answered = answer_complaint(
        current_session(), complaint_id, answer=body["answer"], by=current_caller().account_id
    )
    note_viewed(Whose.BOOKING, [answered.booking_id])
    return answered


@blueprint.get("/ratings")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(RatingFilterSchema, location="query")
@blueprint.response(200, RatingsSchema)
def ratings(query: Mapping[str, Any]) -> dict[str, Any]:
    """How visits were rated, the newest first; not by whom."""
    since = query.get("since") or clock.today_local() - timedelta(days=RATE_WITHIN.days)
    found = list_ratings(current_session(), current_caller(), since=since, most=query["limit"])
    return {"ratings": found}


@blueprint.get("/bookings/<reference>/notices")
@access(*READERS, scope=Scope.AREA)
@shows_personal("text")
@blueprint.response(200, ToldListSchema)
@blueprint.alt_response(404, description="booking_not_found")
def notices(reference: str) -> dict[str, Any]:
    """What was told about a booking, when and how it left; phones are masked."""
    booking = get_booking_by_reference(current_session(), current_province(), reference)
    note_viewed(Whose.BOOKING, [booking.id])
    return {"notices": list_told(current_session(), booking)}

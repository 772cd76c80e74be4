"""Files of a complaint, sent before it under the SHA-256 of their bytes."""

from flask import Response

from backend.booking.models import Booking
from backend.courier_day.feedback.attachments import MOST_BYTES, PDF, keep_attachment
from backend.storage import ContentFolder
from mobile_api.access import Role, Scope, access, public
from mobile_api.citizen.bookings import own_booking_named
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.links import open_link
from mobile_api.rate_limits import limited
from mobile_api.sent_pictures import PICTURES, binary_body, read_sent
from mobile_api.unit import current_session, current_settings

SENT_A_MINUTE = 20
"""By one address."""

_TYPES = (*PICTURES, PDF)
_BODY = binary_body(
    f"A picture of at most 25 million pixels, or a PDF; at most {MOST_BYTES // 1024} KiB.", _TYPES
)
_REFUSED = "blob_hash_mismatch, picture_not_readable, picture_too_large, pdf_not_readable"
_FULL = "too_many_attachments: of this booking today"


@blueprint.put("/follow/<token>/files/<string(length=64):digest>")
@public(scope=Scope.TOKEN)
@limited("feedback-files", SENT_A_MINUTE)
@blueprint.doc(requestBody=_BODY)
@blueprint.alt_response(200, description="It was there already.")
@blueprint.alt_response(201, description="It is kept; a week, if no complaint names it.")
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended")
@blueprint.alt_response(409, description=_FULL)
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
@blueprint.alt_response(422, description=_REFUSED)
@blueprint.alt_response(429, description="too_many_requests")
def put_file(token: str, digest: str) -> Response:
    """Send a picture or a PDF that a complaint will name. A repeat is harmless."""
    return _kept(open_link(token), digest)


@blueprint.put("/bookings/<reference>/files/<string(length=64):digest>")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.doc(requestBody=_BODY)
@blueprint.alt_response(200, description="It was there already.")
@blueprint.alt_response(201, description="It is kept; a week, if no complaint names it.")
@blueprint.alt_response(404, description="booking_not_found")
@blueprint.alt_response(409, description=_FULL)
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
@blueprint.alt_response(422, description=_REFUSED)
def put_own_file(reference: str, digest: str) -> Response:
    """The same for a complaint about one's own booking."""
    return _kept(own_booking_named(reference), digest)


def _kept(booking: Booking, digest: str) -> Response:
    sent = read_sent(MOST_BYTES, _TYPES)
    files = ContentFolder(current_settings().blob_dir)
    is_new = keep_attachment(current_session(), files, booking, digest, sent)
    return Response(status=201 if is_new else 200)

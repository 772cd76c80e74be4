"""Requests that come twice: by the same reference, or for the same person and procedure."""

from backend.booking.errors import BookingAlreadyOpen, ReferenceTaken
from backend.booking.lookups import Asker, Lookups, OpenBooking
from backend.booking.models import Booking, BookingStatus
from backend.booking.requests import BookingRequest
from backend.catalogue.models import Procedure
from backend.errors import Text
from backend.places.models import Placement
from backend.places.points import find_point

_SAME_PLACE_M = 1.0
"""Two statements of a door closer than this are the same; coordinates come rounded."""


def refuse_second(request: BookingRequest, procedure: Procedure, lookups: Lookups) -> None:
    """One open booking per person, procedure and day, unless the citizen confirmed a second."""
    if request.confirmed or not request.phone:
        return
    asker = Asker.of(request.phone, request.applicant_name)
    other = lookups.find_open(asker, procedure, request.service_date, request.mode)
    if other is not None:
        which = f" {other.reference}" if _may_know(other, request, asker, lookups) else ""
        raise BookingAlreadyOpen(which=which, procedure=procedure.code, day=request.service_date)


def _may_know(other: OpenBooking, request: BookingRequest, asker: Asker, lookups: Lookups) -> bool:
    """Whose account or whose proven phone a booking is may read its reference, and a person of the
    post who brings a file of the province; name and phone are easily typed by anybody."""
    if request.is_imported:
        return True
    account_id = request.owner_account_id
    if account_id is None:
        return False
    return other.owner_account_id == account_id or lookups.is_phone_of(account_id, asker)


def same_or_refused(known: Booking, request: BookingRequest) -> Booking:
    """The booking already made under this reference; raises ReferenceTaken if it differs."""
    pairs: dict[str, tuple[object, object]] = {
        "mode": (known.mode, request.mode),
        "applicant_name": (known.contact.full_name, request.applicant_name),
        "phone": (known.contact.phone, request.phone),
        "address": (known.address.text, request.address),
        "procedure_code": (known.procedure.code, request.procedure_code),
        "dossiers": (known.dossier_count, request.dossier_count),
        "service_date": (known.service_date, request.service_date),
        "slot_start": (known.slot_start, request.slot_start),
        "slot_end": (known.slot_end, request.slot_end),
        "expected_fee_vnd": (known.expected_fee_vnd, request.expected_fee_vnd),
    }
    if request.office_code is not None and known.office is not None:
        pairs["office_code"] = (known.office.code, request.office_code)
    differing = [column for column, (ours, theirs) in pairs.items() if ours != theirs]
    door = find_point(known.address.point)
    given = door if known.address.placement is Placement.GIVEN else None
    if given and request.point and given.distance_m(request.point) > _SAME_PLACE_M:
        differing.append("lat")
    if known.status is BookingStatus.CANCELLED:
        differing.append("status")
    if differing:
        here = Text(vi="khác với phiếu đã có", en="differs from the booking that is there")
        raise ReferenceTaken(
            reference=known.reference,
            differing=", ".join(differing),
            fields=dict.fromkeys(differing, here),
        )
    return known

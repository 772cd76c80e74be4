"""What somebody asks for when booking a visit: the same words for API, import and demo day."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time

from backend.booking.models import BookingChannel, BookingMode
from backend.database import SourceStatus
from backend.errors import Language
from geodata.point import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """One visit for one procedure; `dossier_count` dossiers of it are carried together.

    `reference` is the caller's own key: the same one never books twice. Slot times are local and
    belong to the home. `office_code` is the filing office; without it the competent one is chosen.
    """

    province_code: str
    reference: str
    mode: BookingMode
    channel: BookingChannel
    applicant_name: str
    phone: str | None = None
    address: str
    point: Point | None = None
    """The door, when known; without it the address is looked up, else it waits for a person."""
    procedure_code: str
    office_code: str | None = None
    portal_code: str | None = None
    dossier_count: int = 1
    service_date: date
    slot_start: time | None = None
    slot_end: time | None = None
    ready_at: datetime | None = None
    """A result can be fetched from then on (aware)."""
    held_at_post_office_code: str | None = None
    """The papers (or the result) wait there: the leg starts at that post office."""
    expected_fee_vnd: int = 0
    """Public fee the courier takes at the door, whole đồng."""
    source: str
    source_status: SourceStatus
    booked_at: datetime | None = None
    """When the request was made, if it is entered later; a slot must lie after it."""
    visit_id: uuid.UUID | None = None
    """Shared with the other bookings of the same visit; all of them have one door."""
    owner_account_id: uuid.UUID | None = None
    made_by_account_id: uuid.UUID | None = None
    special_needs: str | None = None
    language: Language = "vi"
    """In which the contact is told things."""
    confirmed: bool = False
    """The citizen wants a second open booking for the same procedure and day."""
    is_imported: bool = False
    """From a file by command, and not by a caller of the API."""

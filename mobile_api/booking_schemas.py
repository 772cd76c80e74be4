"""Booking in words that all doors share: the visit, who it is for, and what it became."""

from collections.abc import Mapping

import marshmallow as ma

from backend.booking.models import BookingMode, BookingStatus
from backend.booking.receivers import IdentityPaper
from backend.errors import LANGUAGES
from backend.planning.slots.asked import MOST_DOSSIERS
from backend.planning.slots.bookings import list_visit
from mobile_api.days import Day
from mobile_api.unit import current_session
from mobile_api.wording import about


def demand_both_ends(data: Mapping[str, object]) -> None:
    """A window has both ends or none. Raises ValidationError."""
    for given, missing in (("start", "end"), ("end", "start")):
        if given in data and missing not in data:
            raise ma.ValidationError("Missing data for required field.", missing)


class MorePapersSchema(ma.Schema):
    """Dossiers of another procedure."""

    procedure_code = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    dossiers = ma.fields.Integer(
        strict=True, load_default=1, validate=ma.validate.Range(1, MOST_DOSSIERS)
    )


class ReceiverSchema(ma.Schema):
    """The person of an authorisation letter."""

    full_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    identity_paper = ma.fields.Enum(IdentityPaper, required=True)
    last_digits = ma.fields.String(
        required=True,
        validate=ma.validate.Regexp(r"^[0-9A-Z]{3,4}$"),
        metadata=about("The last three or four characters, never the whole number.", "0123"),
    )
    letter_no = ma.fields.String(validate=ma.validate.Length(1, 40))
    letter_valid_to = Day(required=True, metadata=about("Last day.", "2026-12-31"))


class WayAskedSchema(ma.Schema):
    """Which papers go where: of a visit that somebody thinks of, or wants a window for."""

    procedure_code = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata=about("Code.", "1.002809")
    )
    mode = ma.fields.Enum(
        BookingMode, required=True, metadata=about("Send papers, fetch a result, or both.", "SEND")
    )
    address = ma.fields.String(
        validate=ma.validate.Length(1, 400), metadata=about("The door in words.", "24 Trần Phú")
    )
    lat = ma.fields.Float(validate=ma.validate.Range(-90, 90), metadata=about("WGS 84.", 16.0771))
    lon = ma.fields.Float(
        validate=ma.validate.Range(-180, 180), metadata=about("WGS 84.", 108.2230)
    )
    office_code = ma.fields.String(
        validate=ma.validate.Length(1, 40), metadata=about("Wish for an office.", "TTHC-DN")
    )
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )

    @ma.validates_schema
    def a_whole_point(self, data: dict[str, object], **_: object) -> None:
        """A point needs both numbers."""
        for given, missing in (("lat", "lon"), ("lon", "lat")):
            if given in data and missing not in data:
                raise ma.ValidationError("Missing data for required field.", missing)


class VisitAskedSchema(WayAskedSchema):
    """The visit that a window is wanted for."""

    dossiers = ma.fields.Integer(
        strict=True,
        load_default=1,
        validate=ma.validate.Range(1, MOST_DOSSIERS),
        metadata=about("How many at once.", 1),
    )
    more = ma.fields.List(
        ma.fields.Nested(MorePapersSchema),
        load_default=list,
        validate=ma.validate.Length(max=9),
        metadata=about("Other procedures of the same visit, for the same office."),
    )

    @ma.validates_schema
    def a_door(self, data: dict[str, object], **_: object) -> None:
        """Without a point an address is needed."""
        if data.keys().isdisjoint({"lat", "lon", "address"}):
            raise ma.ValidationError("Missing data for required field.", "address")


class PortalCodeSchema(ma.Schema):
    """The portal's dossier code of one procedure of the visit."""

    procedure_code = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    portal_code = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))


PHONE = (
    ma.validate.Regexp(r"^(0([ .-]*[0-9]){9,10}|\+?[1-9]([ .-]*[0-9]){7,14})$"),
    ma.validate.Length(max=20),
)
"""A number of ours has ten or eleven digits, so that one forgotten is heard of while its owner is
still there: courier and link would look for it in vain. Other countries' have 8 to 15."""


class ConfirmSchema(ma.Schema):
    """Who the visit is for."""

    full_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    phone = ma.fields.String(required=True, validate=PHONE)
    address = ma.fields.String(required=True, validate=ma.validate.Length(1, 400))
    portal_code = ma.fields.String(
        validate=ma.validate.Length(1, 80), metadata=about("Of the first procedure.")
    )
    portal_codes = ma.fields.List(
        ma.fields.Nested(PortalCodeSchema),
        load_default=list,
        validate=ma.validate.Length(max=10),
        metadata=about("Of the visit's procedures, where the portal has given them."),
    )
    language = ma.fields.String(
        validate=ma.validate.OneOf(LANGUAGES),
        metadata=about("In which the contact is told things; default: the caller's.", "vi"),
    )
    fees_at_door = ma.fields.Boolean(
        load_default=False, metadata=about("The courier takes the public fees at the door.")
    )
    special_needs = ma.fields.String(
        validate=ma.validate.Length(1, 400),
        metadata=about("What the courier has to heed.", "Nhà có người già, xin gọi trước."),
    )
    receiver = ma.fields.Nested(
        ReceiverSchema, metadata=about("Who may receive the result in the owner's place.")
    )
    confirmed = ma.fields.Boolean(
        load_default=False, metadata=about("A second open booking for that day is wanted.")
    )


class OnBehalfSchema(VisitAskedSchema, ConfirmSchema):
    """A visit for somebody who is on the telephone, at a counter, or at the door."""

    address = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 400), metadata=about("The door in words.")
    )
    day = Day(required=True, metadata=about("Day of the visit.", "2026-11-24"))
    start = ma.fields.Time(metadata=about("Begin of the window; without one, any time.", "09:00"))
    end = ma.fields.Time(metadata=about("End of the window.", "11:00"))

    @ma.validates_schema
    def a_whole_window(self, data: dict[str, object], **_: object) -> None:
        """A window has both ends."""
        demand_both_ends(data)


class BookingSchema(ma.Schema):
    """A booking, as whoever made it sees it."""

    reference = ma.fields.String(required=True, metadata=about("What to name on the phone."))
    status = ma.fields.Enum(BookingStatus, required=True)
    mode = ma.fields.Enum(BookingMode, required=True)
    procedure = ma.fields.String(attribute="procedure.name", required=True)
    procedure_code = ma.fields.String(attribute="procedure.code", required=True)
    portal_code = ma.fields.String(
        allow_none=True, metadata=about("Of the portal, as told; it may come later or never.")
    )
    office = ma.fields.String(attribute="office.name", allow_none=True, dump_default=None)
    day = ma.fields.Date(attribute="service_date", required=True)
    start = ma.fields.Time(format="%H:%M", attribute="slot_start", allow_none=True)
    end = ma.fields.Time(format="%H:%M", attribute="slot_end", allow_none=True)
    expected_fee_vnd = ma.fields.Integer(required=True)
    door_known = ma.fields.Function(
        lambda booking: booking.address.point is not None,
        metadata=about("False: a person looks for the door first.") | {"type": "boolean"},
    )
    door_placed_by = ma.fields.Function(
        lambda booking: booking.address.placement.value,
        metadata=about("BY_COURIER: corrected at an earlier visit.", "GIVEN") | {"type": "string"},
    )
    item_codes = ma.fields.Function(
        lambda booking: sorted(dossier.item_code for dossier in booking.dossiers),
        metadata={"type": "array", "items": {"type": "string"}},
    )


class VisitBookedSchema(BookingSchema):
    """The booking with the others of its visit."""

    visit = ma.fields.Function(
        lambda booking: [each.reference for each in list_visit(current_session(), booking)],
        metadata=about("References of all bookings of the same visit, this one among them.")
        | {"type": "array", "items": {"type": "string"}},
    )


class OwnBookingSchema(BookingSchema):
    """A booking as its own account sees it: needs at the door are told to nobody else but the
    courier who comes."""

    special_needs = ma.fields.String(allow_none=True)


class OwnVisitSchema(VisitBookedSchema, OwnBookingSchema):
    """The same with the others of its visit."""


class BookingListSchema(ma.Schema):
    """The newest first."""

    bookings = ma.fields.List(ma.fields.Nested(OwnBookingSchema), required=True)

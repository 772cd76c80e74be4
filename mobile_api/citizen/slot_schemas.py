"""Windows, holds and what a hold becomes, as the citizen's door takes and gives them."""

import marshmallow as ma

from backend.booking.models import BookingStatus
from backend.planning.slots.holds import seconds_left
from backend.planning.slots.models import HoldStatus, SlotBasis
from mobile_api.booking_schemas import VisitAskedSchema
from mobile_api.change_schemas import WaitingVisitSchema
from mobile_api.days import Day
from mobile_api.wording import about

MOST_DAYS = 5


class DaysAskedSchema(ma.Schema):
    """On which days a window is wanted."""

    on = Day(metadata=about("First day; default tomorrow.", "2026-11-24"))
    days = ma.fields.Integer(
        strict=True,
        load_default=3,
        validate=ma.validate.Range(1, MOST_DAYS),
        metadata=about("How many days from then on.", 3),
    )


class SlotsRequestSchema(DaysAskedSchema, VisitAskedSchema):
    """The visit, and on which days."""


class SlotSchema(ma.Schema):
    """One window."""

    start = ma.fields.Time(format="%H:%M", attribute="window.start", required=True)
    end = ma.fields.Time(format="%H:%M", attribute="window.end", required=True)
    extra_minutes = ma.fields.Integer(
        allow_none=True, metadata=about("Minutes couriers ride more for it; null: not planned yet.")
    )
    extra_m = ma.fields.Integer(allow_none=True, metadata=about("Metres ridden more."))
    greenest = ma.fields.Boolean(required=True, metadata=about("Fewest metres of the day."))


class SlotDaySchema(ma.Schema):
    """One day's windows."""

    day = ma.fields.Date(required=True)
    basis = ma.fields.Enum(
        SlotBasis,
        required=True,
        metadata=about("PLAN: the running plan holds it. CAPACITY: counted, there is no plan yet."),
    )
    windows = ma.fields.List(ma.fields.Nested(SlotSchema), required=True)
    reason = ma.fields.String(allow_none=True, metadata=about("Why the day has no window."))


class SlotsSchema(ma.Schema):
    """Windows day by day. Nothing is held yet."""

    days = ma.fields.List(ma.fields.Nested(SlotDaySchema), required=True)


class NewWindowsRequestSchema(DaysAskedSchema):
    """For which visit of a booking, and on which days."""

    visit = ma.fields.UUID(metadata=about("One of those it waits for; without it, the next."))


class NewWindowsSchema(SlotsSchema):
    """Windows to which a visit can be moved, and the others of its booking."""

    visit = ma.fields.UUID(required=True, metadata=about("The one that the windows are for."))
    waiting = ma.fields.List(
        ma.fields.Nested(WaitingVisitSchema),
        required=True,
        metadata=about("All visits that the booking waits for, the next first."),
    )


class HoldRequestSchema(VisitAskedSchema):
    """The window to be held."""

    day = Day(required=True, metadata=about("Day of the visit.", "2026-11-24"))
    start = ma.fields.Time(required=True, metadata=about("Begin of the window.", "09:00"))
    end = ma.fields.Time(required=True, metadata=about("End of the window.", "11:00"))


class HoldSchema(ma.Schema):
    """A held window."""

    id = ma.fields.UUID(required=True, metadata=about("Keep it secret: it confirms the hold."))
    status = ma.fields.Enum(HoldStatus, required=True)
    day = ma.fields.Date(attribute="service_date", required=True)
    start = ma.fields.Time(format="%H:%M", attribute="window_start", required=True)
    end = ma.fields.Time(format="%H:%M", attribute="window_end", required=True)
    basis = ma.fields.Enum(SlotBasis, required=True)
    office = ma.fields.String(attribute="office.name", required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    seconds_left = ma.fields.Function(
        seconds_left,
        required=True,
        metadata=about("Until it ends by itself; a phone's own clock may be wrong.")
        | {"type": "integer"},
    )


class ConfirmedSchema(ma.Schema):
    """The booking that a hold became."""

    reference = ma.fields.String(required=True, metadata=about("What to name on the phone."))
    status = ma.fields.Enum(BookingStatus, required=True)
    day = ma.fields.Date(attribute="service_date", required=True)
    start = ma.fields.Time(format="%H:%M", attribute="slot_start", required=True)
    end = ma.fields.Time(format="%H:%M", attribute="slot_end", required=True)
    visit = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata=about("References of all bookings of the visit, one a procedure."),
    )
    expected_fee_vnd = ma.fields.Integer(required=True, metadata=about("Of all of them."))
    item_codes = ma.fields.List(ma.fields.String(), required=True)

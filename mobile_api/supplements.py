"""Missing papers that a courier collects, in words that all doors share."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend.booking.models import Booking
from backend.courier_day.supplements import When, bring_supplement
from backend.dossiers import legs
from backend.dossiers.models import Dossier
from backend.planning.slots.grid import Window
from mobile_api.booking_schemas import demand_both_ends
from mobile_api.bookings import blobs, live_roads
from mobile_api.days import Day
from mobile_api.unit import current_session
from mobile_api.wording import about

REFUSED = "supplement_already_booked, nothing_to_supplement, home_unknown, slot_gone"
INVALID = "item_not_in_booking, no_such_window, door_unknown, and what a booking refuses"


class OfficesFormSchema(ma.Schema):
    """The office's form 02, and when a courier shall come for what it asks."""

    form_no = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata=about("Its number.", "02-0041")
    )
    day = Day(metadata=about("Of the visit; default the next day of visits there."))
    start = ma.fields.Time(metadata=about("Begin of the window; without one, any time.", "09:00"))
    end = ma.fields.Time(metadata=about("End of the window.", "11:00"))

    @ma.validates_schema
    def a_whole_window(self, data: dict[str, object], **_: object) -> None:
        """A window has both ends, and lies on a day."""
        demand_both_ends(data)
        if "start" in data and "day" not in data:
            raise ma.ValidationError("Missing data for required field.", "day")


class OwnSupplementSchema(OfficesFormSchema):
    """The same by the citizen, who says when."""

    day = Day(required=True, metadata=about("Day of the visit.", "2026-11-24"))
    item_code = ma.fields.String(
        validate=ma.validate.Length(1, 20),
        metadata=about("Of the dossier, where the booking has several."),
    )


class SupplementSchema(ma.Schema):
    """The item that will be collected, and until when it is at the office."""

    item_code = ma.fields.String(required=True)
    portal_code = ma.fields.String(required=True, allow_none=True)
    day = ma.fields.Date(required=True)
    start = ma.fields.Time(format="%H:%M", required=True, allow_none=True)
    end = ma.fields.Time(format="%H:%M", required=True, allow_none=True)
    promised_on = ma.fields.Date(
        required=True, metadata=about("Last day of the hand-over: J + n from the day of the visit.")
    )


def when_asked(body: Mapping[str, Any], province_code: str) -> When | None:
    """The visit of a body; None where the caller leaves the day to us."""
    if "day" not in body:
        return None
    return When(
        day=body["day"],
        window=Window(body["start"], body["end"]) if "start" in body else None,
        travel=live_roads(province_code),
        blobs=blobs(),
    )


def bring(booking: Booking, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a citizen's door does."""
    when = when_asked(body, booking.province_code)
    assert when is not None  # the day is required
    supplement = bring_supplement(
        current_session(),
        booking,
        item_code=body.get("item_code"),
        form_no=body["form_no"],
        when=when,
    )
    return shown(supplement)


def shown(supplement: Dossier) -> dict[str, Any]:
    """A supplement with its way."""
    leg = legs.list_legs(current_session(), supplement)[-1]
    return {
        "item_code": supplement.item_code,
        "portal_code": supplement.portal_code,
        "day": leg.service_date,
        "start": leg.window_start,
        "end": leg.window_end,
        "promised_on": leg.due_on,
    }

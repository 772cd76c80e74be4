"""Moving and cancelling a booked visit, as all doors say it: the wish, and what changes."""

import marshmallow as ma

from backend.booking.changes import ChangeKind, Fault
from backend.courier_day.rescheduling.visit import Stage
from backend.dossiers.models import LegPurpose
from mobile_api.booking_schemas import demand_both_ends
from mobile_api.days import Day
from mobile_api.wording import about


class ChangeSchema(ma.Schema):
    """What shall become of a visit."""

    act = ma.fields.Enum(ChangeKind, required=True, attribute="kind")
    visit = ma.fields.UUID(metadata=about("One of those it waits for; without it, the next."))
    day = Day(metadata=about("New day.", "2026-11-24"))
    start = ma.fields.Time(metadata=about("Begin of the new window; without one, any time."))
    end = ma.fields.Time(metadata=about("End of the new window."))

    @ma.validates_schema
    def a_day_to_move_to(self, data: dict[str, object], **_: object) -> None:
        """Moving needs a day, and both ends of a window."""
        moves = data.get("kind") is ChangeKind.RESCHEDULED
        if moves and "day" not in data:
            raise ma.ValidationError("Missing data for required field.", "day")
        demand_both_ends(data)


class JudgedChangeSchema(ChangeSchema):
    """The same by somebody who may say whose fault it is."""

    fault = ma.fields.Enum(
        Fault, load_default=Fault.CITIZEN, metadata=about("Repeat trips are charged to it.")
    )


class RouteEffectSchema(ma.Schema):
    """A courier's route that becomes shorter."""

    courier_code = ma.fields.String(required=True)
    saved_s = ma.fields.Integer(required=True, metadata=about("Seconds ridden less."))
    visits_left = ma.fields.Integer(required=True)


class NewPlaceSchema(ma.Schema):
    """What the new window costs the couriers; everybody else stays within what was promised."""

    extra_s = ma.fields.Integer(required=True)
    extra_m = ma.fields.Integer(required=True)
    others_moved = ma.fields.Integer(required=True, metadata=about("Visits at another moment."))
    most_moved_s = ma.fields.Integer(required=True)


class WaitingVisitSchema(ma.Schema):
    """A visit at the door that a booking waits for."""

    id = ma.fields.UUID(required=True, metadata=about("To name it; it stays when it is moved."))
    day = ma.fields.Date(required=True)
    start = ma.fields.Time(format="%H:%M", allow_none=True, required=True)
    end = ma.fields.Time(format="%H:%M", allow_none=True, required=True)
    purposes = ma.fields.List(
        ma.fields.Enum(LegPurpose),
        required=True,
        metadata=about("Papers, or results."),
    )
    item_codes = ma.fields.List(ma.fields.String(), required=True)
    missing_papers = ma.fields.Boolean(
        required=True,
        metadata=about(
            "Only papers that an office misses: cancelled by itself. Cancelling any other ends the "
            "whole booking."
        ),
    )


class WaitingVisitsSchema(ma.Schema):
    """What a booking waits for now."""

    waiting = ma.fields.List(
        ma.fields.Nested(WaitingVisitSchema), required=True, metadata=about("The next first.")
    )


class PreviewSchema(ma.Schema):
    """What changes for whom. The ETag of this answer is the If-Match of the change."""

    act = ma.fields.Enum(ChangeKind, attribute="wish.kind", required=True)
    waiting = ma.fields.List(
        ma.fields.Nested(WaitingVisitSchema),
        attribute="all_waiting",
        required=True,
        metadata=about("All visits that the booking waits for now, the next first."),
    )
    visits = ma.fields.List(
        ma.fields.UUID(), required=True, metadata=about("Those of them that change.")
    )
    ends_booking = ma.fields.Boolean(
        required=True, metadata=about("Nothing of the booking is left to be done.")
    )
    stage = ma.fields.Enum(Stage, attribute="waiting.stage", required=True)
    references = ma.fields.Function(
        lambda preview: [booking.reference for booking in preview.waiting.bookings],
        metadata=about("All bookings of the visit change together.")
        | {"type": "array", "items": {"type": "string"}},
    )
    routes = ma.fields.Function(
        lambda preview: len(preview.routes),
        metadata=about("Routes of couriers that change.") | {"type": "integer"},
    )
    saved_s = ma.fields.Function(
        lambda preview: sum(route.saved_s for route in preview.routes),
        metadata=about("Seconds that couriers ride less.") | {"type": "integer"},
    )
    new_place = ma.fields.Nested(NewPlaceSchema, allow_none=True)
    promise_before = ma.fields.Date(attribute="due_before", allow_none=True)
    promise_after = ma.fields.Date(attribute="due_after", allow_none=True)
    fault = ma.fields.Enum(Fault, attribute="wish.fault", required=True)
    late = ma.fields.Boolean(required=True, metadata=about("So near that a trip is wasted."))
    charge_vnd = ma.fields.Integer(required=True, metadata=about("For the wasted trip."))


class RoutesPreviewSchema(PreviewSchema):
    """The same for a dispatcher: whose routes."""

    by_courier = ma.fields.List(
        ma.fields.Nested(RouteEffectSchema), attribute="routes", required=True
    )

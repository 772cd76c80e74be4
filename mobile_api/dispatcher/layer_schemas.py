"""Map layers and lists beside the plans."""

import marshmallow as ma

from backend.courier_day.reconciliation import OpenItemKind
from mobile_api.days import Day
from mobile_api.wording import about


class LayerFilterSchema(ma.Schema):
    """Of which day and province."""

    on = Day(metadata=about("Rows that are valid on this date; default today."))
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class ProvinceFilterSchema(ma.Schema):
    """Of which province."""

    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class BookingToPlaceSchema(ma.Schema):
    """A booking whose door nobody knows yet."""

    id = ma.fields.UUID(required=True)
    reference = ma.fields.String(required=True)
    service_date = ma.fields.Date(required=True)
    slot_start = ma.fields.Time(allow_none=True)
    slot_end = ma.fields.Time(allow_none=True)
    address = ma.fields.String(attribute="address.text", required=True)
    note = ma.fields.String(
        attribute="address.placement_note",
        allow_none=True,
        metadata=about("Why the address could not be placed."),
    )


class BookingsToPlaceSchema(ma.Schema):
    """The to-place list, the earliest day first."""

    bookings = ma.fields.List(ma.fields.Nested(BookingToPlaceSchema), required=True)


class CourierPositionSchema(ma.Schema):
    """Where a courier was last, on shift."""

    courier_id = ma.fields.UUID(required=True)
    courier_code = ma.fields.String(required=True)
    courier_name = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True)
    received_at = ma.fields.AwareDateTime(required=True)
    age_s = ma.fields.Integer(required=True, metadata=about("Seconds since then."))
    lat = ma.fields.Float(required=True)
    lon = ma.fields.Float(required=True)
    accuracy_m = ma.fields.Integer(allow_none=True)
    coarse = ma.fields.Boolean(
        required=True, metadata=about("Older than a day: known to some 110 m only.")
    )


class CourierPositionsSchema(ma.Schema):
    """The newest first."""

    positions = ma.fields.List(ma.fields.Nested(CourierPositionSchema), required=True)


class OpenItemsFilterSchema(ma.Schema):
    """Of which day."""

    service_date = Day(metadata=about("Default today."))


class DayOpenItemSchema(ma.Schema):
    """One thing that keeps a courier's day from being closed."""

    kind = ma.fields.Enum(OpenItemKind, by_value=True, required=True)
    id = ma.fields.UUID(required=True, metadata=about("Of the stop or the dossier."))
    item_codes = ma.fields.List(ma.fields.String(), required=True)
    seal_no = ma.fields.String(allow_none=True)


class DayOpenItemsSchema(ma.Schema):
    """Empty: the day can be closed."""

    open = ma.fields.List(ma.fields.Nested(DayOpenItemSchema), required=True)

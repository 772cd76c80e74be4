"""A firm's address book, as the citizen's door takes and gives it."""

import marshmallow as ma

from mobile_api.booking_schemas import PHONE
from mobile_api.wording import about


class DoorToKeepSchema(ma.Schema):
    """What an entry says."""

    name = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, 80),
        metadata=about("How the firm calls it, once in its book.", "Kho Hòa Khánh"),
    )
    full_name = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, 200),
        metadata=about("Who opens the door.", "Nguyễn Văn Mẫu"),
    )
    phone = ma.fields.String(required=True, validate=PHONE, metadata=about("", "0900 000 001"))
    address = ma.fields.String(required=True, validate=ma.validate.Length(1, 400))
    lat = ma.fields.Float(
        validate=ma.validate.Range(-90, 90), allow_none=True, metadata=about("WGS 84.", 16.0771)
    )
    lon = ma.fields.Float(
        validate=ma.validate.Range(-180, 180), allow_none=True, metadata=about("WGS 84.", 108.223)
    )
    special_needs = ma.fields.String(validate=ma.validate.Length(1, 400), allow_none=True)

    @ma.validates_schema
    def a_whole_point(self, data: dict[str, object], **_: object) -> None:
        """A point has both numbers."""
        for given, missing in (("lat", "lon"), ("lon", "lat")):
            if data.get(given) is not None and data.get(missing) is None:
                raise ma.ValidationError("Missing data for required field.", missing)


class KeptDoorSchema(ma.Schema):
    """One entry of the book."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    full_name = ma.fields.String(required=True)
    phone = ma.fields.String(required=True)
    address = ma.fields.String(required=True)
    lat = ma.fields.Float(attribute="place.lat", allow_none=True, required=True, dump_default=None)
    lon = ma.fields.Float(attribute="place.lon", allow_none=True, required=True, dump_default=None)
    special_needs = ma.fields.String(allow_none=True, required=True)
    changed_at = ma.fields.AwareDateTime(required=True)


class AddressBookSchema(ma.Schema):
    """All entries by name."""

    doors = ma.fields.List(ma.fields.Nested(KeptDoorSchema), required=True)

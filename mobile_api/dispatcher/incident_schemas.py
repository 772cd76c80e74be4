"""JSON of what a dispatcher or clerk enters when a day goes otherwise."""

import marshmallow as ma

from backend.courier_day.handlers.result import ReceiverRole
from mobile_api.days import Day, Moment
from mobile_api.receiver_schemas import ShownIdentitySchema, ShownLetterSchema, ToldPinSchema
from mobile_api.wording import about

_REASON = ma.validate.Length(1, 40)
_FORM_NO = ma.validate.Length(1, 40)


class _InProvince(ma.Schema):
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"),
        metadata=about("Default TANNOI_PROVINCE_CODE.", "48"),
    )


class ClosureRequestSchema(_InProvince):
    """Zones that close for storm or flood."""

    zone_codes = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        required=True,
        validate=ma.validate.Length(1, 200),
    )
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    reason = ma.fields.String(
        required=True, validate=_REASON, metadata=about("Such as the storm's name.", "BAO_SO_9")
    )


class ClosureSchema(ma.Schema):
    """The stamp of force majeure."""

    id = ma.fields.UUID(required=True)
    zone_codes = ma.fields.List(ma.fields.String(), required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    reason = ma.fields.String(required=True)


class ExchangeRequestSchema(_InProvince):
    """Who hands everything to whom."""

    giver = ma.fields.String(required=True, metadata=about("Code of a courier.", "BT-007"))
    receiver = ma.fields.String(required=True, metadata=about("Code of a courier.", "BT-008"))
    reason = ma.fields.String(required=True, validate=_REASON)


class ExchangeSchema(ma.Schema):
    """What the receiver has to accept by phone; empty when the bag was."""

    offer = ma.fields.UUID(required=True, allow_none=True)
    dossiers = ma.fields.List(ma.fields.UUID(), required=True)


class LateRequestSchema(ma.Schema):
    """The office's form 04."""

    form_no = ma.fields.String(required=True, validate=_FORM_NO)
    new_date = Day(required=True)


class RedirectRequestSchema(ma.Schema):
    """Another door, on proof."""

    address = ma.fields.String(required=True, validate=ma.validate.Length(1, 400))
    proof = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    lat = ma.fields.Float(validate=ma.validate.Range(-90, 90))
    lon = ma.fields.Float(validate=ma.validate.Range(-180, 180))

    @ma.validates_schema
    def both_or_none(self, data: dict[str, object], **_: object) -> None:
        """Half a coordinate is none."""
        if ("lat" in data) != ("lon" in data):
            raise ma.ValidationError("lat and lon belong together", "lat")


class PickUpRequestSchema(ToldPinSchema):
    """Who came to the counter, after the identity check."""

    receiver = ma.fields.Enum(ReceiverRole, by_value=True, required=True)
    identity = ma.fields.Nested(
        ShownIdentitySchema, load_default=None, metadata=about("Of who is not the owner.")
    )
    authorisation = ma.fields.Nested(
        ShownLetterSchema, load_default=None, metadata=about("Of who is not the owner.")
    )

    @ma.validates_schema
    def who_it_is(self, data: dict[str, object], **_: object) -> None:
        """A letter names somebody: it says nothing about a person whose paper nobody saw."""
        if data.get("receiver") is ReceiverRole.AUTHORISED and not data.get("identity"):
            raise ma.ValidationError("Missing data for required field.", "identity")


class UnclaimedRequestSchema(_InProvince):
    """Up to which day; default today."""

    on = Day()


class CarriedDossierSchema(ma.Schema):
    """A dossier after the act."""

    id = ma.fields.UUID(required=True)
    item_code = ma.fields.String(required=True)
    portal_code = ma.fields.String(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    condition = ma.fields.String(required=True)
    case_status = ma.fields.String(required=True, allow_none=True)
    appointment_on = ma.fields.Date(required=True, allow_none=True)


class CarriedDossierListSchema(ma.Schema):
    """Dossiers that were touched."""

    dossiers = ma.fields.List(ma.fields.Nested(CarriedDossierSchema), required=True)

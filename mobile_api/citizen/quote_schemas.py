"""What a quote is asked with and answers."""

import marshmallow as ma

from backend.booking.checks import MOST_DOSSIERS
from backend.booking.quotes import USUAL_WEIGHT_G
from backend.catalogue.models import TariffScope
from backend.database import SourceStatus
from backend.places.models import OfficeTier, Placement
from mobile_api.booking_schemas import WayAskedSchema
from mobile_api.citizen.procedure_schemas import ProcedureSchema
from mobile_api.days import Day
from mobile_api.wording import about


class QuoteRequestSchema(WayAskedSchema):
    """A visit somebody thinks of."""

    on = Day(metadata=about("Day of the visit; default today.", "2026-11-24"))
    dossiers = ma.fields.Integer(
        strict=True,
        load_default=1,
        validate=ma.validate.Range(1, MOST_DOSSIERS),
        metadata=about("How many at once.", 1),
    )
    weight_g = ma.fields.Integer(
        strict=True,
        load_default=USUAL_WEIGHT_G,
        validate=ma.validate.Range(1, 30_000),
        metadata=about("Of one dossier, grams.", USUAL_WEIGHT_G),
    )


class QuoteDoorSchema(ma.Schema):
    """Where the door was found."""

    placement = ma.fields.Enum(
        Placement, required=True, metadata=about("TO_PLACE: a person will have to find it.")
    )
    note = ma.fields.String(allow_none=True)
    point = ma.fields.List(
        ma.fields.Float(),
        required=True,
        allow_none=True,
        metadata=about("[lon, lat] where it was found, to be looked at on a map."),
    )
    unit = ma.fields.String(allow_none=True, metadata=about("Ward or commune on that date."))
    served = ma.fields.Boolean(required=True, metadata=about("Couriers ride there."))
    remote = ma.fields.Boolean(required=True, metadata=about("With a promise of its own."))


class QuoteOfficeSchema(ma.Schema):
    """An office that takes the papers."""

    code = ma.fields.String(attribute="office.code", required=True)
    name = ma.fields.String(attribute="office.name", required=True)
    tier = ma.fields.Enum(OfficeTier, attribute="office.tier", required=True)
    address = ma.fields.String(attribute="office.address", required=True)
    competent = ma.fields.Boolean(
        required=True, metadata=about("Resolves it itself; others take it for the resolving one.")
    )
    distance_m = ma.fields.Integer(allow_none=True, metadata=about("As the crow flies."))
    open_on = ma.fields.Date(
        allow_none=True, metadata=about("The day asked for, or the next one it is open.")
    )
    service_start = ma.fields.Date(
        allow_none=True, metadata=about("Set where its service begins later: not before this date.")
    )
    source_status = ma.fields.Enum(SourceStatus, attribute="office.source_status", required=True)


class PriceSchema(ma.Schema):
    """Postage in whole đồng; public fees are apart."""

    postage_each_vnd = ma.fields.Integer(required=True, metadata=about("One dossier, before VAT."))
    vat_each_vnd = ma.fields.Integer(required=True)
    postage_vnd = ma.fields.Integer(required=True, metadata=about("All dossiers, VAT included."))
    scope = ma.fields.Enum(TariffScope, attribute="tariff.scope", required=True)
    certain = ma.fields.Boolean(
        required=True, metadata=about("False: the door is not known, the farther scope was taken.")
    )
    exempt = ma.fields.Boolean(
        required=True, metadata=about("The province bears it: a remote area. The sums are 0.")
    )
    source_status = ma.fields.Enum(SourceStatus, attribute="tariff.source_status", required=True)


class PromisesSchema(ma.Schema):
    """Last days, by the law's working days."""

    handed_over_by = ma.fields.Date(allow_none=True)
    result_by = ma.fields.Date(
        allow_none=True, metadata=about("By the procedure's days; the office's slip decides.")
    )
    home_by = ma.fields.Date(allow_none=True)


class QuoteSchema(ma.Schema):
    """What the visit would be. Nothing is held or booked."""

    day = ma.fields.Date(required=True)
    procedure = ma.fields.Nested(ProcedureSchema, required=True)
    door = ma.fields.Nested(QuoteDoorSchema, required=True)
    offices = ma.fields.List(
        ma.fields.Nested(QuoteOfficeSchema),
        required=True,
        metadata=about("The one wished for or competent first, at most ten."),
    )
    fees_vnd = ma.fields.Integer(
        required=True, metadata=about("Public fees of all dossiers, held for the office.")
    )
    price = ma.fields.Nested(
        PriceSchema, required=True, allow_none=True, metadata=about("null: no postage row fits.")
    )
    promises = ma.fields.Nested(PromisesSchema, required=True)

"""Expected arrivals as the dispatcher's door tells them."""

import marshmallow as ma

from backend.courier_day.arrivals.models import Basis
from backend.planning.models import StopKind
from mobile_api.days import Day
from mobile_api.long_answers import LongSchema
from mobile_api.wording import about


class ArrivalFilterSchema(ma.Schema):
    """Of which day and province."""

    service_date = Day(metadata=about("Default today."))
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )


class ArrivalSchema(LongSchema):
    """When the courier is expected at one stop."""

    stop_id = ma.fields.UUID(required=True)
    stop_kind = ma.fields.Enum(StopKind, by_value=True, required=True)
    ordinal = ma.fields.Integer(required=True, metadata=about("In the published order."))
    earliest_at = ma.fields.AwareDateTime(required=True)
    likely_at = ma.fields.AwareDateTime(required=True)
    latest_at = ma.fields.AwareDateTime(
        required=True, metadata=about("Four arrivals in five fall between earliest and latest.")
    )
    computed_at = ma.fields.AwareDateTime(
        required=True, metadata=about("It stands since then: a new time has to be worth telling.")
    )
    learned_from = ma.fields.Integer(
        required=True,
        metadata=about("Arrivals that the range was learned from; 0 = a rule stands in for them."),
    )
    out_of_order = ma.fields.Boolean(
        required=True, metadata=about("The courier went past it; nobody knows when it is made.")
    )


class MadeStopSchema(LongSchema):
    """A stop that is behind the courier."""

    stop_id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True)
    failed = ma.fields.Boolean(required=True, metadata=about("Nothing there could be done."))


class RouteArrivalsSchema(LongSchema):
    """The expected arrivals of one route, the next first."""

    route_id = ma.fields.UUID(required=True)
    courier_id = ma.fields.UUID(required=True)
    looked_at = ma.fields.AwareDateTime(
        allow_none=True, metadata=about("Newest look; null before the day of the route.")
    )
    basis = ma.fields.Enum(Basis, by_value=True, allow_none=True)
    evidence_at = ma.fields.AwareDateTime(
        allow_none=True, metadata=about("When the courier was known to be where it starts from.")
    )
    stale = ma.fields.Boolean(required=True, metadata=about("That is too long ago to rely on."))
    paused = ma.fields.Boolean(
        required=True, metadata=about("Times count as if the courier went on now.")
    )
    finished = ma.fields.Boolean(required=True)
    travel_source = ma.fields.String(allow_none=True, metadata=about("Roads or estimate."))
    stops = ma.fields.List(ma.fields.Nested(ArrivalSchema), required=True)
    made = ma.fields.List(ma.fields.Nested(MadeStopSchema), required=True)


class ArrivalsSchema(LongSchema):
    """Of every published route of the day."""

    read_at = ma.fields.AwareDateTime(required=True, metadata=about("The server's clock."))
    routes = ma.fields.List(ma.fields.Nested(RouteArrivalsSchema), required=True)

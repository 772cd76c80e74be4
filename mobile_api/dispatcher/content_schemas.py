"""What a plan holds: routes, stops, visits, and what is left."""

import marshmallow as ma

from backend.dossiers.models import LegPurpose
from backend.places.models import PlaceKind
from backend.planning.models import StopKind, StopStatus, VisitKind, VisitStatus
from mobile_api.long_answers import LongSchema
from mobile_api.wording import about


class LegSchema(LongSchema):
    """What is carried, and for which booking."""

    leg_id = ma.fields.UUID(required=True)
    purpose = ma.fields.Enum(LegPurpose, by_value=True, required=True)
    dossier_id = ma.fields.UUID(required=True)
    item_code = ma.fields.String(required=True, metadata=about("S10.", "RG000000015VN"))
    portal_code = ma.fields.String(allow_none=True)
    procedure_code = ma.fields.String(required=True)
    procedure_name = ma.fields.String(required=True)
    booking_reference = ma.fields.String(required=True)
    applicant = ma.fields.String(required=True)
    slot = ma.fields.String(required=True, metadata=about("Local; may be empty.", "08:00–10:00"))
    due_on = ma.fields.Date(required=True, metadata=about("Last day of the transit promise."))
    attempt = ma.fields.Integer(required=True)
    cash_vnd = ma.fields.Integer(required=True)


class VisitSchema(LongSchema):
    """One act at a stop."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.Enum(VisitKind, by_value=True, required=True)
    status = ma.fields.Enum(VisitStatus, by_value=True, required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    procedure_name = ma.fields.String(attribute="leg.procedure_name", required=True)
    item_code = ma.fields.String(attribute="leg.item_code", required=True)
    leg = ma.fields.Nested(LegSchema, required=True)


class StopSchema(LongSchema):
    """One halt; `label` counts the halts with visits."""

    id = ma.fields.UUID(required=True)
    ordinal = ma.fields.Integer(required=True)
    label = ma.fields.Integer(allow_none=True)
    kind = ma.fields.Enum(StopKind, by_value=True, required=True)
    status = ma.fields.Enum(StopStatus, by_value=True, required=True)
    place_kind = ma.fields.Enum(PlaceKind, by_value=True, allow_none=True)
    name = ma.fields.String(attribute="place.name", required=True)
    address = ma.fields.String(attribute="place.address", required=True)
    source_status = ma.fields.String(
        attribute="place.source_status", allow_none=True, metadata=about("Trust.", "SAMPLE")
    )
    slot = ma.fields.String(required=True)
    point = ma.fields.List(
        ma.fields.Float(), allow_none=True, metadata=about("[lon, lat].", [108.2208, 16.0678])
    )
    arrives_at = ma.fields.AwareDateTime(required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    distance_m = ma.fields.Integer(required=True, metadata=about("Ridden from the stop before."))
    visits = ma.fields.List(ma.fields.Nested(VisitSchema), required=True)


class RouteSchema(LongSchema):
    """One courier's day in order."""

    id = ma.fields.UUID(required=True)
    number = ma.fields.Integer(required=True)
    courier_code = ma.fields.String(required=True)
    courier_name = ma.fields.String(required=True)
    start_post_office = ma.fields.String(required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    ride_s = ma.fields.Integer(required=True)
    wait_s = ma.fields.Integer(required=True)
    distance_m = ma.fields.Integer(required=True)
    visit_count = ma.fields.Function(lambda route: len(route.visits), metadata={"type": "integer"})
    geometry = ma.fields.Function(
        lambda route: route.geometry and {"type": "LineString", "coordinates": route.geometry},
        metadata=about("GeoJSON LineString or null.", type=["object", "null"]),
    )
    geometry_source = ma.fields.String(allow_none=True)
    version = ma.fields.Integer(required=True)
    stops = ma.fields.List(ma.fields.Nested(StopSchema), required=True)


class RouteListSchema(LongSchema):
    """All routes of a plan."""

    routes = ma.fields.List(ma.fields.Nested(RouteSchema), required=True)


class ReasonSchema(LongSchema):
    """One true reason, found before the search or by trying."""

    code = ma.fields.String(required=True, metadata=about("Stable code.", "TIME_WINDOW"))
    detail_vi = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)
    evidence = ma.fields.Dict(required=True, metadata=about("By how much, tried with whom."))


class UnassignedSchema(LongSchema):
    """A leg that the plan leaves undone."""

    leg = ma.fields.Nested(LegSchema, required=True)
    address = ma.fields.String(required=True)
    point = ma.fields.List(ma.fields.Float(), allow_none=True, metadata=about("[lon, lat]."))
    reasons = ma.fields.List(ma.fields.Nested(ReasonSchema), required=True)


class UnassignedListSchema(LongSchema):
    """What a plan leaves undone, most urgent first."""

    unassigned = ma.fields.List(ma.fields.Nested(UnassignedSchema), required=True)


class NewWorkSchema(ma.Schema):
    """What came after a plan was made, most urgent first; the reason says how it came."""

    new_work = ma.fields.List(ma.fields.Nested(UnassignedSchema), required=True)

"""JSON of places that close now, and open again."""

import marshmallow as ma

from mobile_api.dispatcher.plan_schemas import PlanSchema
from mobile_api.wording import about

_CODE = ma.validate.Length(1, 40)


class CloseNowSchema(ma.Schema):
    """What closes for the rest of the plan's day, and why."""

    offices = ma.fields.List(
        ma.fields.String(validate=_CODE),
        load_default=list,
        validate=ma.validate.Length(0, 50),
        metadata=about("Codes of one-stop offices.", ["MC-CHUNG"]),
    )
    zone_codes = ma.fields.List(
        ma.fields.String(validate=_CODE),
        load_default=list,
        validate=ma.validate.Length(0, 200),
        metadata=about("Zones where nobody can ride, with the offices in them."),
    )
    reason = ma.fields.String(
        required=True,
        validate=ma.validate.Length(3, 200),
        metadata=about("Shown to dispatchers.", "Mất điện toàn tòa nhà"),
    )

    @ma.validates_schema
    def something(self, data: dict[str, object], **_: object) -> None:
        """Nobody closes nothing."""
        if not data.get("offices") and not data.get("zone_codes"):
            raise ma.ValidationError("Name an office or a zone.", "offices")


class ClosingSchema(ma.Schema):
    """One place that closed."""

    id = ma.fields.UUID(required=True)
    planning_area = ma.fields.String(attribute="planning_area.code", required=True)
    service_date = ma.fields.Date(required=True)
    office = ma.fields.String(
        attribute="office_code", required=True, allow_none=True, metadata=about("Null: a zone.")
    )
    zone_code = ma.fields.String(required=True, allow_none=True, metadata=about("Null: an office."))
    name = ma.fields.String(required=True, metadata=about("For people.", "Một cửa Hải Châu"))
    reason = ma.fields.String(required=True)
    closed_at = ma.fields.AwareDateTime(required=True)
    reopened_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata=about("Null: closed now.")
    )


class ClosingsSchema(ma.Schema):
    """Closings of a day, the newest first."""

    closings = ma.fields.List(ma.fields.Nested(ClosingSchema), required=True)


class ClosedSchema(ClosingsSchema):
    """What was closed or opened, and the replans to follow: of the plan named first."""

    replans = ma.fields.List(ma.fields.Nested(PlanSchema), required=True)

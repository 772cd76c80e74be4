"""Plans as the dispatcher's door takes and gives them."""

import marshmallow as ma

from backend.planning.models import PlanOrigin, PlanStage, PlanStatus
from mobile_api.days import Day
from mobile_api.wording import about


class PlanRequestSchema(ma.Schema):
    """Which day to plan, and how long to search."""

    planning_area = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, 40),
        metadata=about("Code of the planning area.", "DA-NANG"),
    )
    service_date = Day(required=True, metadata=about("Local date to plan.", "2026-11-23"))
    time_limit_s = ma.fields.Integer(
        strict=True,
        validate=ma.validate.Range(1, 600),
        metadata=about("Seconds of search; default TANNOI_PLAN_TIME_LIMIT_S.", 20),
    )
    seed = ma.fields.Integer(
        strict=True,
        load_default=1,
        validate=ma.validate.Range(0, 2**31 - 1),
        metadata=about("The same seed searches the same way.", 1),
    )
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"),
        metadata=about("Province of the area; default TANNOI_PROVINCE_CODE.", "48"),
    )


class PlanFilterSchema(ma.Schema):
    """Which plans to list; newest first."""

    planning_area = ma.fields.String(metadata=about("Code of a planning area.", "DA-NANG"))
    service_date = Day(metadata=about("Local date.", "2026-11-23"))
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("Province.", "48")
    )
    limit = ma.fields.Integer(
        load_default=50, validate=ma.validate.Range(1, 200), metadata=about("At most so many.", 50)
    )


def rooms_given_up() -> ma.fields.List[str]:
    """Windows that a dispatcher knows to lose their room by what is asked."""
    return ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 200)),
        load_default=list,
        validate=ma.validate.Length(0, 100),
        metadata=about(
            "Keys of windows that were sold and that you go on without room for: `room_sold` "
            "names them in `fields`."
        ),
    )


class PublishSchema(ma.Schema):
    """How to publish."""

    force = ma.fields.Boolean(
        load_default=False,
        metadata=about(
            "Publish although rows were added since (they stay unplanned), or another version was "
            "published since (its changes are given up).",
            False,
        ),
    )
    confirmed = rooms_given_up()


class StalenessSchema(ma.Schema):
    """Whether the input moved since a draft was made."""

    stale = ma.fields.Boolean(required=True)
    detail_vi = ma.fields.String(metadata=about("What moved.", "thêm 2 việc"))
    detail_en = ma.fields.String(metadata=about("What moved.", "legs: 2 added"))
    moved = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer()),
        metadata=about(
            "Kind of row → how many were added, removed, changed.",
            {"leg": {"added": 2, "removed": 0, "changed": 0}},
        ),
    )


class FailureSchema(ma.Schema):
    """Why a job found no plan."""

    code = ma.fields.String(required=True, metadata=about("Stable code.", "no_couriers"))
    detail_vi = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)
    action_vi = ma.fields.String(required=True)
    action_en = ma.fields.String(required=True)


class PlanSchema(ma.Schema):
    """A plan as a whole; while it runs, `stage`, `best_cost` and `seconds_left` move."""

    id = ma.fields.UUID(required=True)
    planning_area = ma.fields.String(
        attribute="planning_area.code", required=True, metadata=about("Code.", "DA-NANG")
    )
    planning_area_name = ma.fields.String(attribute="planning_area.name", required=True)
    province_code = ma.fields.String(required=True)
    service_date = ma.fields.Date(required=True)
    number = ma.fields.Integer(required=True, metadata=about("1, 2, 3 … of area and date.", 1))
    status = ma.fields.Enum(PlanStatus, by_value=True, required=True)
    stage = ma.fields.Enum(PlanStage, by_value=True, required=True)
    best_cost = ma.fields.Integer(
        allow_none=True, metadata=about("Of the best plan so far; one unit = 1 s of riding.")
    )
    seconds_left = ma.fields.Float(allow_none=True, metadata=about("Of the search.", 12.5))
    cancel_requested = ma.fields.Boolean(required=True)
    engine = ma.fields.String(required=True)
    seed = ma.fields.Integer(required=True)
    time_limit_s = ma.fields.Integer(required=True)
    travel_source = ma.fields.String(
        allow_none=True,
        metadata=about("OSRM_MOTORBIKE (real roads) or GREAT_CIRCLE (estimate).", "GREAT_CIRCLE"),
    )
    travel_note = ma.fields.String(
        allow_none=True, metadata=about("Why travel times are estimates, with the next step.")
    )
    summary = ma.fields.Dict(
        required=True, metadata=about("Couriers, visits, ways, promises, what is left.")
    )
    baseline = ma.fields.Dict(
        required=True,
        metadata=about("The same day zone by zone; the rule is in `rule_vi`."),
    )
    failure = ma.fields.Nested(FailureSchema, allow_none=True)
    origin = ma.fields.Enum(
        PlanOrigin, by_value=True, required=True, metadata=about("How this version came about.")
    )
    derived_from_id = ma.fields.UUID(
        required=True, allow_none=True, metadata=about("The version that it grew from.")
    )
    request = ma.fields.Dict(
        required=True,
        metadata=about("What was asked for; of a replan also its `outcome` (docs/plan-edits.md)."),
    )
    as_of = ma.fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata=about("Of a day under way: what was done by then is fixed in it."),
    )
    requested_at = ma.fields.AwareDateTime(required=True)
    started_at = ma.fields.AwareDateTime(allow_none=True)
    finished_at = ma.fields.AwareDateTime(allow_none=True)
    published_at = ma.fields.AwareDateTime(allow_none=True)
    version = ma.fields.Integer(required=True)


class PlanWithStalenessSchema(PlanSchema):
    """A plan, and whether its input has moved since."""

    staleness = ma.fields.Nested(StalenessSchema, required=True)


class PlanListSchema(ma.Schema):
    """Plans, newest first."""

    plans = ma.fields.List(ma.fields.Nested(PlanSchema), required=True)

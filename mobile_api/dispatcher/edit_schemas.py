"""JSON of a dispatcher's changes to a plan: what is asked, and what it would cost."""

from typing import Any

import marshmallow as ma

from backend.planning.edits.asked import EditKind, LockKind, PartnerRule
from backend.planning.models import VisitKind
from mobile_api.dispatcher.content_schemas import ReasonSchema
from mobile_api.dispatcher.plan_schemas import PlanSchema
from mobile_api.wording import about


class EditSchema(ma.Schema):
    """One change. Ids of visits, stops and routes are those of the plan in the path, also in the
    later changes of a list. Which fields a kind needs stands in docs/plan-edits.md."""

    kind = ma.fields.Enum(EditKind, by_value=True, required=True)
    visits = ma.fields.List(
        ma.fields.UUID(),
        validate=ma.validate.Length(1, 100),
        metadata=about("MOVE, DROP; two of them: SWAP; LOCK COURIER."),
    )
    leg = ma.fields.UUID(metadata=about("ADD: a leg that the plan does not hold."))
    courier = ma.fields.String(
        validate=ma.validate.Length(1, 40),
        metadata=about("Who shall do it; absent: whom it costs least.", "BT-007"),
    )
    after_visit = ma.fields.UUID(
        allow_none=True,
        metadata=about("The act before it; null: first; absent: where it costs least."),
    )
    partner = ma.fields.Enum(
        PartnerRule,
        by_value=True,
        load_default=PartnerRule.AUTO,
        metadata=about("What becomes of the other end of the same carriage."),
    )
    lock = ma.fields.Enum(LockKind, by_value=True, metadata=about("LOCK, UNLOCK."))
    stop = ma.fields.UUID(metadata=about("LOCK STOP: everything up to this stop stays."))


MOST_VISITS = 100
"""Named by all changes of a list together: each is tried at up to every place of the day."""


class EditsSchema(ma.Schema):
    """Changes in the order in which they are made; together they name at most 100 visits."""

    edits = ma.fields.List(
        ma.fields.Nested(EditSchema), required=True, validate=ma.validate.Length(1, 50)
    )

    @ma.validates_schema
    def not_too_many(self, data: dict[str, Any], **_: object) -> None:
        """A try is answered while somebody waits."""
        if sum(len(edit.get("visits", ())) for edit in data["edits"]) > MOST_VISITS:
            raise ma.ValidationError(
                "At most 100 visits in all changes; save them in parts.", "edits"
            )


class SaveEditsSchema(EditsSchema):
    """Changes to be kept."""

    confirmed = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 200)),
        load_default=list,
        validate=ma.validate.Length(0, 100),
        metadata=about("Keys of violations that may be confirmed, and that you accept."),
    )
    note = ma.fields.String(
        load_default="", validate=ma.validate.Length(0, 200), metadata=about("Why.")
    )


class ViolationSchema(ma.Schema):
    """A rule that the change would break."""

    key = ma.fields.String(required=True, metadata=about("To be confirmed by this."))
    code = ma.fields.String(required=True, metadata=about("Stable.", "TIME_WINDOW"))
    confirmable = ma.fields.Boolean(required=True)
    courier_code = ma.fields.String(required=True)
    leg_ids = ma.fields.List(ma.fields.UUID(), required=True)
    amount = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True, metadata=about("s, m, dossiers, …", "s"))
    detail_vi = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)


class TouchedSchema(ma.Schema):
    """A visit that begins at another moment, or with another courier, than the plan says now."""

    leg_ids = ma.fields.List(ma.fields.UUID(), required=True)
    kind = ma.fields.Enum(VisitKind, by_value=True, required=True)
    booking_reference = ma.fields.String(required=True)
    slot = ma.fields.String(required=True, metadata=about("Of the citizen.", "08:00–10:00"))
    courier_before = ma.fields.String(required=True, allow_none=True)
    courier_after = ma.fields.String(required=True, allow_none=True)
    starts_before = ma.fields.AwareDateTime(required=True, allow_none=True)
    starts_after = ma.fields.AwareDateTime(required=True, allow_none=True)
    by_s = ma.fields.Integer(required=True, metadata=about("Seconds later; negative = earlier."))
    told = ma.fields.Boolean(
        required=True,
        metadata=about(
            "A visit at a citizen's door by more than a quarter of an hour, or by another courier: "
            "a touched promise."
        ),
    )


class PromiseSchema(ma.Schema):
    """A transit promise that would change."""

    leg_id = ma.fields.UUID(required=True)
    booking_reference = ma.fields.String(required=True)
    due_on = ma.fields.Date(required=True)
    before = ma.fields.String(required=True, metadata=about("KEPT, AT_RISK or BROKEN.", "KEPT"))
    after = ma.fields.String(required=True, metadata=about("As before.", "AT_RISK"))


class EffectSchema(ma.Schema):
    """What changes, against the plan as it stands (or the change before, in `steps`)."""

    price = ma.fields.Integer(required=True, metadata=about("One unit = 1 s of riding."))
    ride_s = ma.fields.Integer(required=True, metadata=about("More seconds of riding."))
    work_s = ma.fields.Integer(required=True, metadata=about("More seconds of working time."))
    distance_m = ma.fields.Integer(required=True)
    couriers = ma.fields.Integer(required=True, metadata=about("More couriers in use."))
    violations = ma.fields.List(ma.fields.Nested(ViolationSchema), required=True)
    touched = ma.fields.List(ma.fields.Nested(TouchedSchema), required=True)
    promises = ma.fields.List(ma.fields.Nested(PromiseSchema), required=True)


class TriedVisitSchema(ma.Schema):
    """One act at its new moment."""

    id = ma.fields.UUID(required=True, allow_none=True, metadata=about("Null: not in the plan."))
    leg_id = ma.fields.UUID(required=True)
    kind = ma.fields.Enum(VisitKind, by_value=True, required=True)
    arrives_at = ma.fields.AwareDateTime(required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)


class TriedRouteSchema(ma.Schema):
    """A route that would change, with its new times."""

    courier_code = ma.fields.String(required=True)
    route_id = ma.fields.UUID(required=True, allow_none=True)
    starts_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ends_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ride_s = ma.fields.Integer(required=True)
    distance_m = ma.fields.Integer(required=True)
    visits = ma.fields.List(ma.fields.Nested(TriedVisitSchema), required=True)


class TriedSchema(ma.Schema):
    """What the changes would do; nothing is written."""

    plan = ma.fields.UUID(attribute="plan_id", required=True)
    savable = ma.fields.Boolean(
        required=True, metadata=about("Every violation left can be confirmed.")
    )
    total = ma.fields.Nested(EffectSchema, required=True)
    steps = ma.fields.List(
        ma.fields.Nested(EffectSchema), required=True, metadata=about("One a change.")
    )
    routes = ma.fields.List(ma.fields.Nested(TriedRouteSchema), required=True)


class SavedSchema(ma.Schema):
    """The new draft, and what it changes against the version that was opened."""

    plan = ma.fields.Nested(PlanSchema, required=True)
    effect = ma.fields.Nested(EffectSchema, required=True)


class SoldWindowSchema(ma.Schema):
    """A window that was sold and that no route has yet."""

    key = ma.fields.String(required=True, metadata=about("As a violation has it."))
    booking_reference = ma.fields.String(required=True, metadata=about("Empty: held, not booked."))
    slot = ma.fields.String(required=True, metadata=about("Of the citizen.", "08:00–10:00"))


class TakerSchema(ma.Schema):
    """A courier who can take it, and what that does to others."""

    courier_code = ma.fields.String(required=True)
    courier_name = ma.fields.String(required=True)
    route_id = ma.fields.UUID(required=True, allow_none=True)
    price = ma.fields.Integer(required=True, metadata=about("One unit = 1 s of riding."))
    ride_s = ma.fields.Integer(required=True)
    distance_m = ma.fields.Integer(required=True)
    visits = ma.fields.List(ma.fields.Nested(TriedVisitSchema), required=True)
    after_visit = ma.fields.UUID(
        required=True, allow_none=True, metadata=about("The act before the first of them.")
    )
    touched = ma.fields.List(ma.fields.Nested(TouchedSchema), required=True)
    rooms_lost = ma.fields.List(
        ma.fields.Nested(SoldWindowSchema),
        required=True,
        metadata=about("Windows sold since that would have no room then."),
    )


class NoTakerSchema(ma.Schema):
    """A courier who cannot, and why."""

    courier_code = ma.fields.String(required=True)
    courier_name = ma.fields.String(required=True)
    reasons = ma.fields.List(
        ma.fields.Nested(ReasonSchema),
        required=True,
        allow_none=True,
        metadata=about("Null: not sought, see `reasons_of`."),
    )


class WhoseSchema(ma.Schema):
    """Exactly one of leg, booking or visit."""

    leg = ma.fields.UUID()
    visit = ma.fields.UUID(metadata=about("A visit of the plan."))
    booking = ma.fields.String(
        validate=ma.validate.Length(1, 40), metadata=about("Reference.", "TN-7KQ2-9XWM")
    )
    reasons_of = ma.fields.String(
        validate=ma.validate.Length(1, 40),
        metadata=about("A courier whose reasons are sought in any case.", "BT-007"),
    )

    @ma.validates_schema
    def one_of_them(self, data: dict[str, object], **_: object) -> None:
        """Nobody asks about nothing, or about two things at once."""
        if sum(name in data for name in ("leg", "visit", "booking")) != 1:
            raise ma.ValidationError("exactly one of leg, visit, booking", "leg")


class TakersSchema(ma.Schema):
    """Everybody on shift, ranked: cheapest first, then who cannot."""

    leg_ids = ma.fields.List(ma.fields.UUID(), required=True)
    takers = ma.fields.List(ma.fields.Nested(TakerSchema), required=True)
    others = ma.fields.List(ma.fields.Nested(NoTakerSchema), required=True)


class LockSchema(ma.Schema):
    """What a person fixed."""

    courier_code = ma.fields.String(required=True)
    order = ma.fields.String(required=True, metadata=about("ANY, SEQUENCE or STRICT.", "ANY"))
    visits = ma.fields.List(ma.fields.UUID(), required=True)


class LocksSchema(ma.Schema):
    """All locks of a plan."""

    locks = ma.fields.List(ma.fields.Nested(LockSchema), required=True)

"""JSON of what a plan leaves undone, and of tested ways to get it done."""

import marshmallow as ma

from mobile_api.dispatcher.edit_schemas import SavedSchema, SoldWindowSchema
from mobile_api.dispatcher.plan_schemas import rooms_given_up
from mobile_api.wording import about


class RepairFilterSchema(ma.Schema):
    """Of which leg."""

    leg = ma.fields.UUID(required=True)


class WayOutSchema(ma.Schema):
    """One way, tried in the plan as it stands."""

    key = ma.fields.String(required=True, metadata=about("To be applied by this."))
    kind = ma.fields.String(
        required=True,
        metadata=about(
            "ROOM, LATER, EARLIER, OVERTIME, UNPINNED, OTHER_PLACE, OTHER_DAY, SKILL, ONE_MORE.",
            "LATER",
        ),
    )
    courier_code = ma.fields.String(required=True, metadata=about("May be empty.", "BT-007"))
    price = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata=about(
            "One unit = 1 s of riding; null: the other day has no plan yet, or no room in it."
        ),
    )
    amount = ma.fields.Integer(required=True, metadata=about("How much gives way.", 12))
    unit = ma.fields.String(required=True, metadata=about("Of it.", "min"))
    applicable = ma.fields.Boolean(required=True)
    detail_vi = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)
    rooms_lost = ma.fields.List(
        ma.fields.Nested(SoldWindowSchema),
        required=True,
        metadata=about("Windows sold since that would have no room then."),
    )


class WaysOutSchema(ma.Schema):
    """All ways of one carriage, cheapest first."""

    leg_ids = ma.fields.List(ma.fields.UUID(), required=True)
    repairs = ma.fields.List(ma.fields.Nested(WayOutSchema), required=True)


class ApplyRepairSchema(ma.Schema):
    """Which way to take."""

    leg = ma.fields.UUID(required=True)
    key = ma.fields.String(required=True, validate=ma.validate.Length(1, 300))
    confirmed = rooms_given_up()


class RepairedSchema(SavedSchema):
    """The new draft; of work that was moved to another day also the new draft of that day."""

    other_day = ma.fields.Nested(
        SavedSchema,
        required=True,
        allow_none=True,
        metadata=about("OTHER_DAY: its effect has the price that was shown."),
    )

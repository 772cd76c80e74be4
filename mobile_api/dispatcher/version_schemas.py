"""JSON of a day's versions: what differs between two, and what going back could not restore."""

import marshmallow as ma

from backend.planning.models import VisitKind
from mobile_api.dispatcher.edit_schemas import EffectSchema, PromiseSchema, TouchedSchema
from mobile_api.dispatcher.plan_schemas import PlanSchema, rooms_given_up
from mobile_api.wording import about


class CompareSchema(ma.Schema):
    """With which version."""

    with_plan = ma.fields.UUID(
        required=True, data_key="with", metadata=about("Id of another version of the same day.")
    )


class FigureChangeSchema(ma.Schema):
    """One figure of both."""

    name = ma.fields.String(required=True, metadata=about("As in the summary.", "distance_km"))
    before = ma.fields.Float(required=True)
    after = ma.fields.Float(required=True)


class PlanDifferenceSchema(ma.Schema):
    """What `after_id` does otherwise than `before_id`, visit by visit."""

    before_id = ma.fields.UUID(required=True)
    after_id = ma.fields.UUID(required=True)
    figures = ma.fields.List(ma.fields.Nested(FigureChangeSchema), required=True)
    visits = ma.fields.List(ma.fields.Nested(TouchedSchema), required=True)
    promises = ma.fields.List(ma.fields.Nested(PromiseSchema), required=True)


class VersionsSchema(ma.Schema):
    """All finished versions of a day, the newest first."""

    versions = ma.fields.List(ma.fields.Nested(PlanSchema), required=True)


class UndoSchema(ma.Schema):
    """What you know of it."""

    confirmed = rooms_given_up()


class NotUndoneSchema(ma.Schema):
    """An act that stays with another courier than before: it is done, or on board."""

    leg_id = ma.fields.UUID(required=True)
    kind = ma.fields.Enum(VisitKind, by_value=True, required=True)
    booking_reference = ma.fields.String(required=True)
    courier_before = ma.fields.String(required=True)
    courier_now = ma.fields.String(required=True)


class UndoneSchema(ma.Schema):
    """The former state as a new version."""

    plan = ma.fields.Nested(PlanSchema, required=True)
    published = ma.fields.Boolean(
        required=True, metadata=about("True where the version undone was in force.")
    )
    effect = ma.fields.Nested(EffectSchema, required=True)
    not_undone = ma.fields.List(ma.fields.Nested(NotUndoneSchema), required=True)

"""JSON of a replan: what happened, and how much may change."""

import marshmallow as ma

from backend.planning.edits.replan_asked import MOST_SEARCH_S
from mobile_api.wording import about

_COUNT = ma.validate.Range(0, 10_000)
_PRICE = ma.validate.Range(0, 1_000_000)


class ReplanRequestSchema(ma.Schema):
    """Everything may be left out: then what is open is planned again from where the day stands."""

    dropped = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        load_default=list,
        validate=ma.validate.Length(0, 50),
        metadata=about("Couriers who cannot go on; their bags go to others.", ["BT-007"]),
    )
    urgent = ma.fields.List(
        ma.fields.UUID(),
        load_default=list,
        validate=ma.validate.Length(0, 100),
        metadata=about("Legs of this day to be ridden although no route has them."),
    )
    closed_offices = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        load_default=list,
        validate=ma.validate.Length(0, 50),
        metadata=about("Offices that take and give nothing any more today.", ["MC-CHUNG"]),
    )
    closed_zones = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        load_default=list,
        validate=ma.validate.Length(0, 200),
        metadata=about("Zones where nobody can ride any more today."),
    )
    most_moved = ma.fields.Integer(
        strict=True,
        load_default=5,
        allow_none=True,
        validate=_COUNT,
        metadata=about("Works that may change courier, those of who dropped out aside.", 5),
    )
    most_touched = ma.fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=_COUNT,
        metadata=about("Promises that may be touched; null: any number."),
    )
    price_per_moved = ma.fields.Integer(strict=True, load_default=0, validate=_PRICE)
    price_per_touched = ma.fields.Integer(
        strict=True,
        load_default=0,
        validate=_PRICE,
        metadata=about("One unit = 1 s of riding.", 900),
    )
    tolerance_min = ma.fields.Integer(
        strict=True,
        load_default=15,
        validate=ma.validate.Range(0, 240),
        metadata=about("So much earlier or later is no touched promise.", 15),
    )
    improve = ma.fields.Boolean(
        load_default=False, metadata=about("Search for a better day also where all is planned.")
    )
    time_limit_s = ma.fields.Integer(
        strict=True, load_default=2, validate=ma.validate.Range(1, MOST_SEARCH_S)
    )

"""Who came for papers and what they showed, in words that the doors share."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend.booking.receivers import IdentityPaper
from backend.courier_day.pin_checks import PinTold
from mobile_api.days import Day
from mobile_api.wording import about


class ShownIdentitySchema(ma.Schema):
    """Kind of paper and its last digits: never the whole number."""

    paper = ma.fields.Enum(IdentityPaper, by_value=True, required=True)
    last_digits = ma.fields.String(required=True, validate=ma.validate.Regexp(r"^[0-9A-Z]{3,4}$"))


class ShownLetterSchema(ma.Schema):
    """The letter by which somebody else may receive."""

    valid_to = Day(required=True)
    number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))


class ToldPinSchema(ma.Schema):
    """What whoever came said of the PIN; `pin_told` reads it."""

    pin = ma.fields.String(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Regexp(r"^[0-9]{6}$"),
        metadata=about("The PIN that the citizen was told, where one was."),
    )
    without_pin = ma.fields.Boolean(
        load_default=False,
        metadata=about("The PIN is lost: the identity paper decides; the dispatcher hears of it."),
    )


def pin_told(body: Mapping[str, Any]) -> PinTold:
    """What a body of ToldPinSchema says."""
    return PinTold(pin=body["pin"], waived=body["without_pin"])

"""Who came for papers and what they showed, in words that the doors share."""

import marshmallow as ma

from backend.booking.receivers import IdentityPaper
from mobile_api.days import Day


class ShownIdentitySchema(ma.Schema):
    """Kind of paper and its last digits: never the whole number."""

    paper = ma.fields.Enum(IdentityPaper, by_value=True, required=True)
    last_digits = ma.fields.String(required=True, validate=ma.validate.Regexp(r"^[0-9A-Z]{3,4}$"))


class ShownLetterSchema(ma.Schema):
    """The letter by which somebody else may receive."""

    valid_to = Day(required=True)
    number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))

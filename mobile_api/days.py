"""Days and instants as callers name them: of this century, so that no sum leaves the calendar.

Transit days are added to a day, and a wall-clock time becomes an instant in UTC: at both ends of
what a computer calls a date there is none to be had any more.
"""

from datetime import date, datetime
from typing import Any

import marshmallow as ma

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)

_OUTSIDE: dict[str, str | list[Any] | dict[Any, Any]] = {"outside": "Not a day from 2000 to 2099."}


class Day(ma.fields.Date):
    """A local date that somebody asks about."""

    default_error_messages = _OUTSIDE

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, *args, **kwargs)
        if not FIRST <= day <= LAST:
            raise self.make_error("outside")
        return day


class Moment(ma.fields.AwareDateTime):
    """An instant with its offset, on such a day."""

    default_error_messages = _OUTSIDE

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, *args, **kwargs)
        if not FIRST <= moment.date() <= LAST:
            raise self.make_error("outside")
        return moment

"""The nouns of a sample day: homes, first tries, and the day that holds them."""

from dataclasses import dataclass
from datetime import date, datetime

from backend.courier_day.handlers.failure import FailureReason
from backend.demo.profiles import DemandProfile
from geodata.packs import PopulatedPoint, Row
from geodata.point import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A door of the sample day."""

    address: str
    door: Point
    unit_code: str
    place: PopulatedPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTry:
    """What happened at a door before the sample day: nobody could be served there."""

    at: datetime
    reason: FailureReason
    rests_at: str = ""
    """Code of the post office where a result went that could not be delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDay:
    """One invented day: booking rows, and in the same order their homes and first tries.

    A booking with a first try was made for an earlier day; its second try is on `day`.
    """

    day: date
    profile: DemandProfile
    seed: int
    bookings: tuple[Row, ...]
    homes: tuple[Home, ...]
    first_tries: tuple[FirstTry | None, ...]

    @property
    def second_tries(self) -> int:
        """Visits of the day that failed before."""
        return sum(each is not None for each in self.first_tries)

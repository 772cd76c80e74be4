"""The transit promise: J + n working days, J being the day on the slip (DOMAIN §5.8, §5.9).

Read in QĐ 45/2016/QĐ-TTg and TT 17/2017/TT-BTTTT; the district of that text is the zone today.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geodata.calendar import WorkingCalendar


class TransitScope(StrEnum):
    """How far a dossier travels; the law promises the nearer one sooner."""

    SAME_ZONE = "SAME_ZONE"
    SAME_PROVINCE = "SAME_PROVINCE"
    MAJOR_CITIES = "MAJOR_CITIES"
    """Between cities of special class or class I."""
    INTER_PROVINCE = "INTER_PROVINCE"


class TransitKind(StrEnum):
    """What is carried. The clock stands on its way (`Leg.due_on`) and ends with it (DOMAIN §5.9):
    papers at the hand-over, results at the delivery, or at the counter, where the citizen is told.
    """

    SEND = "SEND"
    SEND_WITH_SLIP = "SEND_WITH_SLIP"
    """The appointment slip is brought back to the citizen: twice the days."""
    RETURN = "RETURN"


_DAYS = {
    TransitScope.SAME_ZONE: 1,
    TransitScope.SAME_PROVINCE: 2,
    TransitScope.MAJOR_CITIES: 3,
    TransitScope.INTER_PROVINCE: 4,
}


def transit_days(scope: TransitScope, kind: TransitKind) -> int:
    """n of J + n, in working days."""
    return _DAYS[scope] * (2 if kind is TransitKind.SEND_WITH_SLIP else 1)


def transit_due_on(
    slip_day: date,
    *,
    scope: TransitScope,
    kind: TransitKind,
    calendar: WorkingCalendar,
    same_day: bool = False,
    special_terrain_days: int | None = None,
) -> date:
    """The last day on which the promise is kept.

    A same-day procedure is carried at once (J itself). `special_terrain_days` is n of the
    province's published table for remote areas and replaces the general one; the slip doubles it
    as well. Raises InvalidGeodata when the calendar has no working day near.
    """
    if same_day:
        return slip_day
    days = transit_days(scope, kind)
    if special_terrain_days is not None:
        days = special_terrain_days * (2 if kind is TransitKind.SEND_WITH_SLIP else 1)
    return calendar.add_working_days(slip_day, days)


def scope_between(
    from_zone: str | None,
    to_zone: str | None,
    *,
    same_province: bool = True,
    major_cities: bool = False,
) -> TransitScope:
    """The scope of a way between two zones.

    An unknown zone counts as the same one: the shorter promise is the one that harms nobody.
    """
    if not same_province:
        return TransitScope.MAJOR_CITIES if major_cities else TransitScope.INTER_PROVINCE
    if from_zone and to_zone and from_zone != to_zone:
        return TransitScope.SAME_PROVINCE
    return TransitScope.SAME_ZONE


@dataclass(frozen=True, slots=True)
class PromiseState:
    """How a promise stands on a day. `working_days_left` is negative once it is late."""

    due_on: date
    working_days_left: int

    @property
    def late(self) -> bool:
        return self.working_days_left < 0


def promise_state(due_on: date, on: date, calendar: WorkingCalendar) -> PromiseState:
    """Working days from `on` to `due_on`: 0 = today is the last day, and what comes before is
    more urgent; on a rest day before the due day the next working day counts as day 1."""
    left = calendar.working_days_between(on, due_on)
    if on > due_on and left == 0:
        left = -1  # due on a Friday, looked at on Saturday: late, though no working day has passed
    return PromiseState(due_on=due_on, working_days_left=left)

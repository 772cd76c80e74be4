"""The courier's day as a table of steps, from the roster to the settled cash (DOMAIN §4)."""

from enum import StrEnum


class DayState(StrEnum):
    """How far a courier's day has come; the order is the order of the day."""

    ROSTERED = "ROSTERED"
    OPENED = "OPENED"
    """Identity, device, slips, seals, bags and change money are there."""
    ROUTE_ACCEPTED = "ROUTE_ACCEPTED"
    ON_ROUTE = "ON_ROUTE"
    ON_BREAK = "ON_BREAK"
    PAUSED = "PAUSED"
    """Storm, breakdown, an incident."""
    HANDED_TO_ANOTHER = "HANDED_TO_ANOTHER"
    FINISHING = "FINISHING"
    BACK = "BACK"
    """At the post office: items and signed papers are counted."""
    CASH_COUNTED = "CASH_COUNTED"
    SETTLED = "SETTLED"
    CLOSED = "CLOSED"


class DayEvent(StrEnum):
    """What the courier did with the day."""

    OPEN = "OPEN"
    ACCEPT_ROUTE = "ACCEPT_ROUTE"
    DEPART = "DEPART"
    START_BREAK = "START_BREAK"
    END_BREAK = "END_BREAK"
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    HAND_TO_ANOTHER = "HAND_TO_ANOTHER"
    START_FINISHING = "START_FINISHING"
    ARRIVE_BACK = "ARRIVE_BACK"
    COUNT_CASH = "COUNT_CASH"
    SETTLE = "SETTLE"
    CLOSE = "CLOSE"


DAY_MOVES: dict[tuple[DayState, DayEvent], DayState] = {
    (DayState.ROSTERED, DayEvent.OPEN): DayState.OPENED,
    (DayState.OPENED, DayEvent.ACCEPT_ROUTE): DayState.ROUTE_ACCEPTED,
    (DayState.ROUTE_ACCEPTED, DayEvent.DEPART): DayState.ON_ROUTE,
    (DayState.ON_ROUTE, DayEvent.START_BREAK): DayState.ON_BREAK,
    (DayState.ON_BREAK, DayEvent.END_BREAK): DayState.ON_ROUTE,
    (DayState.OPENED, DayEvent.PAUSE): DayState.PAUSED,
    (DayState.ROUTE_ACCEPTED, DayEvent.PAUSE): DayState.PAUSED,
    (DayState.ON_ROUTE, DayEvent.PAUSE): DayState.PAUSED,
    (DayState.ON_BREAK, DayEvent.PAUSE): DayState.PAUSED,
    (DayState.FINISHING, DayEvent.PAUSE): DayState.PAUSED,
    (DayState.PAUSED, DayEvent.RESUME): DayState.ON_ROUTE,
    (DayState.ON_ROUTE, DayEvent.HAND_TO_ANOTHER): DayState.HANDED_TO_ANOTHER,
    (DayState.ON_BREAK, DayEvent.HAND_TO_ANOTHER): DayState.HANDED_TO_ANOTHER,
    (DayState.PAUSED, DayEvent.HAND_TO_ANOTHER): DayState.HANDED_TO_ANOTHER,
    (DayState.ON_ROUTE, DayEvent.START_FINISHING): DayState.FINISHING,
    (DayState.PAUSED, DayEvent.START_FINISHING): DayState.FINISHING,
    (DayState.FINISHING, DayEvent.ARRIVE_BACK): DayState.BACK,
    (DayState.HANDED_TO_ANOTHER, DayEvent.ARRIVE_BACK): DayState.BACK,
    (DayState.BACK, DayEvent.COUNT_CASH): DayState.CASH_COUNTED,
    (DayState.CASH_COUNTED, DayEvent.SETTLE): DayState.SETTLED,
    (DayState.SETTLED, DayEvent.CLOSE): DayState.CLOSED,
}
"""(state before, event) → state after."""

TARGET_OF: dict[DayEvent, DayState] = {event: after for (_, event), after in DAY_MOVES.items()}
"""Every event leads to one state, wherever it starts."""

_ORDER = {state: place for place, state in enumerate(DayState)}
_RETURNS = frozenset({DayEvent.END_BREAK, DayEvent.RESUME})
"""Events that lead back to the road: they close something that must have been open."""


class DayVerdict(StrEnum):
    """What to do with a reported step."""

    STEP = "STEP"
    GAP = "GAP"
    """Steps before it were never reported: the fact counts, a person is told."""
    LATE = "LATE"
    """The day is already there or beyond: kept, and moves nothing."""


def judge_step(state: DayState, event: DayEvent) -> tuple[DayVerdict, DayState]:
    """How a reported step meets the day, and the state after it. A fact is never refused."""
    if after := DAY_MOVES.get((state, event)):
        return DayVerdict.STEP, after
    target = TARGET_OF[event]
    if event in _RETURNS or _ORDER[target] <= _ORDER[state]:
        return DayVerdict.LATE, state
    return DayVerdict.GAP, target

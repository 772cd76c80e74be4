"""What the log does with a fact: move the papers, bridge what nobody reported, or bear witness.

Facts win over plans and are never refused (SYNC §7); this is the table behind it, without rows.
"""

from enum import StrEnum

from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.transitions import MOVES, Side

_PROGRESS = {
    State.ANNOUNCED: 0,
    State.CHECKED: 0,
    State.INCOMPLETE: 0,
    State.LISTED: 0,
    State.SEALED: 0,
    State.WITH_COURIER: 1,
    State.PRESENTED: 1,
    State.REFUSED: 1,
    State.AT_POST_OFFICE: 1,
    State.HANDED_OVER: 2,
    State.RESULT_READY: 3,
    State.RESULT_WITH_COURIER: 4,
    State.OUT_FOR_DELIVERY: 4,
    State.RESULT_REFUSED: 4,
    State.RESULT_AT_POST_OFFICE: 4,
    State.RESULT_RETURNED: 5,
    State.DELIVERED: 5,
    State.RETURNED: 5,
}
"""How far along the journey a state is."""

_SHUTTLES = frozenset(
    {Event.DEPOSITED, Event.TAKEN_FROM_POST_OFFICE, Event.FORWARDED, Event.EXCHANGED}
)
"""Moves that may happen again and again on one stretch of the journey."""


class Verdict(StrEnum):
    """What to do with a reported move."""

    MOVE = "MOVE"
    GAP = "GAP"
    """Steps before it are missing: bridge them, then move."""
    LATE = "LATE"
    """The log is already there or beyond: keep it as a witness."""


def judge(state: State, keeper: Side, fact: Event, *, giver: Side, receiver: Side) -> Verdict:
    """How a reported move meets the present state and keeper of its dossier."""
    if (state, fact) in MOVES and keeper == giver:
        return Verdict.MOVE
    reached = _PROGRESS[state]
    targets = {_PROGRESS[after] for (_, event), after in MOVES.items() if event is fact}
    if reached in targets and fact in _SHUTTLES:
        return Verdict.LATE if keeper == receiver else Verdict.GAP
    return Verdict.LATE if reached >= max(targets) else Verdict.GAP

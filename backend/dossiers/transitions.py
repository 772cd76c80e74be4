"""Which custody event may follow which state, and who gives to whom: the table, and no rows.

A move hands the papers on; a note (a failed attempt, a result announced) leaves them where they
are. A report that came too late to move anything is kept as a witness: giver and receiver are
both the present keeper, and the state stays.
"""

import uuid
from dataclasses import dataclass

from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.models import KeeperKind as Holder

HOLDER_OF: dict[State, Holder] = {
    State.ANNOUNCED: Holder.CITIZEN,
    State.WITH_COURIER: Holder.COURIER,
    State.AT_POST_OFFICE: Holder.POST_OFFICE,
    State.HANDED_OVER: Holder.OFFICE,
    State.RESULT_READY: Holder.OFFICE,
    State.RESULT_WITH_COURIER: Holder.COURIER,
    State.RESULT_AT_POST_OFFICE: Holder.POST_OFFICE,
    State.DELIVERED: Holder.CITIZEN,
    State.RETURNED: Holder.CITIZEN,
}
"""The kind of keeper that a state implies."""

FIRST_STATES = frozenset(
    {
        State.ANNOUNCED,
        State.AT_POST_OFFICE,
        State.HANDED_OVER,
        State.RESULT_READY,
        State.RESULT_AT_POST_OFFICE,
    }
)
"""Where a dossier may stand when the service first hears of it."""

MOVES: dict[tuple[State, Event], State] = {
    (State.ANNOUNCED, Event.COLLECTED): State.WITH_COURIER,
    (State.ANNOUNCED, Event.DEPOSITED): State.AT_POST_OFFICE,
    (State.WITH_COURIER, Event.HANDED_OVER): State.HANDED_OVER,
    (State.WITH_COURIER, Event.DEPOSITED): State.AT_POST_OFFICE,
    (State.WITH_COURIER, Event.RETURNED_TO_SENDER): State.RETURNED,
    (State.AT_POST_OFFICE, Event.TAKEN_FROM_POST_OFFICE): State.WITH_COURIER,
    (State.HANDED_OVER, Event.FETCHED): State.RESULT_WITH_COURIER,
    (State.RESULT_READY, Event.FETCHED): State.RESULT_WITH_COURIER,
    (State.RESULT_WITH_COURIER, Event.DELIVERED): State.DELIVERED,
    (State.RESULT_WITH_COURIER, Event.DEPOSITED): State.RESULT_AT_POST_OFFICE,
    (State.RESULT_AT_POST_OFFICE, Event.TAKEN_FROM_POST_OFFICE): State.RESULT_WITH_COURIER,
}
"""Events that change the keeper: (state before, event) → state after."""

_ATTEMPTED = frozenset(State) - {State.DELIVERED, State.RETURNED}

NOTES: dict[tuple[State, Event], State] = {
    (State.HANDED_OVER, Event.RESULT_READY): State.RESULT_READY,
    **{(state, Event.ATTEMPT_FAILED): state for state in sorted(_ATTEMPTED)},
}
"""Events that leave the keeper: (state before, event) → state after."""


type Side = tuple[Holder, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a log says at one position: the state and who holds the dossier."""

    state: State
    keeper: Side


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a log as the rules see it; `state` is the one after it."""

    event: Event
    state: State
    giver: Side
    receiver: Side

    @property
    def stays(self) -> bool:
        """Whether the keeper is the same after it."""
        return self.giver == self.receiver

    def leaves(self) -> Standing:
        """Where the dossier stands after this line."""
        return Standing(self.state, self.receiver)


def find_next_state(state: State, event: Event) -> State | None:
    """The state that a move or a note leads to, or None if it cannot follow."""
    return MOVES.get((state, event)) or NOTES.get((state, event))


def state_before(event: Event, state: State) -> State:
    """The state from which a move must have started, for papers that stood in `state`.

    Several states can precede a deposit or a taking: papers stay papers and results results.
    """
    starts = [before for before, moved in MOVES if moved is event]
    if not starts:
        raise ValueError(f"{event} moves nothing")
    same_half = [before for before in starts if is_result(before) == is_result(state)]
    return (same_half or starts)[-1]


def is_result(state: State) -> bool:
    """Whether the office's answer, not the application, is what is kept."""
    return state in {
        State.RESULT_READY,
        State.RESULT_WITH_COURIER,
        State.RESULT_AT_POST_OFFICE,
        State.DELIVERED,
    }


def find_defect(before: Standing | None, step: Step) -> str | None:
    """Why `step` cannot follow `before` (None = there is no earlier line), or None if it can."""
    if HOLDER_OF[step.state] is not step.receiver[0]:
        return f"a {step.receiver[0]} cannot hold a dossier that is {step.state}"
    if before is None:
        return _defect_of_first(step)
    if step.giver != before.keeper:
        return "the giver is not the keeper that the line before left"
    match step.event:
        case Event.ANNOUNCED:
            return "a dossier is announced once"
        case Event.GAP:
            return "a gap that bridges nothing" if step.leaves() == before else None
        case _:
            return _defect_of_report(before.state, step)


def _defect_of_first(step: Step) -> str | None:
    if step.event is not Event.ANNOUNCED:
        return f"a log starts with ANNOUNCED, not {step.event}"
    if not step.stays:
        return "an announcement hands nothing on"
    return None if step.state in FIRST_STATES else f"a dossier cannot start {step.state}"


def _defect_of_report(before: State, step: Step) -> str | None:
    allowed = (NOTES if step.stays else MOVES).get((before, step.event))
    if allowed is None and step.stays:
        unchanged = step.state is before
        return None if unchanged else "a report that moved nothing changed the state"
    if allowed is None:
        return f"{step.event} cannot follow {before}"
    return None if step.state is allowed else f"{step.event} leads to {allowed}, not {step.state}"

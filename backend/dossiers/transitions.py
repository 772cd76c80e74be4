"""Which custody event may follow which state, and who gives to whom: tables, and no rows.

A move hands the papers on; a note (a failed attempt, a result announced) leaves them where they
are. A report that came too late to move anything is kept as a witness: giver and receiver are
both the present keeper, and the state stays. docs/state-machines.md is written from these tables.
"""

import uuid
from dataclasses import dataclass

from backend.dossiers.models import Condition
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.models import KeeperKind as Holder

HOLDER_OF: dict[State, Holder] = {
    State.ANNOUNCED: Holder.CITIZEN,
    State.CHECKED: Holder.CITIZEN,
    State.INCOMPLETE: Holder.CITIZEN,
    State.LISTED: Holder.CITIZEN,
    State.SEALED: Holder.CITIZEN,
    State.WITH_COURIER: Holder.COURIER,
    State.PRESENTED: Holder.COURIER,
    State.REFUSED: Holder.COURIER,
    State.AT_POST_OFFICE: Holder.POST_OFFICE,
    State.HANDED_OVER: Holder.OFFICE,
    State.RESULT_READY: Holder.OFFICE,
    State.RESULT_WITH_COURIER: Holder.COURIER,
    State.OUT_FOR_DELIVERY: Holder.COURIER,
    State.RESULT_REFUSED: Holder.COURIER,
    State.RESULT_AT_POST_OFFICE: Holder.POST_OFFICE,
    State.RESULT_RETURNED: Holder.OFFICE,
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

FINAL_STATES = frozenset({State.DELIVERED, State.RETURNED})
"""Nothing is carried from there."""

NEVER_TAKEN = frozenset(s for s, h in HOLDER_OF.items() if h is Holder.CITIZEN) - FINAL_STATES
"""Nobody has carried them yet."""

MOVES: dict[tuple[State, Event], State] = {
    # A phone may report checking, listing, sealing and taking one by one or as one act.
    (State.ANNOUNCED, Event.COLLECTED): State.WITH_COURIER,
    (State.CHECKED, Event.COLLECTED): State.WITH_COURIER,
    (State.LISTED, Event.COLLECTED): State.WITH_COURIER,
    (State.SEALED, Event.COLLECTED): State.WITH_COURIER,
    (State.ANNOUNCED, Event.DEPOSITED): State.AT_POST_OFFICE,
    (State.SEALED, Event.DEPOSITED): State.AT_POST_OFFICE,
    (State.WITH_COURIER, Event.DEPOSITED): State.AT_POST_OFFICE,
    (State.REFUSED, Event.DEPOSITED): State.AT_POST_OFFICE,
    (State.AT_POST_OFFICE, Event.TAKEN_FROM_POST_OFFICE): State.WITH_COURIER,
    (State.AT_POST_OFFICE, Event.FORWARDED): State.AT_POST_OFFICE,
    (State.AT_POST_OFFICE, Event.PICKED_UP): State.RETURNED,
    (State.WITH_COURIER, Event.EXCHANGED): State.WITH_COURIER,
    (State.REFUSED, Event.EXCHANGED): State.REFUSED,
    (State.WITH_COURIER, Event.HANDED_OVER): State.HANDED_OVER,
    (State.PRESENTED, Event.HANDED_OVER): State.HANDED_OVER,
    # Office and post office in one house, or a seconded clerk: nothing is ridden between them.
    (State.AT_POST_OFFICE, Event.HANDED_OVER): State.HANDED_OVER,
    (State.RESULT_READY, Event.DEPOSITED): State.RESULT_AT_POST_OFFICE,
    (State.RESULT_AT_POST_OFFICE, Event.RETURNED_TO_OFFICE): State.RESULT_RETURNED,
    (State.WITH_COURIER, Event.RETURNED_TO_SENDER): State.RETURNED,
    (State.REFUSED, Event.RETURNED_TO_SENDER): State.RETURNED,
    (State.HANDED_OVER, Event.FETCHED): State.RESULT_WITH_COURIER,
    (State.RESULT_READY, Event.FETCHED): State.RESULT_WITH_COURIER,
    (State.RESULT_WITH_COURIER, Event.DELIVERED): State.DELIVERED,
    (State.OUT_FOR_DELIVERY, Event.DELIVERED): State.DELIVERED,
    (State.RESULT_WITH_COURIER, Event.DEPOSITED): State.RESULT_AT_POST_OFFICE,
    (State.OUT_FOR_DELIVERY, Event.DEPOSITED): State.RESULT_AT_POST_OFFICE,
    (State.RESULT_REFUSED, Event.DEPOSITED): State.RESULT_AT_POST_OFFICE,
    (State.RESULT_AT_POST_OFFICE, Event.TAKEN_FROM_POST_OFFICE): State.RESULT_WITH_COURIER,
    (State.RESULT_AT_POST_OFFICE, Event.FORWARDED): State.RESULT_AT_POST_OFFICE,
    (State.RESULT_AT_POST_OFFICE, Event.PICKED_UP): State.DELIVERED,
    (State.RESULT_WITH_COURIER, Event.EXCHANGED): State.RESULT_WITH_COURIER,
    (State.RESULT_REFUSED, Event.EXCHANGED): State.RESULT_REFUSED,
    (State.RESULT_WITH_COURIER, Event.RETURNED_TO_OFFICE): State.RESULT_RETURNED,
    (State.RESULT_REFUSED, Event.RETURNED_TO_OFFICE): State.RESULT_RETURNED,
}
"""Events that change the keeper: (state before, event) → state after."""

USUAL_START: dict[Event, tuple[State, ...]] = {
    Event.COLLECTED: (State.ANNOUNCED,),
    Event.DEPOSITED: (State.WITH_COURIER, State.RESULT_WITH_COURIER),
    Event.TAKEN_FROM_POST_OFFICE: (State.AT_POST_OFFICE, State.RESULT_AT_POST_OFFICE),
    Event.FORWARDED: (State.AT_POST_OFFICE, State.RESULT_AT_POST_OFFICE),
    Event.PICKED_UP: (State.AT_POST_OFFICE, State.RESULT_AT_POST_OFFICE),
    Event.EXCHANGED: (State.WITH_COURIER, State.RESULT_WITH_COURIER),
    Event.HANDED_OVER: (State.WITH_COURIER,),
    Event.RETURNED_TO_SENDER: (State.WITH_COURIER,),
    Event.FETCHED: (State.HANDED_OVER, State.RESULT_READY),
    Event.DELIVERED: (State.RESULT_WITH_COURIER,),
    Event.RETURNED_TO_OFFICE: (State.RESULT_WITH_COURIER,),
}
"""Where a move starts when nobody reported the steps before it: as papers, as a result."""

_AT_THE_DOOR = (State.CHECKED, State.INCOMPLETE, State.LISTED, State.SEALED)
_BY_POST = tuple(s for s, h in HOLDER_OF.items() if h in {Holder.COURIER, Holder.POST_OFFICE})
_BY_COURIER = tuple(s for s, h in HOLDER_OF.items() if h is Holder.COURIER)
_KNOWN_TO_THE_OFFICE = tuple(s for s in State if s not in {State.ANNOUNCED, *_AT_THE_DOOR})
_MISHAPS = (Event.SEAL_BROKEN, Event.DAMAGED, Event.REWRAPPED, Event.LOST, Event.FOUND)

NOTES: dict[tuple[State, Event], State] = {
    (State.ANNOUNCED, Event.PAPERS_CHECKED): State.CHECKED,
    (State.INCOMPLETE, Event.PAPERS_CHECKED): State.CHECKED,
    (State.ANNOUNCED, Event.PAPERS_INCOMPLETE): State.INCOMPLETE,
    (State.CHECKED, Event.PAPERS_INCOMPLETE): State.INCOMPLETE,
    (State.INCOMPLETE, Event.PAPERS_INCOMPLETE): State.INCOMPLETE,
    (State.CHECKED, Event.PAPERS_LISTED): State.LISTED,
    (State.LISTED, Event.PAPERS_SEALED): State.SEALED,
    (State.WITH_COURIER, Event.PRESENTED): State.PRESENTED,
    (State.REFUSED, Event.PRESENTED): State.PRESENTED,
    (State.WITH_COURIER, Event.REFUSED_AT_DESK): State.REFUSED,
    (State.PRESENTED, Event.REFUSED_AT_DESK): State.REFUSED,
    (State.WITH_COURIER, Event.WRONG_OFFICE): State.WITH_COURIER,
    (State.PRESENTED, Event.WRONG_OFFICE): State.WITH_COURIER,
    (State.WITH_COURIER, Event.WITHDRAWN): State.WITH_COURIER,
    (State.PRESENTED, Event.WITHDRAWN): State.WITH_COURIER,
    (State.AT_POST_OFFICE, Event.WITHDRAWN): State.AT_POST_OFFICE,
    (State.HANDED_OVER, Event.RESULT_LATE): State.HANDED_OVER,
    (State.HANDED_OVER, Event.RESULT_READY): State.RESULT_READY,
    (State.RESULT_RETURNED, Event.RESULT_READY): State.RESULT_READY,
    (State.RESULT_WITH_COURIER, Event.OUT_FOR_DELIVERY): State.OUT_FOR_DELIVERY,
    (State.RESULT_WITH_COURIER, Event.INVITED): State.RESULT_WITH_COURIER,
    (State.RESULT_AT_POST_OFFICE, Event.INVITED): State.RESULT_AT_POST_OFFICE,
    (State.RESULT_WITH_COURIER, Event.RESULT_REFUSED): State.RESULT_REFUSED,
    (State.OUT_FOR_DELIVERY, Event.RESULT_REFUSED): State.RESULT_REFUSED,
    (State.HANDED_OVER, Event.REDIRECTED): State.HANDED_OVER,
    (State.RESULT_READY, Event.REDIRECTED): State.RESULT_READY,
    (State.RESULT_WITH_COURIER, Event.REDIRECTED): State.RESULT_WITH_COURIER,
    (State.OUT_FOR_DELIVERY, Event.REDIRECTED): State.RESULT_WITH_COURIER,
    (State.RESULT_AT_POST_OFFICE, Event.REDIRECTED): State.RESULT_AT_POST_OFFICE,
    (State.AT_POST_OFFICE, Event.UNCLAIMED): State.AT_POST_OFFICE,
    (State.RESULT_AT_POST_OFFICE, Event.UNCLAIMED): State.RESULT_AT_POST_OFFICE,
    (State.DELIVERED, Event.OFFICE_INFORMED): State.DELIVERED,
    # After a failed attempt the next one begins anew.
    **{(state, Event.ATTEMPT_FAILED): State.ANNOUNCED for state in _AT_THE_DOOR},
    (State.PRESENTED, Event.ATTEMPT_FAILED): State.WITH_COURIER,
    (State.OUT_FOR_DELIVERY, Event.ATTEMPT_FAILED): State.RESULT_WITH_COURIER,
    **{
        (state, Event.ATTEMPT_FAILED): state
        for state in State
        if state not in {*_AT_THE_DOOR, State.PRESENTED, State.OUT_FOR_DELIVERY, *FINAL_STATES}
    },
    **{(state, Event.OFFERED): state for state in _BY_COURIER},
    **{(state, Event.CASE_MOVED): state for state in _KNOWN_TO_THE_OFFICE},
    **{(state, event): state for event in _MISHAPS for state in _BY_POST},
}
"""Events that leave the keeper: (state before, event) → state after."""

CONDITIONS: dict[tuple[Condition, Event], Condition] = {
    (Condition.INTACT, Event.SEAL_BROKEN): Condition.SEAL_BROKEN,
    (Condition.DAMAGED, Event.SEAL_BROKEN): Condition.DAMAGED,
    (Condition.INTACT, Event.DAMAGED): Condition.DAMAGED,
    (Condition.SEAL_BROKEN, Event.DAMAGED): Condition.DAMAGED,
    (Condition.SEAL_BROKEN, Event.REWRAPPED): Condition.INTACT,
    (Condition.DAMAGED, Event.REWRAPPED): Condition.DAMAGED,
    (Condition.INTACT, Event.LOST): Condition.LOST,
    (Condition.SEAL_BROKEN, Event.LOST): Condition.LOST,
    (Condition.DAMAGED, Event.LOST): Condition.LOST,
    (Condition.LOST, Event.FOUND): Condition.SEAL_BROKEN,
}
"""What a mishap makes of the papers: (condition before, event) → condition after.

What was found again has been out of sight: its seal counts as broken until it is re-wrapped.
"""

ALREADY_DONE = "already_done"
CONFIRMED = "confirmed"
GAP_CLOSED = "gap_closed"
NOT_KEEPER = "not_keeper"
WITNESS_REASONS = frozenset({ALREADY_DONE, CONFIRMED, GAP_CLOSED, NOT_KEEPER})
"""Why a report moved nothing; a line with one of these reasons is a witness."""


type Side = tuple[Holder, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a log says at one position: the state, who holds the dossier, and how it is."""

    state: State
    keeper: Side
    condition: Condition = Condition.INTACT

    def after(self, step: "Step") -> "Standing":
        """Where the dossier stands after one more line."""
        condition = self.condition
        if not step.witness:
            condition = CONDITIONS.get((condition, step.event), condition)
        return Standing(step.state, step.receiver, condition)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a log as the rules see it; `state` is the one after it."""

    event: Event
    state: State
    giver: Side
    receiver: Side
    witness: bool = False
    """Kept and of no effect: who reported a mishap of papers that others hold harms nothing."""

    @property
    def stays(self) -> bool:
        """Whether the keeper is the same after it."""
        return self.giver == self.receiver

    def leaves(self) -> Standing:
        """Where intact papers stand after this line."""
        return Standing(self.state, self.receiver)


def find_next_state(state: State, event: Event) -> State | None:
    """The state that a move or a note leads to, or None if it cannot follow."""
    return MOVES.get((state, event)) or NOTES.get((state, event))


def find_next_condition(condition: Condition, event: Event) -> Condition | None:
    """The condition that an event leads to, or None if it cannot follow.

    An event that is no mishap leaves the condition, but what is lost does nothing before it is
    found.
    """
    if event in _MISHAPS:
        return CONDITIONS.get((condition, event))
    return None if condition is Condition.LOST and event is not Event.CASE_MOVED else condition


def state_before(event: Event, state: State) -> State:
    """The state from which a move must have started, for papers that stood in `state`.

    Several states can precede a deposit or a taking: papers stay papers and results results.
    """
    if event not in USUAL_START:
        raise ValueError(f"{event} moves nothing")
    starts = USUAL_START[event]
    same_half = [before for before in starts if is_result(before) == is_result(state)]
    return (same_half or starts)[0]


def is_result(state: State) -> bool:
    """Whether the office's answer, not the application, is what is kept."""
    return state in {
        State.RESULT_READY,
        State.RESULT_WITH_COURIER,
        State.OUT_FOR_DELIVERY,
        State.RESULT_REFUSED,
        State.RESULT_AT_POST_OFFICE,
        State.RESULT_RETURNED,
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
    changes = not step.stays or step.state is not before.state
    if step.event is Event.GAP and not changes:
        return "a gap that bridges nothing"
    if before.condition is Condition.LOST:
        return "a lost dossier is found before it goes on" if changes else None
    return None if step.event is Event.GAP else _defect_of_report(before.state, step)


def _defect_of_first(step: Step) -> str | None:
    if step.event is not Event.ANNOUNCED:
        return f"a log starts with ANNOUNCED, not {step.event}"
    if not step.stays:
        return "an announcement hands nothing on"
    return None if step.state in FIRST_STATES else f"a dossier cannot start {step.state}"


def _defect_of_report(before: State, step: Step) -> str | None:
    if step.event is Event.ANNOUNCED:
        return "a dossier is announced once"
    allowed = (NOTES if step.stays else MOVES).get((before, step.event))
    if allowed is None and step.stays:
        unchanged = step.state is before
        return None if unchanged else "a report that moved nothing changed the state"
    if allowed is None:
        return f"{step.event} cannot follow {before}"
    return None if step.state is allowed else f"{step.event} leads to {allowed}, not {step.state}"

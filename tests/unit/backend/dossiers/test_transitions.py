"""The rules of custody as a table: every lawful step passes and every other one has a reason."""

import itertools
import uuid

import pytest

from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.models import KeeperKind as Holder
from backend.dossiers.transitions import (
    FIRST_STATES,
    HOLDER_OF,
    MOVES,
    NOTES,
    Standing,
    Step,
    find_defect,
    find_next_state,
    state_before,
)

A = uuid.UUID(int=1)
B = uuid.UUID(int=2)


def standing(state: State, keeper_id: uuid.UUID = A) -> Standing:
    return Standing(state, (HOLDER_OF[state], keeper_id))


def moving(event: Event, before: Standing, state: State, receiver_id: uuid.UUID = B) -> Step:
    return Step(event, state, before.keeper, (HOLDER_OF[state], receiver_id))


def test_every_state_names_its_kind_of_keeper() -> None:
    assert HOLDER_OF.keys() == set(State)


@pytest.mark.parametrize(("key", "after"), MOVES.items(), ids=str)
def test_a_move_of_the_table_is_accepted(key: tuple[State, Event], after: State) -> None:
    before = standing(key[0])
    assert find_defect(before, moving(key[1], before, after)) is None


@pytest.mark.parametrize(("key", "after"), NOTES.items(), ids=str)
def test_a_note_of_the_table_leaves_the_keeper(key: tuple[State, Event], after: State) -> None:
    before = standing(key[0])
    assert find_defect(before, Step(key[1], after, before.keeper, before.keeper)) is None


def test_a_move_outside_the_table_is_refused() -> None:
    for state, event in itertools.product(State, Event):
        if event is Event.GAP or find_next_state(state, event):
            continue
        before = standing(state)
        for after in State:
            assert find_defect(before, moving(event, before, after)), (state, event, after)


def test_the_giver_must_be_the_keeper_of_the_line_before() -> None:
    before = standing(State.WITH_COURIER, A)
    forged = Step(Event.HANDED_OVER, State.HANDED_OVER, (Holder.COURIER, B), (Holder.OFFICE, B))
    assert find_defect(before, forged) == "the giver is not the keeper that the line before left"


def test_a_late_report_is_kept_as_a_witness_that_changes_nothing() -> None:
    before = standing(State.HANDED_OVER)
    side = before.keeper
    assert find_defect(before, Step(Event.COLLECTED, State.HANDED_OVER, side, side)) is None
    changed = Step(Event.COLLECTED, State.RESULT_READY, side, side)
    assert find_defect(before, changed) == "a report that moved nothing changed the state"


@pytest.mark.parametrize("state", State)
def test_a_log_starts_with_one_announcement_in_a_first_state(state: State) -> None:
    side = standing(state).keeper
    first = Step(Event.ANNOUNCED, state, side, side)
    assert (find_defect(None, first) is None) == (state in FIRST_STATES)
    assert find_defect(first.leaves(), first) == "a dossier is announced once"
    assert find_defect(None, Step(Event.COLLECTED, state, side, side)) is not None


def test_an_announcement_hands_nothing_on() -> None:
    step = Step(Event.ANNOUNCED, State.ANNOUNCED, (Holder.CITIZEN, A), (Holder.CITIZEN, B))
    assert find_defect(None, step) == "an announcement hands nothing on"


def test_a_gap_bridges_to_any_keeper_but_not_to_nothing() -> None:
    before = standing(State.ANNOUNCED)
    assert find_defect(before, moving(Event.GAP, before, State.WITH_COURIER)) is None
    nothing = Step(Event.GAP, State.ANNOUNCED, before.keeper, before.keeper)
    assert find_defect(before, nothing) == "a gap that bridges nothing"


@pytest.mark.parametrize("event", sorted({event for _, event in MOVES}))
@pytest.mark.parametrize("state", State)
def test_from_every_state_a_gap_and_then_the_fact_is_lawful(state: State, event: Event) -> None:
    start = state_before(event, state)
    before = standing(state)
    gap = moving(Event.GAP, before, start)
    assert find_defect(before, gap) is None
    assert find_defect(gap.leaves(), moving(event, gap.leaves(), MOVES[start, event], A)) is None


def test_a_deposit_keeps_papers_papers_and_results_results() -> None:
    assert state_before(Event.DEPOSITED, State.ANNOUNCED) is State.WITH_COURIER
    assert state_before(Event.DEPOSITED, State.RESULT_READY) is State.RESULT_WITH_COURIER


def test_a_note_has_no_state_before_to_find() -> None:
    with pytest.raises(ValueError, match="moves nothing"):
        state_before(Event.ATTEMPT_FAILED, State.ANNOUNCED)

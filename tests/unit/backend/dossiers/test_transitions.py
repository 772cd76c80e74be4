"""The rules of custody as tables: every lawful step passes and every other one has a reason."""

import itertools
import uuid
from dataclasses import replace

import pytest

from backend.dossiers.models import Condition
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.models import KeeperKind as Holder
from backend.dossiers.transitions import (
    CONDITIONS,
    FINAL_STATES,
    FIRST_STATES,
    HOLDER_OF,
    MOVES,
    NOTES,
    USUAL_START,
    Standing,
    Step,
    find_defect,
    find_next_condition,
    find_next_state,
    state_before,
)

A = uuid.UUID(int=1)
B = uuid.UUID(int=2)
MISHAPS = frozenset(event for _, event in CONDITIONS)


def standing(
    state: State, keeper_id: uuid.UUID = A, condition: Condition = Condition.INTACT
) -> Standing:
    return Standing(state, (HOLDER_OF[state], keeper_id), condition)


def moving(event: Event, before: Standing, state: State, receiver_id: uuid.UUID = B) -> Step:
    return Step(event, state, before.keeper, (HOLDER_OF[state], receiver_id))


def noting(event: Event, before: Standing, state: State) -> Step:
    return Step(event, state, before.keeper, before.keeper)


def test_every_state_names_its_kind_of_keeper() -> None:
    assert HOLDER_OF.keys() == set(State)


@pytest.mark.parametrize(("key", "after"), MOVES.items(), ids=str)
def test_a_move_of_the_table_is_accepted(key: tuple[State, Event], after: State) -> None:
    before = standing(key[0])
    assert find_defect(before, moving(key[1], before, after)) is None


@pytest.mark.parametrize(("key", "after"), NOTES.items(), ids=str)
def test_a_note_of_the_table_leaves_the_keeper(key: tuple[State, Event], after: State) -> None:
    before = standing(key[0])
    assert find_defect(before, noting(key[1], before, after)) is None
    assert HOLDER_OF[key[0]] is HOLDER_OF[after]


def test_a_row_is_a_move_or_a_note_and_never_both() -> None:
    assert not MOVES.keys() & NOTES.keys()
    assert Event.GAP not in {event for _, event in (*MOVES, *NOTES)}


@pytest.mark.parametrize("state", State)
def test_every_move_outside_the_table_is_refused(state: State) -> None:
    before = standing(state)
    for event, after in itertools.product(Event, State):
        if event is not Event.GAP and MOVES.get((state, event)) is not after:
            assert find_defect(before, moving(event, before, after)), (event, after)


@pytest.mark.parametrize("state", State)
def test_every_change_of_state_without_a_row_is_refused(state: State) -> None:
    before = standing(state)
    for event, after in itertools.product(Event, State):
        lawful = NOTES.get((state, event)) is after or event is Event.GAP
        if not lawful and after is not state and HOLDER_OF[after] is HOLDER_OF[state]:
            assert find_defect(before, noting(event, before, after)), (event, after)


def test_nothing_is_carried_from_where_a_journey_ends() -> None:
    assert not {state for state, _ in MOVES} & FINAL_STATES


def test_every_state_can_be_reached_and_every_journey_can_end() -> None:
    ways = {(before, after) for (before, _), after in (*MOVES.items(), *NOTES.items())}

    def closure(start: set[State], forward: bool) -> set[State]:
        known = set(start)
        while True:
            found = {b if forward else a for a, b in ways if (a if forward else b) in known}
            if found <= known:
                return known
            known |= found

    assert closure(set(FIRST_STATES), forward=True) == set(State)
    assert closure(set(FINAL_STATES), forward=False) == set(State)


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


def test_every_move_has_a_usual_start_and_a_note_has_none() -> None:
    assert USUAL_START.keys() == {event for _, event in MOVES}
    assert {(start, event) for event, all_ in USUAL_START.items() for start in all_} <= MOVES.keys()
    with pytest.raises(ValueError, match="moves nothing"):
        state_before(Event.ATTEMPT_FAILED, State.ANNOUNCED)


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("event", sorted(MISHAPS))
def test_a_mishap_leads_where_the_table_says_and_nowhere_else(
    condition: Condition, event: Event
) -> None:
    expected = CONDITIONS.get((condition, event))
    assert find_next_condition(condition, event) is expected
    before = standing(State.WITH_COURIER, condition=condition)
    told = noting(event, before, before.state)
    assert before.after(told).condition is (expected or condition)
    assert before.after(replace(told, witness=True)).condition is condition


@pytest.mark.parametrize("state", [s for s, h in HOLDER_OF.items() if h is Holder.COURIER])
def test_what_is_lost_goes_nowhere_before_it_is_found(state: State) -> None:
    lost = standing(state, condition=Condition.LOST)
    for event, after in itertools.product(Event, State):
        if event is Event.ANNOUNCED:
            continue
        assert find_defect(lost, moving(event, lost, after)), (event, after)
        witnessed = find_defect(lost, noting(event, lost, after))
        assert (witnessed is None) == (after is state and event is not Event.GAP), (event, after)
        if event not in {Event.FOUND, Event.CASE_MOVED}:
            assert find_next_condition(Condition.LOST, event) is None
    found = lost.after(noting(Event.FOUND, lost, state))
    assert found.condition is Condition.SEAL_BROKEN
    for event in {event for before, event in MOVES if before is state}:
        step = moving(event, found, MOVES[state, event])
        assert find_defect(found, step) is None
        assert find_next_condition(found.condition, event) is found.condition


def test_a_mishap_happens_only_to_papers_in_the_hands_of_the_post() -> None:
    for state, event in itertools.product(State, MISHAPS):
        by_post = HOLDER_OF[state] in {Holder.COURIER, Holder.POST_OFFICE}
        assert (find_next_state(state, event) is state) == by_post

"""Every fact meets every state: it moves the papers, bridges a gap, or bears witness."""

import itertools
import uuid

import pytest

from backend.courier_day.conflicts import Verdict, judge
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.models import KeeperKind as Holder
from backend.dossiers.transitions import HOLDER_OF, MOVES, USUAL_START, state_before

ME, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
FACTS = sorted({event for _, event in MOVES})


def sides(fact: Event) -> tuple[tuple[Holder, uuid.UUID], tuple[Holder, uuid.UUID]]:
    """Giver and receiver kinds of a fact, both called ME."""
    before = USUAL_START[fact][0]
    after = MOVES[before, fact]
    return (HOLDER_OF[before], ME), (HOLDER_OF[after], ME)


@pytest.mark.parametrize(("key", "after"), MOVES.items(), ids=str)
def test_the_expected_move_is_a_move(key: tuple[State, Event], after: State) -> None:
    state, fact = key
    giver, receiver = (HOLDER_OF[state], ME), (HOLDER_OF[after], ME)
    assert judge(state, giver, fact, giver=giver, receiver=receiver) is Verdict.MOVE


def test_every_fact_has_a_verdict_in_every_state_and_gaps_can_be_bridged() -> None:
    for state, fact in itertools.product(State, FACTS):
        giver, receiver = sides(fact)
        verdict = judge(state, (HOLDER_OF[state], OTHER), fact, giver=giver, receiver=receiver)
        assert verdict is not Verdict.MOVE  # the giver is not the keeper
        if verdict is Verdict.GAP:
            assert (state_before(fact, state), fact) in MOVES


@pytest.mark.parametrize(
    ("state", "fact", "verdict"),
    [
        (State.ANNOUNCED, Event.HANDED_OVER, Verdict.GAP),
        (State.AT_POST_OFFICE, Event.HANDED_OVER, Verdict.GAP),
        (State.WITH_COURIER, Event.HANDED_OVER, Verdict.GAP),
        (State.WITH_COURIER, Event.COLLECTED, Verdict.LATE),
        (State.AT_POST_OFFICE, Event.COLLECTED, Verdict.LATE),
        (State.HANDED_OVER, Event.COLLECTED, Verdict.LATE),
        (State.HANDED_OVER, Event.HANDED_OVER, Verdict.LATE),
        (State.DELIVERED, Event.DELIVERED, Verdict.LATE),
        (State.RETURNED, Event.COLLECTED, Verdict.LATE),
        (State.WITH_COURIER, Event.DEPOSITED, Verdict.GAP),
        (State.ANNOUNCED, Event.TAKEN_FROM_POST_OFFICE, Verdict.GAP),
        (State.WITH_COURIER, Event.TAKEN_FROM_POST_OFFICE, Verdict.GAP),
        (State.ANNOUNCED, Event.FETCHED, Verdict.GAP),
        (State.RESULT_WITH_COURIER, Event.FETCHED, Verdict.LATE),
        (State.HANDED_OVER, Event.DELIVERED, Verdict.GAP),
        (State.DELIVERED, Event.DEPOSITED, Verdict.LATE),
    ],
)
def test_papers_in_other_hands_are_judged_by_how_far_the_journey_has_come(
    state: State, fact: Event, verdict: Verdict
) -> None:
    giver, receiver = sides(fact)
    keeper = (HOLDER_OF[state], OTHER)
    assert judge(state, keeper, fact, giver=giver, receiver=receiver) is verdict


@pytest.mark.parametrize("fact", [Event.DEPOSITED, Event.TAKEN_FROM_POST_OFFICE])
def test_a_shuttle_reported_twice_is_late_the_second_time(fact: Event) -> None:
    giver, receiver = sides(fact)
    state = MOVES[state_before(fact, State.WITH_COURIER), fact]
    assert judge(state, receiver, fact, giver=giver, receiver=receiver) is Verdict.LATE

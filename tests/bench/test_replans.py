"""The judge of replanned days finds what is wrong with them, and nothing wrong with some."""

from collections import Counter
from dataclasses import replace

import pytest

from routing import schedule
from routing.replan import Replan
from tests.bench.replans import ROUNDS, a_changed_day, judged
from tests.builders.changed_days import ChangedDay, faults_of
from tests.builders.kept_rooms import rooms_lost, with_rooms, works_with_room
from tests.builders.places_overlooked import places_overlooked

BUSY = 81
"""A day on which a courier drops out, two visits are urgent and seventeen promises are touched."""

ROOMY = 89
"""A day on which urgent visits find a place though no promise may be touched."""


CROWDED = (135, 444, 543, 1289)
"""Days on which urgent visits took what a promise needed that was not to be touched."""

SPARED = (967, 1241, 1335, 1595)
"""Days on which a search that kept its promises left undone, or without a room, what had a place:
with a promise more touched, in the stead of a room, or where only an exact trial looks."""

HELD_LONG = 339
"""A day on which waiting for one promise would miss the window of a visit behind it."""

SOLD = 11
"""A day on which a courier drops out, three visits are urgent and four windows were sold."""


@pytest.mark.parametrize("number", [22, ROOMY, 148, 286])
def test_days_with_little_room_are_replanned_within_their_rules(number: int) -> None:
    count: Counter[str] = Counter()
    assert judged(number, count) == []
    assert count["tasks done"] > 0


@pytest.mark.parametrize("number", CROWDED)
def test_new_work_stays_undone_where_it_would_break_the_budget(number: int) -> None:
    assert judged(number, Counter(), most_sold=4) == []


@pytest.mark.parametrize("number", SPARED)
def test_what_is_undone_takes_the_last_places_that_the_budget_has(number: int) -> None:
    assert judged(number, Counter(), most_sold=4) == []


def test_nobody_is_held_back_for_a_promise_until_another_window_is_missed() -> None:
    assert judged(HELD_LONG, Counter(), most_sold=4) == []


@pytest.fixture(scope="module")
def busy() -> tuple[ChangedDay, Replan]:
    day = a_changed_day(BUSY)
    return day, day.replanned(iterations=ROUNDS, seed=BUSY)


def test_an_answer_that_keeps_quiet_about_a_promise_or_a_loss_is_found(busy) -> None:
    day, answer = busy
    assert faults_of(day, answer) == []
    (said,) = faults_of(day, replace(answer, touched=answer.touched[1:]))
    assert said.startswith("touched are")
    (said,) = faults_of(day, replace(answer, lost=answer.lost[1:]))
    assert said.startswith("lost are")


def test_an_answer_that_changes_the_past_is_found(busy) -> None:
    day, answer = busy
    state = next(state for state in day.states if len(state.done) > 1)
    earlier = replace(state, done=state.done[:-2] + state.done[:-3:-1])
    (said,) = faults_of(replace(day, states=(earlier,)), answer)[:1]
    assert "did" in said


def test_a_bag_that_changes_hands_is_found() -> None:
    day = a_changed_day(ROOMY)
    answer = day.replanned(iterations=ROUNDS, seed=ROOMY)
    stayed = replace(day, dropped=())
    assert any("leaves the bag" in said for said in faults_of(stayed, answer))


def test_work_left_undone_that_has_a_place_is_found() -> None:
    day = a_changed_day(ROOMY)
    answer = day.replanned(iterations=ROUNDS, seed=ROOMY)
    assert places_overlooked(day, answer) == []
    tasks = {"home-12", "counter-12"}
    orders = {v: tuple(t for t in o if t not in tasks) for v, o in answer.solution.orders.items()}
    poorer = replace(answer, solution=schedule(answer.problem, orders))
    assert any("visit-12 is undone" in said for said in places_overlooked(day, poorer))


def test_a_day_with_windows_sold_is_replanned_around_them() -> None:
    count: Counter[str] = Counter()
    assert judged(SOLD, count, most_sold=4) == []
    assert (count["sold"], count["sold without room"]) == (4, 0)


@pytest.fixture(scope="module")
def sold() -> tuple[ChangedDay, Replan]:
    day = a_changed_day(SOLD, most_sold=4)
    return day, day.replanned(iterations=ROUNDS, seed=SOLD)


def test_room_that_a_replan_gives_away_is_found(sold) -> None:
    day, answer = sold
    assert works_with_room(day, answer) == day.sold
    unkept = replace(answer, with_room=answer.solution.orders)
    assert any("lost its room" in said for said in rooms_lost(day, unkept))


def test_a_window_sold_that_stays_in_the_plan_is_found(sold) -> None:
    day, answer = sold
    problem, whole = with_rooms(day, answer)
    said = rooms_lost(day, replace(answer, problem=problem, solution=whole))
    assert sum("is in the answer" in each for each in said) == 4
    assert any("and the room was kept in" in each for each in said)

"""Which rows a plan stands on: any change is noticed and named, order and reading are not."""

from dataclasses import replace
from typing import Any

import pytest

from backend.planning.day_rows import DayRows
from backend.planning.fingerprint import digests, fingerprint, movement
from backend.planning.staleness import Staleness, contradictions
from geodata.point import Point
from tests.unit.backend.planning.day_builder import DayBuilder


@pytest.fixture
def day() -> DayRows:
    rows = DayBuilder()
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post, skills=frozenset({"A", "B", "C"}))
    rows.a_leg(home, office)
    rows.a_leg(office, home)
    return rows.day()


def test_the_same_rows_have_the_same_fingerprint(day: DayRows) -> None:
    again = replace(day, legs=tuple(reversed(day.legs)))
    assert fingerprint(digests(day)) == fingerprint(digests(again))
    assert not movement(digests(day), digests(again))


def changed(day: DayRows, what: str) -> DayRows:
    changes: dict[str, Any] = {
        "leg": lambda: {"legs": (replace(day.legs[0], cash_vnd=1), *day.legs[1:])},
        "shift": lambda: {"shifts": (replace(day.shifts[0], max_stops=3),)},
        "home": lambda: {
            "homes": {k: replace(h, point=Point(16.0, 108.0)) for k, h in day.homes.items()}
        },
        "office": lambda: {
            "offices": {k: replace(o, open_spans=()) for k, o in day.offices.items()}
        },
        "post_office": lambda: {
            "post_offices": {k: replace(p, open_spans=None) for k, p in day.post_offices.items()}
        },
    }
    return replace(day, **changes[what]())


@pytest.mark.parametrize("what", ["leg", "shift", "home", "office", "post_office"])
def test_a_changed_row_is_named_by_its_kind(day: DayRows, what: str) -> None:
    moved = movement(digests(day), digests(changed(day, what)))
    assert moved.counts() == {what: {"added": 0, "removed": 0, "changed": 1}}
    assert contradictions(Staleness(moved=moved))


def test_an_added_leg_contradicts_nothing_but_a_removed_one_does(day: DayRows) -> None:
    fewer = replace(day, legs=day.legs[:1])
    came = Staleness(moved=movement(digests(fewer), digests(day)))
    went = Staleness(moved=movement(digests(day), digests(fewer)))
    assert (came.in_words().en, contradictions(came)) == ("legs: 1 added", ())
    assert went.in_words().vi == "bớt 1 việc"
    assert len(contradictions(went)) == 1

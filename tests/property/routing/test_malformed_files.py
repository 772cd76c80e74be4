"""Whatever stands in a file, the answer is a problem or a list of what is wrong with it."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import InvalidOrder
from routing.formats.content import KINDS, kind_of_problem, parse_json
from routing.formats.errors import FormatError
from routing.formats.lilim import lilim_from_text
from routing.formats.own import problem_from_json, problem_to_json
from routing.formats.sartori import sartori_from_text
from routing.formats.solomon import solomon_from_text
from routing.formats.vroom import problem_from_vroom
from routing.formats.vroom_answer import differences, timed_from_answer
from tests.builders.trials import tried_on
from tests.builders.vroom_problems import a_vroom_problem
from tests.unit.routing.formats.public_texts import LILIM, SARTORI, SOLOMON

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([10**30, -(10**30), 2**31, 1e300, 0.5]),
    st.text(max_size=3),
    st.lists(st.integers(-2, 9), max_size=3),
    st.just({}),
    st.just([[1, 2], [3]]),
)


def _places(value, path=()):
    """Paths of everything inside a document."""
    yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(child, (*path, key))


def _spoiled(draw, document):
    """The document with one to three places replaced or taken out."""
    spoiled = deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(_places(spoiled))[1:]))
        inside = spoiled
        for key in path[:-1]:
            inside = inside[key]
        if draw(st.booleans()):
            inside[path[-1]] = deepcopy(draw(LEAVES))
        else:
            del inside[path[-1]]
        if not spoiled:
            return spoiled
    return spoiled


def _read_or_told(read, *arguments):
    """What `read` answers, or None once it has told what is wrong. Nothing else may happen."""
    try:
        return read(*arguments)
    except (FormatError, InvalidOrder) as wrong:
        told = getattr(wrong, "errors", (wrong,))
    assert all(str(error) for error in told)
    return None


@tried_on(150)
@given(st.data(), st.integers(0, 50))
def test_a_spoiled_vroom_file_is_read_or_told(data, seed):
    read = _read_or_told(problem_from_vroom, _spoiled(data.draw, a_vroom_problem(seed)))
    if read is not None:
        read.problem.validate()


@tried_on(100)
@given(st.data(), st.integers(0, 50))
def test_a_spoiled_own_file_is_read_or_told(data, seed):
    document = problem_to_json(problem_from_vroom(a_vroom_problem(seed)).problem)
    spoiled = _spoiled(data.draw, json.loads(json.dumps(document)))
    problem = _read_or_told(problem_from_json, spoiled)
    if problem is not None:
        problem.validate()


ANSWER = {
    "code": 0,
    "routes": [
        {
            "vehicle": 1,
            "cost": 7,
            "steps": [
                {"type": "start", "arrival": 5},
                {"type": "job", "id": 1, "arrival": 9, "waiting_time": 2},
                {"type": "end", "arrival": 30},
            ],
        }
    ],
}


@tried_on(100)
@given(st.data())
def test_a_spoiled_vroom_answer_is_read_or_told(data):
    problem = problem_from_vroom(a_vroom_problem(3)).problem
    answer = _spoiled(data.draw, ANSWER)
    timed = _read_or_told(timed_from_answer, problem, answer)
    if timed is not None:
        _read_or_told(differences, problem, timed, answer, None)


@pytest.mark.parametrize(
    ("text", "read"),
    [(LILIM, lilim_from_text), (SARTORI, sartori_from_text), (SOLOMON, solomon_from_text)],
)
@tried_on(60)
@given(data=st.data())
def test_a_spoiled_text_file_is_read_or_told(text, read, data):
    words = text.replace("\n", " \n ").replace("\t", " ").split(" ")
    odd = st.sampled_from(["", "x", "-3", "0", "7.5", "1e99999999", "999999999999", "\n", "²"])
    for _ in range(data.draw(st.integers(1, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(odd)
    instance = _read_or_told(read, " ".join(words))
    if instance is not None:
        instance.problem.validate()


@tried_on(100)
@given(st.text(max_size=40))
def test_any_text_has_a_kind_or_is_told_to_have_none(text):
    kind = _read_or_told(kind_of_problem, text, Path("file"))
    assert kind is None or kind in KINDS
    _read_or_told(parse_json, text, Path("file"))

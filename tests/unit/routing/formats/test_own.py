"""Our own JSON loses nothing and lets no typing mistake pass."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from routing import schedule
from routing.formats.errors import FormatError, FormatErrors
from routing.formats.own import (
    problem_from_json,
    problem_to_json,
    solution_from_json,
    solution_to_json,
)
from routing.trying.trial_model import TrialModel
from tests.builders.routing_problems import a_problem, small_problems


def _through_text(document):
    return json.loads(json.dumps(document))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_problems(metric=False))
def test_problems_and_solutions_survive(problem):
    assert problem_from_json(_through_text(problem_to_json(problem))) == problem
    every = [task.id for task in TrialModel(problem).tasks]
    solution = schedule(problem, {"v0": every}, place_breaks=True)
    assert solution_from_json(_through_text(solution_to_json(solution))) == solution


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "other/9"}, "format"),
        ({"kind": "solution"}, "kind"),
        ({"jobz": []}, "jobz"),
        ({"vehicles": [{"id": "v"}]}, r"vehicles\[0\]"),
        ({"epoch": "2026-11-23T00:00:00"}, "epoch"),
        ({"pins": [{"vehicle_id": "v1", "task_ids": [], "order": "MAYBE"}]}, r"pins\[0\].order"),
    ],
)
def test_a_mistake_is_named_by_its_path(change, path):
    document = _through_text(problem_to_json(a_problem())) | change
    with pytest.raises(FormatError, match=path):
        problem_from_json(document)


def test_all_mistakes_are_told_at_once():
    document = _through_text(problem_to_json(a_problem()))
    document |= {"epoch": 5, "jobz": [], "vehicles": [{"id": 7}, {"ident": "v2"}]}
    with pytest.raises(FormatErrors) as wrong:
        problem_from_json(document)
    paths = {error.path for error in wrong.value.errors}
    assert {"epoch", "jobz", "vehicles[0].id", "vehicles[0].start", "vehicles[1].ident"} <= paths

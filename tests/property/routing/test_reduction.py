"""What the compiled search says of works alone is what the exact trials say."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from routing.engines.ruin_recreate import lone_routes
from routing.engines.ruin_recreate.lone_routes import LoneRoutes
from routing.trying.reduction import ExactTrials, reduce_works
from routing.trying.trial_model import TrialModel
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on


@tried_on(150)
@given(st.booleans().flatmap(lambda metric: small_problems(metric=metric)))
def test_the_kernels_reduce_every_problem_as_the_exact_trials_do(problem):
    model = TrialModel(problem)
    assert reduce_works(model, trials=LoneRoutes) == reduce_works(model, trials=ExactTrials)


@tried_on(40)
@given(small_problems(metric=False), st.integers(1, 40))
def test_slices_of_any_size_hold_every_work_once(problem, routes_at_once):
    model = TrialModel(problem)
    works, vehicles = tuple(problem.works()), range(len(problem.vehicles))
    before, lone_routes.ROUTES_AT_ONCE = lone_routes.ROUTES_AT_ONCE, routes_at_once
    try:
        parts = LoneRoutes(model, works, vehicles).slices()
        found = reduce_works(model, trials=LoneRoutes)
    finally:
        lone_routes.ROUTES_AT_ONCE = before
    assert [number for part in parts for number in part] == list(range(len(works)))
    assert found == reduce_works(model)


@tried_on(40)
@given(small_problems(metric=False), st.integers(0, 5))
def test_after_a_stop_the_rest_counts_as_possible(problem, looks):
    model = TrialModel(problem)
    asked = count()
    stopped = reduce_works(model, lambda: next(asked) >= looks, LoneRoutes)
    whole = reduce_works(model)
    for work_id, vehicles in whole.allowed.items():
        assert set(vehicles) <= set(stopped.allowed[work_id])

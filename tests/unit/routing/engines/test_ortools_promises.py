"""OR-Tools keeps what a plan before promised in its own search, not only in what mends it after;
and its models do not outlive it."""

import gc
import time

import pytest

from routing import Stability
from routing.engines import SearchRequest, get_engine
from routing.engines.ortools_routing.model import RoutingModel
from routing.engines.request import Budget
from routing.trying.reduction import reduce_works
from routing.trying.trial_model import TrialModel
from tests.builders.routing_problems import a_problem, a_shipment, a_vehicle


def _orders(stability: Stability):
    """Three parcels on a line, for two vehicles of which one alone would ride least."""
    problem = a_problem(
        vehicles=(a_vehicle("v1"), a_vehicle("v2")),
        shipments=tuple(a_shipment(name, 1, 4) for name in ("a", "b", "c")),
        stability=stability,
    )
    model = TrialModel(problem)
    reduced = reduce_works(model, lambda: False)
    request = SearchRequest(
        model=model,
        works=reduced.works,
        allowed=reduced.allowed,
        budget=Budget(time.monotonic() + 30),
        seed=1,
        on_best=lambda _: None,
    )
    orders = get_engine("ortools")(request).orders
    return {i.split(".")[0]: v for v, order in orders.items() for i in order}


PROMISED = {"a": "v1", "b": "v2", "c": "v2"}


def test_without_a_price_one_vehicle_does_everything():
    assert len(set(_orders(Stability(vehicle_of=PROMISED)).values())) == 1


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_works_move_than_may(most):
    done = _orders(Stability(vehicle_of=PROMISED, most_moved=most))
    assert len(done) == 3
    moved = sum(done[work_id] != vehicle_id for work_id, vehicle_id in PROMISED.items())
    assert moved <= most
    if most:  # one vehicle rides 800 s, two ride 1600: what may move does
        assert len(set(done.values())) == 1


def test_a_work_moves_only_where_that_is_cheaper_than_its_price():
    kept = _orders(Stability(vehicle_of=PROMISED, price_per_moved=900))
    assert kept == PROMISED
    moved = _orders(Stability(vehicle_of=PROMISED, price_per_moved=700))
    assert set(moved.values()) == {"v2"}


def test_nothing_of_a_search_stays_in_memory_once_it_is_over():
    _orders(Stability())
    gc.collect()
    assert not [each for each in gc.get_objects() if isinstance(each, RoutingModel)]

"""What leaving a work out weighs: where exact penalties are too large, their order stays."""

from dataclasses import replace

import pytest

from routing import TravelMatrix
from routing.engines.ruin_recreate.penalties import MOST_PENALTIES, search_penalties
from routing.objective import SCALE
from routing.trying.trial_model import TrialModel
from routing.vehicles_first import weighted
from tests.builders.routing_problems import a_problem, a_shipment, a_vehicle

FAR = 10_000_000, 10_000_000


def a_far_flung_problem(works: int, **fields):
    """Legs as long as the cells of the largest Li-Lim instances, in 1/10,000 of their unit."""
    return a_problem(
        vehicles=tuple(a_vehicle(f"v{number}") for number in range(works // 2)),
        matrices={"default": TravelMatrix([[0, *FAR], [FAR[0], 0, FAR[0]], [*FAR, 0]])},
        shipments=tuple(a_shipment(f"s{number}", 1, 2, **fields) for number in range(works)),
    )


def test_penalties_that_fit_are_exact():
    problem = a_problem(shipments=(a_shipment("s1", 1, 2, penalty=77), a_shipment("s2", 1, 2)))
    model = TrialModel(problem)
    works = list(problem.works())
    assert search_penalties(model, works) == [
        77 * SCALE,
        model.penalties.worse_than_any_plan * SCALE,
    ]


@pytest.mark.parametrize("works", [500, 1_000])
def test_a_vehicle_is_called_in_before_a_work_is_left_out_where_vehicles_weigh_most(works):
    problem, weight = weighted(a_far_flung_problem(works))
    model = TrialModel(problem)
    penalties = search_penalties(model, list(problem.works()))
    assert model.penalties.worse_than_any_plan * SCALE * works > MOST_PENALTIES
    assert min(penalties) >= 2 * weight * SCALE
    assert sum(penalties) <= MOST_PENALTIES


def test_large_priorities_keep_their_order_and_fit_into_63_bits():
    problem = a_far_flung_problem(400)
    ranked = tuple(
        replace(shipment, priority=number % 101)
        for number, shipment in enumerate(problem.shipments)
    )
    problem, weight = weighted(replace(problem, shipments=ranked))
    penalties = search_penalties(TrialModel(problem), ranked)
    by_priority = sorted({(w.priority, p) for w, p in zip(ranked, penalties, strict=True)})
    assert len(by_priority) == 101
    assert [p for _, p in by_priority] == sorted({p for _, p in by_priority})
    assert min(penalties) > weight * SCALE
    assert sum(penalties) <= MOST_PENALTIES


def test_an_own_penalty_too_large_is_capped():
    shipments = (a_shipment("s1", 1, 2, penalty=10**17), a_shipment("s2", 1, 2))
    problem = a_problem(shipments=shipments)
    penalties = search_penalties(TrialModel(problem), shipments)
    assert penalties[0] == MOST_PENALTIES // 2 > penalties[1]

"""The search's own numbers of places: other numbers, the same rides."""

import numpy as np

from routing import Location
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import build_instance
from routing.engines.ruin_recreate.place_order import with_near_numbers
from routing.trying.trial_model import TrialModel
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import a_line_matrix, a_problem, a_shipment, a_vehicle


def an_instance(problem):
    everybody = tuple(range(len(problem.vehicles)))
    works = problem.shipments
    return build_instance(TrialModel(problem), works, {work.id: everybody for work in works})


def test_every_ride_between_tasks_and_from_and_to_vehicles_stays_what_it_was():
    given = an_instance(a_courier_day(3, DayShape(visits=40, couriers=5)))
    found = with_near_numbers(given)
    ends = [instance.vehicles[:, c.END] for instance in (given, found)]
    assert ((ends[0] < 0) == (ends[1] < 0)).all()
    places = []
    for instance, end in zip((given, found), ends, strict=True):
        own = instance.tasks[:, c.PLACE], instance.vehicles[:, c.START], end[end >= 0]
        places.append(np.concatenate(own))
    for before, behind in ((given.ride, found.ride), (given.ride_to, found.ride_to)):
        assert (
            before[:, places[0]][:, :, places[0]] == behind[:, places[1]][:, :, places[1]]
        ).all()
    assert (found.ride_to == found.ride.transpose(0, 2, 1)).all()
    assert all(table.flags.c_contiguous for table in (found.ride, found.ride_to))


def test_neighbours_get_neighbouring_numbers_and_places_nobody_rides_to_none():
    homes, post_office = (9, 2, 7, 3), Location(matrix_index=1)
    problem = a_problem(
        matrices={"default": a_line_matrix(12)},
        vehicles=(a_vehicle("v", start=post_office, end=post_office),),
        shipments=tuple(a_shipment(f"s{home}", home, 1) for home in homes),
    )
    found = with_near_numbers(an_instance(problem))
    assert found.ride.shape == (1, 5, 5)
    in_a_row = found.ride[0, np.arange(4), np.arange(1, 5)]
    assert in_a_row.sum() == a_line_matrix(12).duration_s[1, 9]

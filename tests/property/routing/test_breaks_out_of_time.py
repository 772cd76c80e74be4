"""Where no place of a break is legal, it goes where the route breaks the fewest rules."""

from hypothesis import given
from hypothesis import strategies as st

from routing import Break, TimeWindow
from routing.clock.breaks import place_breaks_in
from routing.clock.lateness import Lateness
from routing.clock.timing import time_route
from routing.lookup import Lookup
from tests.builders.routing_problems import a_problem, a_shipment, a_vehicle, small_problems
from tests.builders.trials import tried_on


@tried_on(60)
@given(small_problems(), st.randoms(use_true_random=False))
def test_every_place_of_the_breaks_is_weighed_as_the_schedule_times_it(problem, dice):
    lookup = Lookup(problem)
    tasks = list(lookup.entries)
    dice.shuffle(tasks)
    for vehicle in problem.vehicles:
        late = Lateness(lookup, vehicle, tasks)
        seen = []
        for _ in range(4):
            legs = sorted(dice.randint(0, len(tasks)) for _ in vehicle.breaks)
            taken = list(zip(legs, vehicle.breaks, strict=True))
            order = list(tasks)
            for leg, pause in reversed(taken):
                order.insert(leg, pause.id)
            route = time_route(lookup, vehicle, order)
            amount = sum(violation.amount for violation in route.violations)
            broken, late_s, end_s = late.of(taken)
            assert end_s == route.end_s
            seen.append((len(route.violations) - broken, amount - late_s))
        assert len(set(seen)) == 1  # what does not hang on the breaks is the same for all places


def test_a_break_that_fits_nowhere_is_taken_where_least_is_late():
    rest = Break(id="rest", window=TimeWindow(start=500, end=520), duration_s=2_000)
    problem = a_problem(
        vehicles=(a_vehicle(breaks=(rest,), shift=TimeWindow(start=0, end=1_000)),),
        shipments=(a_shipment("s", 1, 2),),
    )
    lookup = Lookup(problem)
    order = place_breaks_in(lookup, lookup.vehicles["v1"], ["s.p", "s.d"])
    assert order == ("s.p", "s.d", "rest")

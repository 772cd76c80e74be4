"""Papers may rest overnight at any of many post offices: that must not cost the first plan."""

from dataclasses import replace

from routing import Problem, Task, check, solve
from tests.builders.routing_days import DayShape, a_courier_day

PLACES_TO_REST = 16


def a_day_with_many_places_to_rest(visits: int) -> Problem:
    """Every collection may also end at one of many places, at a price."""
    day = a_courier_day(3, DayShape(visits=visits, couriers=8))
    homes = [shipment.pickups[0].location for shipment in day.shipments[:PLACES_TO_REST]]
    shipments = []
    for shipment in day.shipments:
        office = shipment.deliveries[0]
        rests = tuple(
            Task(
                id=f"{office.id}/rest-{number}",
                location=home,
                service_s=60,
                load_change=office.load_change,
                price=2000,
            )
            for number, home in enumerate(homes)
        )
        shipments.append(replace(shipment, deliveries=(office, *rests)))
    return replace(day, shipments=tuple(shipments))


def test_a_day_with_many_places_to_rest_is_planned_whole() -> None:
    problem = a_day_with_many_places_to_rest(80)
    solution = solve(problem, time_limit_s=30, iterations=2, seed=1).solution
    assert check(problem, solution) == []
    assert not solution.unassigned

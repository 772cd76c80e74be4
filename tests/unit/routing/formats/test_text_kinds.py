"""Solomon's files, lines of routes, and Sartori–Buriol files written from other problems."""

from dataclasses import replace

import pytest

from routing import Costs, Location, schedule
from routing.formats.errors import FormatErrors
from routing.formats.route_lines import orders_from_lines, solution_to_lines
from routing.formats.sartori import sartori_from_text
from routing.formats.sartori_write import problem_to_sartori
from routing.formats.solomon import solomon_from_text
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle
from tests.unit.routing.formats.public_texts import SARTORI, SOLOMON


def test_a_solomon_file_becomes_deliveries_from_a_depot():
    instance = solomon_from_text(SOLOMON)
    assert instance.name == "TINY1"
    assert instance.problem.validate() == ()
    solution = schedule(instance.problem, {"1": ("1", "2")})
    assert [visit.load for visit in solution.routes[0].visits] == [(7,), (3,), (0,), (0,)]
    figures = instance.figures(solution)
    assert (figures.vehicles, figures.distance, figures.faults) == (1, 20.0, ())
    assert (
        "route 1: 7 on board at the start, capacity 6"
        in solomon_from_text(SOLOMON.replace("   2   10", "   2   6")).judge([[1, 2]]).faults
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("VEHICLE\n", "\n", "VEHICLE is missing"),
        ("   2   10", "   0   10", "line 5: the number of vehicles must be a whole number"),
        ("   1  3  4", "   4  3  4", "line 11: is node 4, not 1"),
        ("  4   0  60", " -4   0  60", "line 11: the demand must be a whole number of at least 0"),
        ("  0  60  1", "  70  60  1", "line 11: its window 70 to 60 is no window"),
    ],
)
def test_every_wrong_line_of_a_solomon_file_is_named(old, new, told):
    assert old in SOLOMON
    with pytest.raises(FormatErrors) as refused:
        solomon_from_text(SOLOMON.replace(old, new, 1))
    assert any(told in str(error) for error in refused.value.errors)


def test_a_solution_survives_as_lines_of_routes():
    instance = sartori_from_text(SARTORI)
    solution = schedule(instance.problem, {"1": ("2", "4")})
    text = solution_to_lines(instance, solution, authors="nobody", date="2026-11-22")
    assert text.splitlines() == [
        "Instance name : tiny-n4-1",
        "Authors       : nobody",
        "Date          : 2026-11-22",
        "Reference     : 1 vehicles, distance 35.0000",
        "Solution",
        "Route 1 : 2 4",
        "Unassigned : 1 3",
    ]
    assert schedule(instance.problem, orders_from_lines(text, instance.problem)) == solution


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Solution\n", "holds no line `Route 1"),
        ("Route 1 : 1 x\n", "line 1: 'x' is no node number"),
        ("Route 1 : 1\nRoute 2: 2\nRoute #3 : 3\n", "line 3: has more routes"),
    ],
)
def test_wrong_lines_of_routes_are_named(text, told):
    with pytest.raises(FormatErrors, match=told):
        orders_from_lines(text, sartori_from_text(SARTORI).problem)


def test_a_problem_of_whole_minutes_is_written_as_sartori_and_read_again():
    instance = sartori_from_text(SARTORI)
    places = dict(enumerate(instance.places))
    text, lost = problem_to_sartori(instance.problem, "again", places)
    again = sartori_from_text(text)
    assert [part.partition(" ")[0] for part in lost] == ["the", "ids:"]
    assert again.rides.tolist() == instance.rides.tolist()
    assert again.nodes == instance.nodes  # its pickups come first already
    assert again.places == instance.places
    assert again.problem.shipments == instance.problem.shipments


def test_what_sartori_has_no_word_for_is_refused_by_name():
    fleet = (a_vehicle("v1", capacity=(5,), costs=Costs(fixed=3)), a_vehicle("v2", max_tasks=2))
    odd = a_task("s1.p", 1, (0, 60), (120, 180), setup_s=30, service_s=7)
    problem = a_problem(
        vehicles=(*fleet, a_vehicle("v3", end=Location(matrix_index=2))),
        shipments=(replace(a_shipment("s1", 1, 2), pickups=(odd,), skills=frozenset("x")),),
        load_dimensions=("papers",),
    )
    with pytest.raises(FormatErrors) as refused:
        problem_to_sartori(problem, "odd", {})
    paths = {error.path for error in refused.value.errors}
    assert paths >= {
        "vehicles[0].costs.fixed",
        "vehicles[0].shift.end",
        "vehicles[1]",
        "vehicles[1].max_tasks",
        "vehicles[2]",
        "shipments[0].skills",
        "shipments[0].pickups[0].setup_s",
        "shipments[0].pickups[0].service_s",
        "shipments[0].pickups[0].windows",
        "shipments[0].pickups[0].load_change",
    }

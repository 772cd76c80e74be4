"""Formats lose nothing: what is read from what was written means the same."""

import json
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from routing import Location, Shipment, Stability, TravelMatrix, schedule
from routing.formats import vroom_problem
from routing.formats.errors import FormatErrors
from routing.formats.lilim import lilim_from_text
from routing.formats.own import solution_from_json, solution_to_json
from routing.formats.route_lines import orders_from_lines, solution_to_lines
from routing.formats.vroom import problem_from_vroom, problem_to_vroom, solution_to_vroom
from routing.formats.vroom_answer import differences, timed_from_answer
from routing.parts import Break, Costs, Job, Task, Vehicle
from routing.problem import Problem
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on
from tests.builders.vroom_problems import a_vroom_problem

SEEDS = st.integers(0, 10**6)


@tried_on(60)
@given(SEEDS)
def test_a_vroom_problem_survives_its_own_words(seed):
    problem = problem_from_vroom(a_vroom_problem(seed)).problem
    written = json.loads(json.dumps(problem_to_vroom(problem)))
    assert problem_from_vroom(written).problem == problem


@tried_on(40)
@given(SEEDS, st.randoms(use_true_random=False))
def test_a_vroom_answer_survives_and_holds_every_figure(seed, dice):
    read = problem_from_vroom(a_vroom_problem(seed))
    every = [task_id for shipment in read.problem.shipments for task_id in _ids(shipment)]
    every += [job.task.id for job in read.problem.jobs]
    vehicle = dice.choice(read.problem.vehicles)
    solution = schedule(read.problem, {vehicle.id: every}, place_breaks=True)
    answer = json.loads(json.dumps(solution_to_vroom(read.problem, solution, notes=read.notes)))
    again = timed_from_answer(read.problem, answer)
    assert again.orders == solution.orders
    assert differences(read.problem, again, answer, read.notes) == []
    assert solution_from_json(json.loads(json.dumps(solution_to_json(solution)))) == solution


def _ids(shipment):
    return (shipment.pickups[0].id, shipment.deliveries[0].id)


@tried_on(60)
@given(small_problems(metric=True, pins=False, floating=False))
def test_what_vroom_can_hold_means_the_same_there(problem):
    plain = _plain(problem)
    try:
        written = problem_to_vroom(plain)
    except FormatErrors as refused:
        told = {error.path.rpartition(".")[2] for error in refused.errors}
        assert told <= {"must_finish", "windows", "load_change"}
        return
    there = problem_from_vroom(json.loads(json.dumps(written))).problem
    here_ids = [task.id for work in plain.works() for task in _tasks(work)]
    there_ids = [task.id for work in there.works() for task in _tasks(work)]
    here = schedule(plain, {plain.vehicles[0].id: here_ids}, place_breaks=True)
    timed = schedule(there, {there.vehicles[0].id: there_ids}, place_breaks=True)
    assert [r.cost for r in here.routes] == [r.cost for r in timed.routes]
    # What is late is told by the window missed by least, which may be one that VROOM's lacks.
    assert (here.violations == ()) == (timed.violations == ())
    if not here.violations:
        for ours, theirs in zip(here.routes, timed.routes, strict=True):
            starts = [visit.start_s for visit in ours.visits]
            assert starts == [visit.start_s for visit in theirs.visits]


def _tasks(work):
    return (work.pickups[0], work.deliveries[0]) if isinstance(work, Shipment) else (work.task,)


def _plain(problem):
    """The problem without what VROOM has no word for, but for a task that must finish in time."""

    def task(one):
        location = Location(matrix_index=one.location.matrix_index)
        return replace(one, location=location, price=0, soft_windows=())

    def vehicle(one):
        places = [None if at is None else replace(at, place="") for at in (one.start, one.end)]
        breaks = tuple(sorted(one.breaks, key=lambda b: (b.window.start, b.window.end)))
        capacity = one.capacity or (10**6, 10**6)
        bare = {"max_stops": None, "unfamiliar_setup_s": 0, "overtime": None}
        return replace(
            one, start=places[0], end=places[1], breaks=breaks, capacity=capacity, **bare
        )

    return replace(
        problem,
        jobs=tuple(replace(job, task=task(job.task), penalty=None) for job in problem.jobs),
        shipments=tuple(
            replace(
                shipment,
                pickups=(task(shipment.pickups[0]),),
                deliveries=(
                    replace(
                        task(shipment.deliveries[0]),
                        load_change=tuple(-a for a in shipment.pickups[0].load_change),
                    ),
                ),
                penalty=None,
                max_ride_s=None,
            )
            for shipment in problem.shipments
        ),
        vehicles=tuple(vehicle(one) for one in problem.vehicles),
        stability=Stability(),
    )


def test_no_field_of_the_model_is_dropped_without_a_word():
    """A new field must be written or refused; its name then stands in the writer."""
    told = Path(vroom_problem.__file__).read_text(encoding="utf-8")
    silent = {
        Problem: {"epoch", "load_dimensions"},  # noted by the conversion
        Vehicle: {"familiar_areas"},  # means nothing without unfamiliar_setup_s, which is refused
        Break: set(),
        Task: set(),
        Job: {"start_load"},  # through start_load_of
        Shipment: set(),
        Costs: set(),
    }
    for kind, known in silent.items():
        for field in fields(kind):
            assert f".{field.name}" in told or f'"{field.name}"' in told or field.name in known, (
                f"{kind.__name__}.{field.name}"
            )


COORDINATES = st.tuples(st.integers(0, 100), st.integers(0, 100))


@tried_on(40)
@given(st.lists(COORDINATES, min_size=5, max_size=7), st.randoms(use_true_random=False))
def test_what_is_feasible_in_integers_is_feasible_in_double_precision(places, dice):
    pairs = (len(places) - 1) // 2
    rows = ["3 20 1", f"0 {places[0][0]} {places[0][1]} 0 0 900 0 0 0"]
    for number in range(1, 2 * pairs + 1):
        x, y = places[number]
        is_pickup = number <= pairs
        opens = dice.randint(0, 300)
        partner = f"0 {number + pairs}" if is_pickup else f"{number - pairs} 0"
        demand = 4 if is_pickup else -4
        rows.append(f"{number} {x} {y} {demand} {opens} {opens + 150} 7 {partner}")
    instance = lilim_from_text("\n".join(rows))
    order = list(range(1, 2 * pairs + 1))
    dice.shuffle(order)
    text = "Route 1 : " + " ".join(str(node) for node in order)
    solution = schedule(instance.problem, orders_from_lines(text, instance.problem))
    figures = instance.figures(solution)
    legs = len(order) + 1
    assert 0 <= solution.ride_s / instance.scale - figures.distance < legs / instance.scale
    if not solution.violations:
        assert figures.faults == ()
    elif not figures.faults:  # refused here alone: only by less than what was rounded
        late = [violation.amount for violation in solution.violations]
        assert all(amount <= legs for amount in late)
    lines = solution_to_lines(instance, solution, authors="", date="")
    assert schedule(instance.problem, orders_from_lines(lines, instance.problem)) == solution
    cells: TravelMatrix = instance.problem.matrices["default"]
    exact = [[Fraction(float(ride)) * instance.scale for ride in row] for row in instance.rides]
    assert all(
        0 <= int(cells.duration_s[i, j]) - cell < 1
        for i, row in enumerate(exact)
        for j, cell in enumerate(row)
    )

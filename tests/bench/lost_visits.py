"""Whether visits that a replan loses truly have no place: `python -m tests.bench.lost_visits`.

The day of 300 visits on which the busiest courier drops out at half past ten, from plans of several
lengths of search. What is lost is tried into every route exactly, alone and with one other visit
taken elsewhere, and searched for again with at most five visits moved, and for longer.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from routing import ChangeBudget, check, prepare, schedule, solve
from routing.engines import warm_up
from routing.parts import tasks_of
from routing.replan import Replan
from tests.bench.days import a_bench_day
from tests.bench.services import NOW_S, URGENT, VISITS, states_of
from tests.builders.changed_days import ChangedDay
from tests.builders.places_overlooked import places_overlooked

ROUNDS, LONGER, FEW = 60, 600, 5


def without_the_busiest(iterations: int) -> ChangedDay:
    """The day of `services replanning`, with a plan that does not depend on the clock."""
    whole = a_bench_day(VISITS + URGENT, seed=1)
    problem = replace(whole, shipments=whole.shipments[:VISITS])
    plan = solve(problem, time_limit_s=600, iterations=iterations, seed=1).solution
    busiest = max(plan.routes, key=lambda route: len(route.visits)).vehicle_id
    states = tuple(states_of(plan))
    return ChangedDay(problem=problem, plan=plan, now_s=NOW_S, states=states, dropped=(busiest,))


def with_one_moved(day: ChangedDay, answer: Replan, lost: str) -> Iterator[str]:
    """Every visit that could go elsewhere so that its route has a place for a lost one."""
    for work in answer.problem.shipments:
        tasks = {task.id for task in tasks_of(work)}
        holder = next((r for r in answer.solution.routes if tasks & set(r.task_ids)), None)
        if holder is None or tasks & day.done:
            continue
        orders = answer.solution.orders
        orders[holder.vehicle_id] = tuple(t for t in holder.order if t not in tasks)
        without = prepare(answer.problem, schedule(answer.problem, orders))
        for offer in without.insert(without.model.lookup.works[lost]).offers:
            if offer.vehicle_id != holder.vehicle_id:
                continue
            orders[offer.vehicle_id] = offer.route.order
            instead = prepare(answer.problem, schedule(answer.problem, orders))
            for other in instead.insert(work).offers:
                tried = {**orders, other.vehicle_id: other.route.order}
                if not check(answer.problem, schedule(answer.problem, tried)):
                    yield f"{work.id} by {other.vehicle_id}"


def figures(iterations: int) -> dict[str, Any]:
    """What is lost after one length of search, and what becomes of it."""
    day = without_the_busiest(iterations)
    few = replace(day, budget=ChangeBudget(most_moved=FEW))
    answer = day.replanned(iterations=ROUNDS)
    return {
        "lost": answer.lost,
        "places by exact trials": places_overlooked(day, answer),
        "places with one moved": [
            w for each in answer.lost for w in with_one_moved(day, answer, each)
        ],
        "lost with five moved at most": few.replanned(iterations=ROUNDS).lost,
        "lost after ten times the rounds": day.replanned(iterations=LONGER).lost,
    }


def main() -> int:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lost_visits", description=__doc__)
    parser.add_argument("--iterations", type=int, nargs="+", default=[300, 1000, 3000, 10_000])
    given = parser.parse_args()
    warm_up()
    for iterations in given.iterations:
        print(json.dumps({"iterations": iterations, **figures(iterations)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

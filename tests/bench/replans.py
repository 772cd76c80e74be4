"""Thousands of small random days replanned and judged: `python -m tests.bench.replans --days 3000`.

No figure of speed: how often an answer breaks a rule, the past or its budget, or leaves undone what
still has a place. Exit status 1 when one does; every day is made again from its number.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from routing import (
    ChangeBudget,
    CourierState,
    Location,
    Shipment,
    Solution,
    Task,
    VisitKind,
    schedule,
    solve,
)
from routing.engines import warm_up
from routing.parts import tasks_of
from routing.replan import Replan
from routing.solution import Route, Visit
from routing.solve import SolutionRefused
from tests.bench.days import a_bench_day
from tests.builders.changed_days import ChangedDay, faults_of
from tests.builders.kept_rooms import rooms_lost, works_with_room
from tests.builders.places_overlooked import places_overlooked

ROUNDS = 60
"""Of the search; a replan that leaves something undone uses them all."""

NOW_S = (28_800, 54_000)
"""Between eight and three."""

AGAIN_EVERY = 20
"""So often a day is replanned twice: the same rounds and seed give the same answer."""


def a_changed_day(number: int, *, most_sold: int = 0) -> ChangedDay:
    """10 to 40 visits under way; couriers late or early, elsewhere, on their way, out; urgent
    bookings; a budget; up to `most_sold` visits to come that no route has and that fitted before
    the day changed. The same number gives the same day."""
    chance = random.Random(number)
    visits, more = chance.randint(10, 40), chance.choice((0, 0, 1, 2, 3, 6))
    whole = a_bench_day(visits + more, seed=number)
    few = whole.vehicles[: chance.randint(max(2, visits // 12), len(whole.vehicles))]
    booked = replace(whole, vehicles=few, shipments=whole.shipments[:visits])
    plan = solve(booked, time_limit_s=600, iterations=ROUNDS, seed=number).solution
    now_s = chance.randint(*NOW_S)
    sold = _sold(random.Random(-number), plan, now_s, most_sold)
    if sold:
        whole_orders = {route.vehicle_id: route.task_ids for route in plan.routes}
        tasks = {t.id for work in booked.shipments if work.id in sold for t in tasks_of(work)}
        orders = {v: [t for t in order if t not in tasks] for v, order in whole_orders.items()}
        plan = schedule(booked, {v: o for v, o in orders.items() if o}, place_breaks=True)
    states = tuple(_states(chance, plan.routes, now_s, len(whole.matrices["default"].duration_s)))
    ridden = [route.vehicle_id for route in plan.routes]
    out = chance.sample(ridden, min(len(ridden), chance.choice((0, 0, 1, 1, 2))))
    homes = frozenset(f"home-{n}" for n in range(visits))
    return ChangedDay(
        problem=booked,
        plan=plan,
        now_s=now_s,
        states=states,
        dropped=tuple(out),
        new_works=tuple(_urgent(each, now_s) for each in whole.shipments[visits:]),
        budget=ChangeBudget(
            most_moved=chance.choice((0, 2, 5, 5, None)),
            most_touched=chance.choice((None, None, 0, 2)),
            price_per_touched=chance.choice((0, 600)),
        ),
        promised=chance.choice((None, homes)),
        sold=sold,
    )


def _sold(chance: random.Random, plan: Solution, now_s: int, most: int) -> frozenset[str]:
    """Works that a plan has after now, and that are taken out of it: their room is there."""
    begun = {v.work_id for r in plan.routes for v in r.visits if v.start_s - v.wait_s <= now_s}
    to_come = {v.work_id for route in plan.routes for v in route.visits if v.work_id} - begun
    drawn = chance.sample(sorted(str(each) for each in to_come), min(len(to_come), most))
    return frozenset(drawn[: chance.randint(0, most)])


def _states(
    chance: random.Random, routes: tuple[Route, ...], now_s: int, places: int
) -> Iterator[CourierState]:
    """What each has begun is done; some are late, elsewhere, or ride to the next already."""
    for route in routes:
        late = chance.choice((0, 0, 0, -120, 300, 900, 2_400))
        steps = [visit for visit in route.visits if visit.task_id is not None]
        begun = [visit for visit in steps if visit.start_s - visit.wait_s <= now_s - late]
        away = Location(matrix_index=chance.randrange(places)) if chance.random() < 0.1 else None
        if not begun and away is None:
            continue
        known = chance.random() < 0.7
        yield CourierState(
            vehicle_id=route.vehicle_id,
            done=tuple(str(visit.task_id) for visit in begun),
            free_s=max(now_s, begun[-1].end_s + late if begun else 0),
            location=away,
            started={str(v.task_id): max(0, v.start_s + late) for v in begun} if known else {},
            next_ids=tuple(_next(steps[len(begun) :])) if chance.random() < 0.2 else (),
        )


def _next(to_come: list[Visit]) -> Iterator[str]:
    if to_come and to_come[0].kind is not VisitKind.BREAK:
        yield str(to_come[0].task_id)


def _urgent(shipment: Shipment, now_s: int) -> Shipment:
    """Booked now: nothing of it begins before."""

    def later(task: Task) -> Task:
        return replace(task, release_s=max(task.release_s, now_s))

    return replace(
        shipment,
        pickups=tuple(later(task) for task in shipment.pickups),
        deliveries=tuple(later(task) for task in shipment.deliveries),
    )


def judged(number: int, count: Counter[str], *, most_sold: int = 0) -> list[str]:
    """What is wrong with the answer to one day, in words; what it was like goes into `count`."""
    day = a_changed_day(number, most_sold=most_sold)
    try:
        answer = day.replanned(iterations=ROUNDS, seed=number)
    except SolutionRefused as error:
        return [str(error)]
    wrong = [
        *faults_of(day, answer),
        *places_overlooked(day, answer),
        *rooms_lost(day, answer),
    ]
    if not answer.within_budget:
        without = replace(day, new_works=()).replanned(iterations=ROUNDS, seed=number)
        if without.within_budget:
            wrong.append("the budget is broken for new works, and kept without them")
    if number % AGAIN_EVERY == 0:
        again = day.replanned(iterations=ROUNDS, seed=number)
        if again.solution.orders != answer.solution.orders:
            wrong.append("the same day, rounds and seed gave another answer")
    count.update(_figures(day, answer))
    return wrong


def _figures(day: ChangedDay, answer: Replan) -> dict[str, int]:
    return {
        "visits": len(day.problem.shipments),
        "tasks done": len(day.done),
        "couriers out": len(day.dropped),
        "urgent": len(day.new_works),
        "urgent placed": len(answer.placed),
        "planned and lost": len(answer.lost),
        "moved": len(answer.moved),
        "promises touched": len(answer.touched),
        "sold": len(day.sold),
        "sold without room": len(day.sold - works_with_room(day, answer)),
        "days over their budget": not answer.within_budget,
        "days with works undone": bool(answer.solution.unassigned),
    }


def main() -> int:
    """Prints what is wrong as it is found, and the sums at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.replans", description=__doc__)
    parser.add_argument("--days", type=int, default=300)
    parser.add_argument("--first", type=int, default=1, help="number of the first day")
    parser.add_argument("--sold", type=int, default=4, help="most windows sold and not ridden yet")
    given = parser.parse_args()
    warm_up()
    count: Counter[str] = Counter()
    bad, began = 0, time.process_time()
    for number in range(given.first, given.first + given.days):
        wrong = judged(number, count, most_sold=given.sold)
        bad += bool(wrong)
        for each in wrong:
            print(f"day {number}: {each}", flush=True)
    spent = time.process_time() - began
    sums = ", ".join(f"{name} {total}" for name, total in count.items())
    print(f"{given.days} days from {given.first}, {bad} with faults; {sums}; {spent:.0f} CPU s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

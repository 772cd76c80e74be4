"""How long a dispatcher waits on the demo days, in processor time: ranking, trying, replanning.

`python -m pytest --long tests/bench/test_hands_on_demo_day.py -s` prints the figures.
"""

import random
import time
from datetime import time as wall_time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from backend import clock
from backend.booking.models import BookingMode
from backend.database import unit_of_work
from backend.planning.edits.asked import Edit, EditKind
from backend.planning.edits.kept import forget_all
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.edits.saving import save_edits
from backend.planning.edits.takers import Whose, find_takers
from backend.planning.edits.trying import try_edits
from backend.planning.jobs import execute_plan
from backend.planning.kept_staleness import keep_staleness
from backend.planning.models import Plan, Route, Stop, Visit
from backend.planning.roads import open_live_roads
from backend.planning.slots.asked import VisitAsked
from backend.planning.slots.holds import hold_window
from backend.planning.slots.offers import find_windows
from backend.planning.staleness import read_staleness
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.point import Point
from geodata.travel_tables import TravelTimes
from tests.bench.demo_day import DAY, DemoDay, a_demo_day, print_spent
from tests.builders.planning import ask_for_plan

QUESTIONS = 25

SOLD = 10
"""Windows held when the questions are asked again."""


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("profile", ["pilot", "city"])
def test_the_dispatchers_hands_on_a_demo_day(
    committed_database: Engine, settings: Settings, profile: str
) -> None:
    day = a_demo_day(settings, profile)
    spent: dict[str, list[float]] = {}
    with clock.frozen(clock.local_instant(DAY - timedelta(days=1), wall_time(9))):
        plan_id = ask_for_plan(day.area_id, seconds=10, day=DAY)
        execute_plan(plan_id, settings)
        travel = open_live_roads(settings.roads_dir, day.pack.province_code)
        blobs, drawn = BlobStore(settings.blob_dir), random.Random(1)
        with unit_of_work() as session:
            in_plan = select(Visit.id).join(Stop).join(Route).where(Route.plan_id == plan_id)
            visits = list(session.scalars(in_plan.order_by(Visit.id)))
        for number in range(QUESTIONS):
            visit = drawn.choice(visits)
            begun = time.process_time()
            with unit_of_work() as session:
                takers = find_takers(
                    session, plan_id, Whose(visit=visit), blobs.folder, travel=travel
                ).takers
            spent.setdefault("who can take", []).append(time.process_time() - begun)
            edit = Edit(
                kind=EditKind.MOVE, visits=(visit,), courier=drawn.choice(takers).courier_code
            )
            anew = number % 5 == 0
            if anew:
                forget_all()
            begun = time.process_time()
            with unit_of_work() as session:
                try_edits(session, plan_id, [edit], travel=travel, folder=blobs.folder)
            name = "try, plan opened anew" if anew else "try"
            spent.setdefault(name, []).append(time.process_time() - begun)
            for name, look in (("look, day read", read_staleness), ("look", keep_staleness)):
                begun = time.process_time()
                with unit_of_work() as session:
                    look(session, session.get_one(Plan, plan_id), blobs)
                spent.setdefault(name, []).append(time.process_time() - begun)
        sold = _sell(day, drawn, travel, blobs)
        for number in range(QUESTIONS + 1):
            visit = drawn.choice(visits)
            begun = time.process_time()
            with unit_of_work() as session:
                takers = find_takers(
                    session, plan_id, Whose(visit=visit), blobs.folder, travel=travel
                ).takers
            name = f"who can take, {sold} sold" if number else "the first after they were sold"
            spent.setdefault(name, []).append(time.process_time() - begun)
            edit = Edit(
                kind=EditKind.MOVE, visits=(visit,), courier=drawn.choice(takers).courier_code
            )
            begun = time.process_time()
            with unit_of_work() as session:
                tried = try_edits(session, plan_id, [edit], travel=travel, folder=blobs.folder)
            spent.setdefault(f"try, {sold} sold", []).append(time.process_time() - begun)
        for name in ("save", "save, plan opened anew"):
            if name != "save":
                forget_all()
            begun = time.process_time()
            with unit_of_work() as session:
                keys = [each.key for each in tried.total.violations]
                save_edits(
                    session, plan_id, [edit], confirmed=keys, note="", travel=travel, blobs=blobs
                )
            spent[name] = [time.process_time() - begun]
        with unit_of_work() as session:
            out = takers[0].courier_code
            new = request_replan(session, plan_id, ReplanAsked(dropped=(out,)), enqueue=False).id
        begun = time.process_time()
        execute_replan(new, settings, travel=travel)
        spent["replan"] = [time.process_time() - begun]
    print_spent(profile, spent)
    assert spent["replan"]


def _sell(day: DemoDay, drawn: random.Random, travel: TravelTimes, blobs: BlobStore) -> int:
    """Holds windows for some doors; how many were sold."""
    homes = [Point(float(r["lat"]), float(r["lon"])) for r in day.pack.rows("populated-points")]
    sold = 0
    for _ in range(SOLD):
        visit = VisitAsked(
            province_code=day.pack.province_code,
            procedure_code="1.002809",
            mode=BookingMode.SEND,
            door=drawn.choice(homes),
        )
        with unit_of_work() as session:
            (offers,) = find_windows(session, visit, [DAY], travel=travel, blobs=blobs)
            if offers.windows:
                window = drawn.choice(offers.windows).window
                hold_window(session, visit, DAY, window, travel=travel, blobs=blobs)
                sold += 1
    return sold

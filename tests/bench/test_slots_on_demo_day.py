"""How long a citizen waits for windows and for a hold on the demo days, in processor time.

`python -m pytest --long tests/bench/test_slots_on_demo_day.py -s` prints the figures.
"""

import gc
import random
import time
from datetime import time as wall_time
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from backend import clock
from backend.booking.models import BookingMode
from backend.database import unit_of_work
from backend.planning.jobs import execute_plan
from backend.planning.roads import open_live_roads
from backend.planning.slots.asked import VisitAsked
from backend.planning.slots.errors import SlotGone
from backend.planning.slots.holds import hold_window
from backend.planning.slots.offers import find_windows
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.point import Point
from tests.bench.demo_day import DAY, a_demo_day, print_spent
from tests.builders.planning import ask_for_plan

QUESTIONS = 40


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("profile", ["pilot", "city"])
def test_windows_and_holds_of_a_demo_day(
    committed_database: Engine, settings: Settings, profile: str
) -> None:
    day = a_demo_day(settings, profile)
    execute_plan(ask_for_plan(day.area_id, seconds=10, day=DAY), settings)
    travel = open_live_roads(settings.roads_dir, day.pack.province_code)
    blobs = BlobStore(settings.blob_dir)
    homes = [Point(float(r["lat"]), float(r["lon"])) for r in day.pack.rows("populated-points")]
    drawn = random.Random(1)
    asked, kept, gone = [], [], 0
    gc.collect()
    gc.freeze()  # what making the day has left behind is in no server
    with clock.frozen(clock.local_instant(DAY - timedelta(days=1), wall_time(9))):
        for _ in range(QUESTIONS):
            visit = VisitAsked(
                province_code=day.pack.province_code,
                procedure_code="1.002809",
                mode=BookingMode.SEND,
                door=drawn.choice(homes),
            )
            begun = time.process_time()
            with unit_of_work() as session:
                (offers,) = find_windows(session, visit, [DAY], travel=travel, blobs=blobs)
            asked.append(time.process_time() - begun)
            if not offers.windows:
                continue
            window = drawn.choice(offers.windows).window
            begun = time.process_time()
            try:
                with unit_of_work() as session:
                    hold_window(session, visit, DAY, window, travel=travel, blobs=blobs)
            except SlotGone:
                gone += 1
            kept.append(time.process_time() - begun)
    first, *asked = asked
    print(f"{profile}: the first question, which reads the day: {1000 * first:.0f} ms")
    print_spent(profile, {"windows after a hold": asked, "hold": kept})
    gc.unfreeze()
    assert gone == 0, "what was offered a moment before can be held"
    assert kept

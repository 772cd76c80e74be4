"""Faults come as asked, and a courier stays on the road."""

import random
from datetime import datetime, timedelta

import pytest

from backend.clock import SERVICE_ZONE
from backend.phone import Answer, Cut
from backend.phone_sim.faults import FaultPlan, Faults, SometimesOffline
from backend.phone_sim.road import Road, Way, distance_m

BEGINS = datetime(2026, 11, 23, 7, 0, tzinfo=SERVICE_ZONE)
ENDS = BEGINS + timedelta(hours=9)


def test_faults_are_read_from_one_line() -> None:
    read = Faults.parse("offline=2.5, duplicates=0.1,cuts=0.2,crashes=3,clock=45")
    assert read == Faults(offline=2.5, duplicates=0.1, cuts=0.2, crashes=3, clock=45)
    assert Faults.parse("") == Faults()


@pytest.mark.parametrize("text", ["tea=1", "offline", "cuts=1.5", "cuts=many", "clock=-1"])
def test_faults_that_cannot_be_are_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match="="):
        Faults.parse(text)


def test_a_time_without_signal_lies_inside_the_day_and_lasts_as_long_as_asked() -> None:
    for seed in range(50):
        plan = FaultPlan.draw(Faults(offline=2, crashes=1.5), random.Random(seed), BEGINS, ENDS)
        assert plan.offline_to - plan.offline_from == timedelta(hours=2)
        assert plan.offline_from >= BEGINS
        assert plan.offline_to <= ENDS
        assert len(plan.crashes_at) in {1, 2}
        assert plan.wall_off_by == plan.jumps_by == timedelta()


def test_nothing_passes_without_signal() -> None:
    class Server:
        def post(self, path: str, body: object, token: object) -> Answer:
            return Answer(200, {})

        def put(self, path: str, content: object, media_type: object, token: object) -> Answer:
            return Answer(200, {})

        def ask(self, method: str, path: str, token: object) -> Answer:
            return Answer(200, {})

    offline = True
    signal = SometimesOffline(Server(), lambda: offline)
    for call in (
        lambda: signal.post("/", {}, None),
        lambda: signal.put("/", b"", "image/png", None),
        lambda: signal.ask("HEAD", "/", None),
    ):
        with pytest.raises(Cut):
            call()
    offline = False
    assert signal.post("/", {}, None).status == 200
    assert signal.missed == 3


def test_a_way_is_ridden_by_distance() -> None:
    way = Way.along([(108.0, 16.0), (108.01, 16.0), (108.01, 16.03)])
    assert way.place_at(0) == (108.0, 16.0)
    assert way.place_at(1) == (108.01, 16.03)
    corner = way.place_at(way.metres[1] / way.metres[-1])
    assert distance_m(corner, (108.01, 16.0)) < 1
    assert Way.along([(108.0, 16.0), (108.0, 16.0)]).place_at(0.5) == (108.0, 16.0)


def test_a_road_is_taken_up_where_the_last_stop_left_it() -> None:
    line = [(108.0 + 0.001 * step, 16.0) for step in range(11)]
    road = Road([*line, *reversed(line)])  # out and home by the same street
    out = road.way((108.0, 16.0), (108.005, 16.0001))
    assert out.points[-1] == (108.005, 16.0001)
    assert len(out.points) == 8, "six points of the road between both doors"
    on = road.way((108.005, 16.0001), (108.002, 16.0001))
    assert max(lon for lon, _ in on.points) > 108.0099, "to the end of the street and back"
    assert Road([]).way((108.0, 16.0), (108.1, 16.0)).points == ((108.0, 16.0), (108.1, 16.0))

"""Every profile's day can be ridden by the couriers that it rosters (`--long`)."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.demo.demand import make_demand
from backend.demo.operations import book_sample_day, import_pack
from backend.demo.profiles import get_profile
from backend.places.models import PlanningArea
from backend.planning.problem_builder import build_problem
from backend.planning.read_day import read_day
from backend.planning.roads import open_roads
from geodata.packs import Pack, open_pack
from geodata.roads_build import build_roads
from routing import ReasonCode, check, solve

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

DA_NANG = "48"
MONDAY = date(2026, 11, 23)
PILOT_DAY = date(2018, 9, 17)
SHARE_DONE = 0.98
ENOUGH_ROUNDS = 300
"""Of the search: few, so that the rosters have something to spare."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack("da_nang")


@pytest.fixture(scope="module")
def roads(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = pack.find_file("roads")
    assert drawn is not None
    folder = tmp_path_factory.mktemp("roads")
    build_roads(drawn.path, folder)
    return folder


@pytest.mark.parametrize(
    ("profile", "day"),
    [
        ("launch", MONDAY),
        ("pilot", MONDAY),
        ("city", MONDAY),
        ("an-giang", MONDAY),
        ("quang-binh", MONDAY),
        ("pilot", PILOT_DAY),
    ],
)
def test_nearly_all_work_of_a_sample_day_is_done_and_the_rest_has_a_true_reason(
    session: Session, pack: Pack, roads: Path, profile: str, day: date
) -> None:
    import_pack(session, pack, DA_NANG)
    demand = make_demand(pack, day, get_profile(profile), seed=1)
    booked = book_sample_day(session, pack, demand, DA_NANG)
    assert (booked.refused, booked.booked) == ([], demand.profile.tasks)
    area = session.scalars(select(PlanningArea)).one()
    rows = read_day(session, area, day)
    built = build_problem(rows, open_roads(roads, DA_NANG))
    assert built.set_aside == ()
    result = solve(
        built.problem, time_limit_s=600, iterations=ENOUGH_ROUNDS, engine="ruin_recreate"
    )
    assert check(built.problem, result.solution) == []
    left = result.solution.unassigned
    undone = sum(len(built.carriages[work.id].leg_ids) for work in left)
    assert undone <= (1 - SHARE_DONE) * len(rows.legs)
    for work in left:
        assert work.reasons
        assert ReasonCode.SEARCH_STOPPED not in {reason.code for reason in work.reasons}

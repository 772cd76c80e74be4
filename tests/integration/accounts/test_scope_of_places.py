"""How far a caller sees is judged by the units of today: those of older eras have other codes."""

import uuid
from datetime import date

import pytest
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.roles import Role
from backend.places.errors import ZoneNotFound
from backend.places.models import PlanningArea
from backend.places.scope import demand_zones, seen_areas
from tests.builders.places import PROVINCE, a_planning_area, a_unit

MERGED_ON = date(2025, 7, 1)


@pytest.fixture
def area(session: Session, now: clock.FrozenClock) -> PlanningArea:
    """An area of one ward, which two wards were merged into."""
    found = a_planning_area(session, code="KHU-A")
    old = {"boundary": None, "zone_code": "ZONE-A", "valid_to": date(2025, 6, 30)}
    a_unit(session, code="20001", planning_area_code="KHU-A", **old)
    a_unit(session, code="20002", **old)
    new = {"boundary": None, "zone_code": "ZONE-A", "valid_from": MERGED_ON}
    a_unit(session, code="20195", planning_area_code="KHU-A", **new)
    return found


def an_authority(*unit_codes: str) -> Caller:
    return Caller(
        account_id=uuid.uuid4(),
        role=Role.AUTHORITY,
        province_code=PROVINCE,
        unit_codes=unit_codes,
    )


def test_an_authority_sees_an_area_by_its_units_of_today(
    session: Session, area: PlanningArea
) -> None:
    assert seen_areas(session, an_authority("20195")) == {area.id}
    assert seen_areas(session, an_authority("20001", "20002")) == frozenset()


def test_an_area_with_a_unit_of_somebody_else_stays_unseen(
    session: Session, area: PlanningArea
) -> None:
    a_unit(session, code="20196", planning_area_code="KHU-A", boundary=None, valid_from=MERGED_ON)
    assert seen_areas(session, an_authority("20195")) == frozenset()
    assert seen_areas(session, an_authority("20195", "20196")) == {area.id}


def test_a_dispatcher_closes_a_zone_whose_units_of_today_are_all_in_the_own_area(
    session: Session, area: PlanningArea
) -> None:
    dispatcher = Caller(
        account_id=uuid.uuid4(),
        role=Role.DISPATCHER,
        province_code=PROVINCE,
        planning_area_ids=(area.id,),
    )
    demand_zones(session, dispatcher, ["ZONE-A"])
    a_unit(session, code="20196", zone_code="ZONE-A", boundary=None, valid_from=MERGED_ON)
    with pytest.raises(ZoneNotFound):
        demand_zones(session, dispatcher, ["ZONE-A"])

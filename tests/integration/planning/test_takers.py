"""Who cannot take a visit, and why: what is plain stands in the first answer, what needs trying is
asked for by name."""

from datetime import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import Session

from backend.dossiers.models import Leg
from backend.places.models import PlanningArea
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import a_planning_area, a_post_office, an_office
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SKILL = "DOC-MAU"


@pytest.fixture
def leg(session: Session) -> Leg:
    """Collected between eight and ten for a fee of two million; one courier can, four cannot."""
    post_office, office = a_post_office(session), an_office(session)

    def on_shift(code: str, *, shift: dict[str, Any] | None = None, **fields: Any) -> None:
        fields = {"skills": [SKILL], "cash_limit_vnd": 9_000_000} | fields
        courier = a_courier(session, post_office=post_office, code=code, **fields)
        a_shift(session, service_date=WORKING_DAY, courier=courier, **(shift or {}))

    on_shift("BT-DUOC")
    on_shift("BT-KHONG-NGHE", skills=[])
    on_shift("BT-CHIEU", shift={"starts": time(13, 0), "ends": time(17, 0)})
    on_shift("BT-IT-TIEN", cash_limit_vnd=1_000_000)
    rest = {"break_earliest": time(8, 0), "break_latest": time(8, 0), "break_minutes": 125}
    on_shift("BT-NGHI", shift=rest)
    leg = leg_of(a_booking(session, office=office))
    leg.skills, leg.cash_vnd = [SKILL], 2_000_000
    a_planning_area(session)
    session.commit()
    return leg


@pytest.fixture
def console(client: "FlaskClient", session: Session, leg: Leg, settings: Settings) -> Console:
    area: PlanningArea = a_planning_area(session)
    return Console(client, str(make_plan(area.id, settings)))


def asked(console: Console, leg: Leg, **more: str) -> dict[str, Any]:
    answer = console.client.get(
        f"{console.url}/who-can-take", query_string={"leg": str(leg.id), **more}
    )
    assert answer.status_code == 200, answer.json
    return answer.json


def test_skill_shift_cash_and_break_are_told_in_the_same_answer(console: Console, leg: Leg) -> None:
    answer = asked(console, leg)
    assert [each["courier_code"] for each in answer["takers"]] == ["BT-DUOC"]
    told = {each["courier_code"]: each["reasons"] for each in answer["others"]}
    assert {code: [reason["code"] for reason in why] for code, why in told.items()} == {
        "BT-KHONG-NGHE": ["NO_SKILL"],
        "BT-CHIEU": ["SHIFT"],
        "BT-IT-TIEN": ["CAPACITY"],
        "BT-NGHI": ["BREAK"],
    }
    assert told["BT-CHIEU"][0]["evidence"]["amount"] == 3 * 3600, "ten to one"
    assert told["BT-IT-TIEN"][0]["evidence"]["amount"] == 1_000_000
    assert all(reason["detail_vi"].endswith(".") for why in told.values() for reason in why)


def test_a_lock_is_told_and_trying_is_asked_for_by_name(console: Console, leg: Leg) -> None:
    visit = console.visits()[0]
    console.keep({"kind": "LOCK", "lock": "COURIER", "visits": [visit["id"]]})
    locked = {each["courier_code"]: each["reasons"] for each in asked(console, leg)["others"]}
    assert {why[-1]["code"] for why in locked.values()} >= {"PINNED"}
    tried = asked(console, leg, reasons_of="BT-NGHI")["others"]
    (found,) = [each for each in tried if each["courier_code"] == "BT-NGHI"]
    assert found["reasons"], "found by trying"

"""Somebody publishes, acts or writes while a replan is made: it begins again from what is in force,
keeps its purpose, and says so."""

from collections.abc import Callable
from datetime import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import DeadlockDetected
from redis import Redis
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend import clock
from backend.database import unit_of_work
from backend.dossiers.models import Leg
from backend.places.models import PlanningArea
from backend.planning.edits import replan_job
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import ATTEMPTS, execute_replan
from backend.planning.edits.replan_kept import keep_found
from backend.planning.models import PlanStatus
from backend.planning.operations import cancel_plan
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.planning import a_day, the_plan
from tests.integration.planning.edits_over_http import DOOR, Console
from tests.integration.planning.test_closings import carried_out, close, published, the_office

if TYPE_CHECKING:
    from flask.testing import FlaskClient

type Meanwhile = Callable[[Callable[[int], None]], None]


@pytest.fixture
def console(
    client: "FlaskClient", session: Session, settings: Settings, redis_connection: Redis
) -> Console:
    area: PlanningArea = a_day(session, collections=4, returns=2)
    session.commit()
    return published(client, area.id, settings)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """What happens during each search; it is told which one."""

    def set_up(happens: Callable[[int], None]) -> None:
        real, searches = replan_job.replan, list[int]()

        def searching(*given: Any, **options: Any) -> Any:
            searches.append(len(searches) + 1)
            happens(searches[-1])
            return real(*given, **options)

        monkeypatch.setattr(replan_job, "replan", searching)

    return set_up


def somebody_publishes(console: Console) -> str:
    """A version without one of the visits at a door; answers the leg that it drops."""
    console.open(console.plan_id)
    at_doors = (v for v in console.visits() if v["kind"] in ("DELIVERY", "COLLECTION"))
    out = max(at_doors, key=lambda visit: str(visit["kind"]))
    console.keep({"kind": "DROP", "visits": [out["id"]]})
    assert console.publish().status_code == 200
    return str(out["leg"]["leg_id"])


def begun_again(console: Console) -> list[str]:
    """Why, each time."""
    return [each["code"] for each in console.plan["request"].get("begun_again", ())]


def test_a_closing_that_somebody_overtakes_begins_again_and_comes_into_force(
    console: Console, settings: Settings, meanwhile: Meanwhile
) -> None:
    asked, dropped = close(console, offices=[the_office_of(console)]), list[str]()

    def once(search: int) -> None:
        if search == 1:
            dropped.append(somebody_publishes(console))

    meanwhile(once)
    new = carried_out(console, settings, asked)
    assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
    assert {visit["kind"] for visit in new.visits()}.isdisjoint({"HAND_OVER", "FETCH"})
    assert begun_again(new) == ["plan_not_in_force"]
    assert new.plan["derived_from_id"] == console.plan_id, "it grew from the other one"


def test_a_closing_during_which_a_leg_is_written_begins_again(
    console: Console, settings: Settings, meanwhile: Meanwhile, session: Session
) -> None:
    """Publishing it as it was found would be refused: what it rests on has changed."""
    asked = close(console, offices=[the_office_of(console)])

    def once(search: int) -> None:
        if search == 1:
            leg = session.scalars(select(Leg).order_by(Leg.id)).first()
            assert leg is not None
            leg.cash_vnd += 1000
            session.commit()

    meanwhile(once)
    new = carried_out(console, settings, asked)
    assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
    assert begun_again(new) == ["plan_contradicted"]


def test_a_closing_whose_transaction_clashes_with_another_begins_again(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two who wait for each other the database ends one: that is nobody's last word."""
    asked, times, real = close(console, offices=[the_office_of(console)]), list[int](), keep_found

    def clashing_once(*given: Any, **options: Any) -> None:
        times.append(len(times))
        real(*given, **options)
        if len(times) == 1:
            raise OperationalError("UPDATE plan", {}, DeadlockDetected("deadlock detected"))

    monkeypatch.setattr(replan_job, "keep_found", clashing_once)
    new = carried_out(console, settings, asked)
    assert new.plan["status"] == "PUBLISHED", new.plan["failure"]
    assert begun_again(new) == ["transaction_clash"]


def test_an_opening_that_somebody_overtakes_brings_back_what_was_put_off(
    console: Console, settings: Settings, meanwhile: Meanwhile
) -> None:
    before = {v["leg"]["leg_id"] for v in console.visits() if v["kind"] == "FETCH"}
    closed = close(console, offices=[the_office_of(console)])
    shut = carried_out(console, settings, closed)
    url = f"{DOOR}/closings/{closed.json['closings'][0]['id']}/reopen"
    opened = shut.client.post(url, headers={"Idempotency-Key": str(uuid4())})

    def once(search: int) -> None:
        if search == 1:
            out = next(visit for visit in shut.visits() if visit["kind"] == "COLLECTION")
            shut.keep({"kind": "LOCK", "visits": [out["id"]], "lock": "COURIER"})
            assert shut.publish().status_code == 200

    meanwhile(once)
    back = carried_out(shut, settings, opened)
    assert back.plan["status"] == "PUBLISHED", back.plan["request"].get("not_published")
    assert begun_again(back) == ["plan_not_in_force"]
    assert {v["leg"]["leg_id"] for v in back.visits() if v["kind"] == "FETCH"} == before


def test_a_replan_that_is_overtaken_each_time_ends_and_says_why(
    console: Console, settings: Settings, meanwhile: Meanwhile, session: Session
) -> None:
    new = asked_for(console)

    def always(search: int) -> None:
        somebody_publishes(console)

    meanwhile(always)
    execute_replan(new, settings)
    failed = the_plan(new)
    assert failed.status is PlanStatus.FAILED
    assert failed.failure is not None
    assert failed.failure["code"] == "plan_not_in_force"
    assert len(failed.request["begun_again"]) == ATTEMPTS - 1


def test_urgent_work_finds_its_place_in_the_version_that_came_into_force_before_the_worker(
    console: Console, settings: Settings, session: Session
) -> None:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7))):
        urgent = a_booking(session, slot_start=time(9), slot_end=time(11)).dossiers[0].legs[0].id
        session.commit()
        new = asked_for(console, urgent=(urgent,))
        dropped = somebody_publishes(console)
        execute_replan(new, settings)
        draft = Console(console.client, str(new))
    assert draft.plan["status"] == "DRAFT"
    assert draft.plan["derived_from_id"] == console.plan_id
    ridden = {visit["leg"]["leg_id"] for visit in draft.visits()}
    assert str(urgent) in ridden
    assert dropped not in ridden


def test_a_replan_that_is_cancelled_and_overtaken_leaves_nothing(
    console: Console, settings: Settings, meanwhile: Meanwhile
) -> None:
    new = asked_for(console)

    def once(search: int) -> None:
        somebody_publishes(console)
        with unit_of_work() as session:
            cancel_plan(session, new)

    meanwhile(once)
    execute_replan(new, settings)
    assert the_plan(new).status is PlanStatus.CANCELLED


def asked_for(console: Console, **asked: Any) -> UUID:
    """A queued replan of the plan that lies open."""
    with unit_of_work() as session:
        wish = ReplanAsked(**asked)
        return request_replan(session, UUID(console.plan_id), wish, enqueue=False).id


def the_office_of(console: Console) -> str:
    """Code of the office to which all collections go."""
    with unit_of_work() as session:
        return the_office(session).code

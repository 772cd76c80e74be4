"""Versions of a day: compared visit by visit, published, undone, and carried through a day that
couriers already ride."""

import threading
from datetime import time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.database import unit_of_work
from backend.dossiers.models import Leg, LegStatus
from backend.errors import TanNoiError
from backend.fleet.models import Courier
from backend.places.models import PlanningArea
from backend.planning.edits.asked import Edit, EditKind
from backend.planning.edits.saving import save_edits
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus
from backend.planning.publishing import publish_plan
from backend.planning.roads import open_live_roads
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import WORKING_DAY
from tests.builders.places import PROVINCE
from tests.builders.planning import a_day, make_plan, the_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=4, returns=3, couriers=3)
    session.commit()
    return area


@pytest.fixture
def console(client: "FlaskClient", area: PlanningArea, settings: Settings) -> Console:
    return Console(client, str(make_plan(area.id, settings)))


def acts(console: Console) -> set[tuple[str, str, str]]:
    return {(v["leg"]["leg_id"], v["kind"], v["courier"]) for v in console.visits()}


def drop_of(visit: dict) -> dict:
    return {"kind": "DROP", "visits": [visit["id"]]}


def do(session: Session, visit_id: str, *, minutes: int = 10) -> Visit:
    """What a courier's phone reports of a collection, as rows."""
    visit = session.get_one(Visit, visit_id)
    visit.status = VisitStatus.DONE
    visit.executed_at = clock.now() - timedelta(minutes=minutes)
    visit.executed_by_id = visit.stop.route.courier_id
    visit.leg.status = LegStatus.UNDER_WAY
    session.commit()
    return visit


def test_two_versions_are_compared_visit_by_visit(console: Console) -> None:
    first, visit = console.plan_id, console.visits()[0]
    console.keep(drop_of(visit))
    answer = console.client.get(f"{console.url}/diff", query_string={"with": first})
    assert answer.status_code == 200, answer.json
    gone = [v for v in answer.json["visits"] if v["courier_after"] is None]
    assert {v["leg_ids"][0] for v in gone} == {visit["leg"]["leg_id"]}
    lost = {p["leg_id"]: (p["before"], p["after"]) for p in answer.json["promises"]}
    assert lost[visit["leg"]["leg_id"]][0] == "KEPT"
    figures = {f["name"]: (f["before"], f["after"]) for f in answer.json["figures"]}
    assert figures["unassigned_legs"] == (0, 1)
    versions = console.client.get(f"{console.url}/versions").json["versions"]
    assert [v["origin"] for v in versions] == ["EDIT", "SEARCH"]
    assert versions[0]["derived_from_id"] == first
    same = console.client.get(f"{console.url}/diff", query_string={"with": console.plan_id})
    assert same.json["visits"] == []


def test_undoing_is_not_said_to_bring_back_what_its_citizen_cancelled_since(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    first, gone = console.plan_id, console.visits()[0]["leg"]["leg_id"]
    kept = next(v for v in console.visits() if v["leg"]["leg_id"] != gone)
    session.get_one(Leg, UUID(gone)).status = LegStatus.CANCELLED
    cancelled = update(Visit).where(Visit.leg_id == UUID(gone))
    session.execute(cancelled.values(status=VisitStatus.CANCELLED))
    session.commit()
    console.keep({"kind": "LOCK", "visits": [kept["id"]], "lock": "COURIER"})
    assert console.publish(force=True).status_code == 200
    answer = console.client.get(
        console.url.replace(console.plan_id, first) + "/diff",
        query_string={"with": console.plan_id},
    ).json
    assert gone not in {v["leg_ids"][0] for v in answer["visits"]}
    assert gone not in {p["leg_id"] for p in answer["promises"]}


def undo(console: Console) -> dict:
    answer = console.client.post(
        f"{console.url}/undo",
        headers={"If-Match": console.tag, "Idempotency-Key": f"undo-{console.plan_id}"},
    )
    assert answer.status_code == 201, answer.json
    console.open(answer.json["plan"]["id"])
    return answer.json


def test_an_undone_draft_is_what_it_was(console: Console) -> None:
    before, cost = acts(console), console.plan["best_cost"]
    console.keep(drop_of(console.visits()[0]))
    undone = undo(console)
    assert not undone["published"]
    assert undone["not_undone"] == []
    assert (acts(console), console.plan["best_cost"]) == (before, cost)
    assert console.plan["origin"] == "UNDO"


def test_an_edit_of_the_published_plan_is_published_and_undone(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    first, before = console.plan_id, acts(console)
    console.keep(drop_of(console.visits()[0]))
    assert the_plan_status(session, first) is PlanStatus.PUBLISHED, "nothing has changed yet"
    published = console.publish()
    assert published.status_code == 200, published.json
    assert the_plan_status(session, first) is PlanStatus.SUPERSEDED
    undone = undo(console)
    assert undone["published"]
    assert acts(console) == before
    assert console.plan["status"] == "PUBLISHED"


def the_plan_status(session: Session, plan_id: str) -> PlanStatus:
    session.expire_all()
    return session.get_one(Plan, plan_id).status


def test_there_is_nothing_to_undo_of_the_first_search(console: Console) -> None:
    answer = console.client.post(
        f"{console.url}/undo",
        headers={"If-Match": console.tag, "Idempotency-Key": "undo-of-nothing"},
    )
    assert (answer.status_code, answer.json["code"]) == (409, "nothing_to_undo")


def test_what_is_done_stays_where_it_was_done(console: Console, session: Session) -> None:
    assert console.publish().status_code == 200
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 30))):
        done = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        do(session, done["id"])
        refused = console.attempt({"kind": "DROP", "visits": [done["id"]]})
        assert (refused.status_code, refused.json["code"]) == (409, "edit_impossible")
        later = next(v for v in console.visits() if v["kind"] == "DELIVERY")
        console.keep(drop_of(later))
        assert console.plan["as_of"] is not None
        kept = next(v for v in console.visits() if v["leg"] == done["leg"])
        assert (kept["status"], kept["courier"]) == ("DONE", done["courier"])
        published = console.publish()
        assert published.status_code == 200, published.json
        executed = session.scalars(
            select(Visit)
            .join(Stop)
            .join(Route)
            .where(Route.plan_id == console.plan_id, Visit.status == VisitStatus.DONE)
        ).all()
        assert [str(visit.leg_id) for visit in executed] == [done["leg"]["leg_id"]]
        undone = undo(console)
        assert undone["published"]
        assert later["leg"]["leg_id"] in {leg for leg, _, _ in acts(console)}


def test_a_version_that_the_day_has_passed_is_not_published(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    first = Console(console.client, console.plan_id)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7, 30))):
        visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        takers = console.client.get(
            f"{console.url}/who-can-take", query_string={"visit": visit["id"]}
        ).json["takers"]
        other = next(t for t in takers if t["courier_code"] != visit["courier"])
        console.keep({"kind": "MOVE", "visits": [visit["id"]], "courier": other["courier_code"]})
    with clock.frozen(clock.local_instant(WORKING_DAY, time(8, 30))):
        same = next(v for v in first.visits() if v["id"] == visit["id"])
        do(session, same["id"])
        console.open(console.plan_id)
        refused = console.publish()
        assert (refused.status_code, refused.json["code"]) == (409, "plan_passed")
        assert "đã được làm khác" in refused.json["detail"]


@pytest.mark.usefixtures("committed_database")
def test_of_two_dispatchers_who_save_at_once_one_is_told(settings: Settings) -> None:
    with unit_of_work() as session:
        area_id = a_day(session, collections=4, returns=3, couriers=3).id
    plan_id = make_plan(area_id, settings)
    seen = the_plan(plan_id).version
    travel = open_live_roads(settings.roads_dir, PROVINCE)
    with unit_of_work() as session:
        visits = session.scalars(select(Visit.id).join(Stop).join(Route)).all()
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def one(visit_id: object) -> None:
        gate.wait()
        try:
            with unit_of_work() as session:
                plan = lock_day_plans(session, plan_id)
                if plan.version != seen:
                    outcomes.append("moved")
                    return
                save_edits(
                    session,
                    plan_id,
                    [Edit(kind=EditKind.DROP, visits=(visit_id,))],
                    confirmed=(),
                    note="",
                    travel=travel,
                    blobs=BlobStore(settings.blob_dir),
                )
            outcomes.append("saved")
        except TanNoiError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=one, args=(visit,)) for visit in visits[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "saved"]
    with unit_of_work() as session:
        assert len(session.scalars(select(Plan.id)).all()) == 2


def test_a_crash_between_writes_saves_nothing(
    session: Session, settings: Settings, area: PlanningArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.planning.edits import version_rows

    plan_id = make_plan(area.id, settings)
    visit = session.scalars(select(Visit.id)).first()
    before = the_plan(plan_id).version

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(version_rows, "write_locks", crash)
    with pytest.raises(RuntimeError), unit_of_work() as inner:
        save_edits(
            inner,
            plan_id,
            [Edit(kind=EditKind.DROP, visits=(visit,))],
            confirmed=(),
            note="",
            travel=open_live_roads(settings.roads_dir, PROVINCE),
            blobs=BlobStore(settings.blob_dir),
        )
    session.expire_all()
    assert the_plan(plan_id).version == before
    assert len(session.scalars(select(Plan.id)).all()) == 1


def test_publishing_a_version_gives_every_courier_of_both_a_revision(
    session: Session, console: Console, settings: Settings
) -> None:
    assert console.publish().status_code == 200
    before = {row.id: row.revision for row in session.execute(select(Courier.id, Courier.revision))}
    console.keep(drop_of(console.visits()[0]))
    version = the_plan(console.plan_id).version
    publish_plan(
        session, UUID(console.plan_id), expected_version=version, blobs=BlobStore(settings.blob_dir)
    )
    session.expire_all()
    riding = set(session.scalars(select(Route.courier_id)))
    after = {row.id: row.revision for row in session.execute(select(Courier.id, Courier.revision))}
    assert {key for key in after if after[key] == before[key] + 1} == riding

"""Publishing is one step: every courier gets a route and a revision, or nothing has happened."""

import threading
import uuid
from datetime import time

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingStatus
from backend.database import unit_of_work
from backend.dossiers.models import Leg, LegStatus
from backend.errors import TanNoiError
from backend.fleet.models import Courier, Shift
from backend.places.models import Office, PlanningArea
from backend.planning import publishing
from backend.planning.errors import (
    DayUnderWay,
    PlanChanged,
    PlanContradicted,
    PlanEmpty,
    PlanNotFound,
    PlanNotPublishable,
    PlanStale,
)
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    StopStatus,
    Visit,
    VisitStatus,
)
from backend.planning.operations import get_plan
from backend.planning.publishing import publish_plan
from backend.planning.staleness import read_staleness
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import a_booking, leg_of
from tests.builders.planning import a_day, make_plan, the_plan


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session)
    session.commit()
    return area


def publish(
    session: Session, plan_id: uuid.UUID, settings: Settings, *, force: bool = False
) -> Plan:
    return publish_plan(
        session,
        plan_id,
        expected_version=the_plan(plan_id).version,
        blobs=BlobStore(settings.blob_dir),
        force=force,
    )


def revisions(session: Session) -> dict[uuid.UUID, int]:
    return {row.id: row.revision for row in session.execute(select(Courier.id, Courier.revision))}


def test_each_courier_of_the_plan_gets_a_new_revision_and_legs_become_planned(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    before = revisions(session)
    plan = publish(session, plan_id, settings)
    riding = set(session.scalars(select(Route.courier_id)))
    raised = {key for key, number in revisions(session).items() if number == before[key] + 1}
    assert raised == riding
    assert plan.status is PlanStatus.PUBLISHED
    assert plan.published_at == clock.now()
    assert set(session.scalars(select(Leg.status))) == {LegStatus.PLANNED}
    assert set(session.scalars(select(Booking.status))) == {BookingStatus.SCHEDULED}


def test_a_second_plan_supersedes_the_first_and_cancels_its_open_stops(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    first = make_plan(area.id, settings)
    publish(session, first, settings)
    session.commit()
    second = make_plan(area.id, settings)
    publish(session, second, settings)
    session.expire_all()
    assert the_plan(first).status is PlanStatus.SUPERSEDED
    assert the_plan(second).status is PlanStatus.PUBLISHED
    old = select(Stop.status).join(Route).where(Route.plan_id == first)
    assert set(session.scalars(old)) == {StopStatus.CANCELLED}
    new = select(Visit.status).join(Stop).join(Route).where(Route.plan_id == second)
    assert set(session.scalars(new)) == {VisitStatus.OPEN}
    assert set(session.scalars(select(Leg.status))) == {LegStatus.PLANNED}


def test_publishing_another_draft_does_not_make_a_draft_stale(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    first, second = make_plan(area.id, settings), make_plan(area.id, settings)
    publish(session, first, settings)
    plan = get_plan(session, second)
    assert not read_staleness(session, plan, BlobStore(settings.blob_dir)).stale


def test_a_stale_draft_is_refused_with_what_moved(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    a_booking(session)
    session.commit()
    with pytest.raises(PlanStale) as refused:
        publish(session, plan_id, settings)
    assert "legs: 1 added" in refused.value.detail.en
    assert "thêm 1 việc" in refused.value.detail.vi
    assert the_plan(plan_id).status is PlanStatus.DRAFT


def test_force_publishes_although_bookings_came_in_and_leaves_them_open(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    late = leg_of(a_booking(session))
    session.commit()
    publish(session, plan_id, settings, force=True)
    session.refresh(late)
    assert late.status is LegStatus.OPEN


def without_routes(session: Session, plan_id: uuid.UUID) -> None:
    """What a search that was ended before its first plan leaves behind."""
    plan = get_plan(session, plan_id)
    for route in list(plan.routes):
        session.delete(route)
    session.commit()
    session.expire_all()


def test_a_plan_without_routes_is_refused_while_a_plan_by_hand_could_serve_somebody(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    without_routes(session, plan_id)
    with pytest.raises(PlanEmpty) as refused:
        publish(session, plan_id, settings)
    assert "reaches 6 homes" in refused.value.detail.en
    assert "longer time limit" in refused.value.action.en
    assert the_plan(plan_id).status is PlanStatus.DRAFT
    assert set(session.scalars(select(Leg.status))) == {LegStatus.OPEN}


def test_force_publishes_a_plan_without_routes(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    without_routes(session, plan_id)
    assert publish(session, plan_id, settings, force=True).status is PlanStatus.PUBLISHED
    assert set(session.scalars(select(Leg.status))) == {LegStatus.OPEN}


def test_a_plan_without_routes_is_published_where_a_plan_by_hand_serves_nobody_either(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    session.execute(update(Shift).values(starts=time(7), ends=time(7, 10)))
    session.commit()
    plan_id = make_plan(area.id, settings)
    assert the_plan(plan_id).summary["couriers"]["used"] == 0
    assert publish(session, plan_id, settings).status is PlanStatus.PUBLISHED


@pytest.mark.parametrize("gone", ["leg", "shift", "office"])
def test_force_never_publishes_routes_that_are_no_longer_true(
    session: Session, settings: Settings, area: PlanningArea, gone: str
) -> None:
    plan_id = make_plan(area.id, settings)
    changes = {
        "leg": update(Leg).values(status=LegStatus.CANCELLED),
        "shift": update(Shift).values(ends=time(12)),
        "office": update(Office).values(latest_arrival=time(9)),
    }
    session.execute(changes[gone])
    session.commit()
    with pytest.raises(PlanContradicted):
        publish(session, plan_id, settings, force=True)
    with pytest.raises(PlanStale):
        publish(session, plan_id, settings)


def test_a_plan_that_somebody_else_changed_is_refused(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    with pytest.raises(PlanChanged):
        publish_plan(session, plan_id, expected_version=1, blobs=BlobStore(settings.blob_dir))


def test_only_a_draft_can_be_published(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    plan_id = make_plan(area.id, settings)
    publish(session, plan_id, settings)
    session.commit()
    with pytest.raises(PlanNotPublishable):
        publish(session, plan_id, settings)
    with pytest.raises(PlanNotFound):
        publish_plan(session, uuid.uuid4(), expected_version=1, blobs=BlobStore(settings.blob_dir))


def test_a_day_that_couriers_already_work_is_not_replaced(
    session: Session, settings: Settings, area: PlanningArea
) -> None:
    first = make_plan(area.id, settings)
    publish(session, first, settings)
    visit = session.scalars(select(Visit).limit(1)).one()
    visit.status = VisitStatus.DONE
    session.commit()
    second = make_plan(area.id, settings)
    with pytest.raises(DayUnderWay):
        publish(session, second, settings)


def test_a_crash_between_writes_publishes_nothing(
    session: Session,
    settings: Settings,
    area: PlanningArea,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan_id = make_plan(area.id, settings)
    before = revisions(session)

    def crash(*_: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(publishing, "_schedule_bookings", crash)
    with pytest.raises(RuntimeError), unit_of_work() as inner:
        publish(inner, plan_id, settings)
    session.expire_all()
    assert the_plan(plan_id).status is PlanStatus.DRAFT
    assert set(session.scalars(select(Leg.status))) == {LegStatus.OPEN}
    assert revisions(session) == before


@pytest.mark.usefixtures("committed_database")
def test_two_dispatchers_publish_at_once_and_one_of_them_is_told(settings: Settings) -> None:
    with unit_of_work() as session:
        area_id = a_day(session).id
    plan_id = make_plan(area_id, settings)
    version = the_plan(plan_id).version
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def one() -> None:
        gate.wait()
        try:
            with unit_of_work() as session:
                publish_plan(
                    session,
                    plan_id,
                    expected_version=version,
                    blobs=BlobStore(settings.blob_dir),
                )
            outcomes.append("published")
        except TanNoiError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["plan_changed", "published"]
    with unit_of_work() as session:
        assert max(revisions(session).values()) == 1

"""Moving and cancelling say first what they change, and then do just that."""

import uuid
from datetime import date, time, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.booking.changes import BookingChange, ChangeKind, Fault
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.catalogue.models import TariffScope
from backend.courier_day import visits
from backend.database import unit_of_work
from backend.dossiers.models import Leg, LegStatus
from backend.fleet.models import Courier
from backend.outbox import OutboxMessage
from backend.planning.models import Plan, Stop, StopStatus, Visit, VisitStatus
from backend.planning.slots.models import RunningDay
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.catalogue import a_tariff
from tests.fixtures.signing import client_of
from tests.fixtures.web import app_with
from tests.integration.rescheduling.conftest import Call

TUESDAY = WORKING_DAY + timedelta(days=1)
CANCEL = {"act": "CANCELLED"}
MOVE = {"act": "RESCHEDULED", "day": TUESDAY.isoformat(), "start": "09:00", "end": "11:00"}


def change(dispatch: Call, reference: str, body: dict[str, Any], key: str = "key-of-a-test") -> Any:
    """Preview, then do it."""
    seen = dispatch(reference, "preview", body)
    assert seen.status_code == 200, seen.get_json()
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": key}
    return dispatch(reference, "change", body, **headers)


def legs_of(session: Session, reference: str) -> list[Leg]:
    return list(
        session.scalars(
            select(Leg)
            .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
            .join(Booking, Booking.id == BookingDossier.booking_id)
            .where(Booking.reference == reference)
        )
    )


def told(session: Session, template: str) -> list[str]:
    """Texts of the notices of a kind."""
    asked = select(OutboxMessage.content).where(OutboxMessage.template == template)
    return [content["text"] for content in session.scalars(asked)]


def revisions(session: Session) -> dict[str, int]:
    return {row.code: row.revision for row in session.scalars(select(Courier))}


def test_cancelling_a_published_visit_says_whose_route_changes_and_changes_it(
    reference: str, dispatch: Call
) -> None:
    with unit_of_work() as session:
        before = revisions(session)
    seen = dispatch(reference, "preview", CANCEL).get_json()
    assert (seen["stage"], seen["late"], seen["charge_vnd"]) == ("PUBLISHED", False, 0)
    assert seen["references"] == [reference]
    (route,) = seen["by_courier"]
    assert route["saved_s"] >= 0
    with unit_of_work() as session:
        assert legs_of(session, reference)[0].status is LegStatus.PLANNED, "nothing is done yet"
        assert revisions(session) == before
    answer = change(dispatch, reference, CANCEL)
    assert (answer.status_code, answer.get_json()["status"]) == (200, "CANCELLED")
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        assert leg.status is LegStatus.CANCELLED
        left = session.scalars(select(Visit).where(Visit.leg_id == leg.id)).all()
        assert {visit.status for visit in left} == {VisitStatus.CANCELLED}
        after = revisions(session)
        assert [code for code in after if after[code] > before[code]] == [route["courier_code"]]
        sent = session.scalars(select(OutboxMessage.template)).all()
        assert "booking.cancelled" in sent
        (kept,) = session.scalars(select(BookingChange)).all()
        assert (kept.kind, kept.fault, kept.charge_vnd) == (
            ChangeKind.CANCELLED,
            Fault.CITIZEN,
            0,
        )
        for stop in session.scalars(select(Stop).join(Stop.visits)):
            dead = all(visit.status is VisitStatus.CANCELLED for visit in stop.visits)
            assert (stop.status is StopStatus.CANCELLED) == dead
    again = dispatch(reference, "preview", CANCEL)
    assert (again.status_code, again.get_json()["code"]) == (409, "nothing_to_change")


def test_moving_a_published_visit_sells_a_window_and_moves_the_promise(
    reference: str, dispatch: Call
) -> None:
    seen = dispatch(reference, "preview", MOVE).get_json()
    assert seen["promise_after"] > seen["promise_before"]
    answer = change(dispatch, reference, MOVE)
    assert answer.status_code == 200, answer.get_json()
    told = answer.get_json()
    assert (told["day"], told["start"], told["status"]) == (MOVE["day"], "09:00", "REQUESTED")
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        assert (leg.status, leg.service_date, leg.window_start) == (
            LegStatus.OPEN,
            TUESDAY,
            time(9),
        )
        assert leg.due_on == date.fromisoformat(seen["promise_after"])
        assert "booking.rescheduled" in session.scalars(select(OutboxMessage.template)).all()


def test_the_posts_own_fault_does_not_move_the_promise(reference: str, dispatch: Call) -> None:
    seen = dispatch(reference, "preview", MOVE | {"fault": "POST"}).get_json()
    assert seen["promise_after"] == seen["promise_before"]
    assert seen["charge_vnd"] == 0


def test_moving_within_the_same_draft_day_takes_the_place_along(
    drafted: uuid.UUID, dispatch: Call
) -> None:
    with unit_of_work() as session:
        reference = session.scalars(select(Booking.reference).order_by(Booking.id)).first()
    assert reference is not None
    body = {"act": "RESCHEDULED", "day": WORKING_DAY.isoformat(), "start": "13:30", "end": "15:30"}
    seen = dispatch(reference, "preview", body).get_json()
    assert seen["stage"] == "PLANNED"
    assert seen["new_place"] is not None
    answer = change(dispatch, reference, body)
    assert answer.status_code == 200, answer.get_json()
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        assert leg.window_start == time(13, 30)
    # the place was sold: it stands in the day's orders under the leg's own name
    with unit_of_work() as session:
        (day,) = session.scalars(select(RunningDay)).all()
        assert any(task.startswith(f"{leg.id}:") for order in day.orders.values() for task in order)


def test_whoever_saw_another_preview_changes_nothing(reference: str, dispatch: Call) -> None:
    key = {"Idempotency-Key": "key-of-a-test"}
    blind = dispatch(reference, "change", CANCEL, **key)
    assert blind.status_code == 428
    seen = dispatch(reference, "preview", CANCEL)
    with unit_of_work() as session:
        legs_of(session, reference)[0].version += 1
    stale = dispatch(reference, "change", CANCEL, **{"If-Match": seen.headers["ETag"]}, **key)
    assert (stale.status_code, stale.get_json()["code"]) == (412, "precondition_failed")
    other = dispatch(reference, "change", MOVE, **{"If-Match": seen.headers["ETag"]}, **key)
    assert other.status_code == 412
    with unit_of_work() as session:
        assert legs_of(session, reference)[0].status is LegStatus.PLANNED


def test_a_repeated_change_is_one_change(reference: str, dispatch: Call) -> None:
    seen = dispatch(reference, "preview", CANCEL)
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "key-of-a-test"}
    first = dispatch(reference, "change", CANCEL, **headers)
    again = dispatch(reference, "change", CANCEL, **headers)
    assert first.get_json() == again.get_json()
    with unit_of_work() as session:
        assert len(session.scalars(select(BookingChange)).all()) == 1


def test_collected_papers_are_withdrawn_and_not_cancelled(reference: str, dispatch: Call) -> None:
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        leg.status = LegStatus.UNDER_WAY
    answer = dispatch(reference, "preview", CANCEL)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "papers_collected")
    assert "rút hồ sơ" in answer.get_json()["action"]


def test_nobody_cancels_while_the_courier_is_at_the_door(reference: str, dispatch: Call) -> None:
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        for visit in session.scalars(select(Visit).where(Visit.leg_id == leg.id)):
            visit.stop.arrived_at = clock.now()
    answer = dispatch(reference, "preview", CANCEL)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "courier_at_the_door")


def test_a_late_cancellation_costs_a_trip_if_it_is_the_citizens_fault(
    reference: str, dispatch: Call, day_before: clock.FrozenClock
) -> None:
    with unit_of_work() as session:
        for scope in TariffScope:
            a_tariff(session, code=f"CUOC-{scope}", scope=scope)
    day_before.advance(timedelta(hours=15))
    late = dispatch(reference, "preview", CANCEL).get_json()
    assert late["late"]
    assert late["charge_vnd"] == 21_600
    for fault in ("POST", "OFFICE", "FORCE_MAJEURE"):
        seen = dispatch(reference, "preview", CANCEL | {"fault": fault}).get_json()
        assert seen["charge_vnd"] == 0


def test_a_visit_that_was_put_off_is_not_late_for_the_day_that_was_booked(
    reference: str, dispatch: Call
) -> None:
    with unit_of_work() as session:
        for scope in TariffScope:
            a_tariff(session, code=f"CUOC-{scope}", scope=scope)
        booking = session.scalars(select(Booking).where(Booking.reference == reference)).one()
        booking.service_date = WORKING_DAY - timedelta(days=3)
        (leg,) = legs_of(session, reference)
        assert leg.service_date == WORKING_DAY
    seen = dispatch(reference, "preview", CANCEL).get_json()
    assert (seen["stage"], seen["late"], seen["charge_vnd"]) == ("PUBLISHED", False, 0)
    assert change(dispatch, reference, CANCEL).status_code == 200
    with unit_of_work() as session:
        kept = session.scalars(select(BookingChange)).one()
        assert kept.before_on == WORKING_DAY
        texts = told(session, "booking.cancelled") + told(session, "courier.stop_dropped")
        assert len(texts) == 2
        assert all(f"{WORKING_DAY:%d/%m/%Y}" in text for text in texts)


def test_whoever_moves_there_and_back_again_is_told_each_time(
    published: uuid.UUID, dispatch: Call
) -> None:
    with unit_of_work() as session:
        reference = a_booking(session, point=None, address="Không ai biết").reference
    first, second = (
        {"act": "RESCHEDULED", "day": (WORKING_DAY + timedelta(days=ahead)).isoformat()}
        for ahead in (1, 2)
    )
    for number, body in enumerate((first, second, first, second)):
        assert change(dispatch, reference, body, f"key-{number}-of-a-test").status_code == 200
    with unit_of_work() as session:
        assert len(told(session, "booking.rescheduled")) == 4


def test_who_has_not_seen_where_a_visit_stands_now_does_not_move_it(
    published: uuid.UUID, dispatch: Call
) -> None:
    with unit_of_work() as session:
        reference = a_booking(session, point=None, address="Không ai biết").reference
    seen = dispatch(reference, "preview", CANCEL)
    moved = {"act": "RESCHEDULED", "day": TUESDAY.isoformat()}
    assert change(dispatch, reference, moved).status_code == 200
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "another-key-of-a-test"}
    assert dispatch(reference, "change", CANCEL, **headers).status_code == 412


def test_a_crash_between_the_writes_leaves_everything_as_it_was(
    reference: str, dispatch: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = visits.cancel_open_visits

    def dies(session: Session, leg: Leg) -> set[uuid.UUID]:
        real(session, leg)
        session.flush()
        raise ZeroDivisionError

    seen = dispatch(reference, "preview", CANCEL)
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "key-of-a-test"}
    monkeypatch.setattr(visits, "cancel_open_visits", dies)
    assert dispatch(reference, "change", CANCEL, **headers).status_code == 500
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        assert leg.status is LegStatus.PLANNED
        assert {
            visit.status for visit in session.scalars(select(Visit).where(Visit.leg_id == leg.id))
        } == {VisitStatus.OPEN}
        assert session.scalars(select(BookingChange)).all() == []
        assert session.scalars(select(OutboxMessage.id)).all() == []
    monkeypatch.undo()
    assert dispatch(reference, "change", CANCEL, **headers).status_code == 200


def test_other_roles_and_other_peoples_bookings(
    reference: str, redis_connection: Redis, settings: Settings
) -> None:
    app = app_with(settings)
    where = f"/v1/dispatcher/bookings/{reference}/preview"
    for role in (Role.MANAGER, Role.AUDITOR, Role.CITIZEN, Role.COURIER):
        assert client_of(app, role).post(where, json=CANCEL).status_code == 403
    citizen = client_of(app, Role.CITIZEN)
    for path in (f"/v1/citizen/bookings/{reference}", "/v1/citizen/bookings/TN-0000-0000"):
        answer = citizen.get(path)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "booking_not_found")
        assert citizen.post(f"{path}/preview", json=CANCEL).status_code == 404
    elsewhere = client_of(app, Role.DISPATCHER, planning_area_ids=(uuid.uuid4(),))
    assert elsewhere.post(where, json=CANCEL).status_code == 404


def test_the_link_of_a_notice_cancels_too(
    reference: str, redis_connection: Redis, settings: Settings
) -> None:
    with unit_of_work() as session:
        booking = session.scalars(select(Booking).where(Booking.reference == reference)).one()
        token = make_token(session, booking.id)
    client = app_with(settings).test_client()
    seen = client.post(f"/v1/citizen/follow/{token}/preview", json=CANCEL)
    assert seen.status_code == 200, seen.get_json()
    assert "by_courier" not in seen.get_json()
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "key-of-a-test"}
    answer = client.post(f"/v1/citizen/follow/{token}/change", json=CANCEL, headers=headers)
    assert answer.get_json()["status"] == "CANCELLED"
    (item,) = client.get(f"/v1/citizen/follow/{token}").get_json()["items"]
    assert item["state"] == "Không gửi nữa, giấy tờ vẫn ở quý vị", "no courier comes any more"
    wrong = client.post(f"/v1/citizen/follow/{'a' * 24}/preview", json=CANCEL)
    assert wrong.status_code == 404


def test_what_waits_for_a_door_is_cancelled_at_once(published: uuid.UUID, dispatch: Call) -> None:
    with unit_of_work() as session:
        reference = a_booking(session, point=None, address="Không ai biết").reference
    assert dispatch(reference, "preview", CANCEL).get_json()["stage"] == "TO_PLACE"
    assert change(dispatch, reference, CANCEL).get_json()["status"] == BookingStatus.CANCELLED


def test_the_plan_itself_is_not_touched(
    reference: str, published: uuid.UUID, dispatch: Call
) -> None:
    with unit_of_work() as session:
        before = session.get_one(Plan, published).solution_sha256
    change(dispatch, reference, MOVE)
    with unit_of_work() as session:
        assert session.get_one(Plan, published).solution_sha256 == before

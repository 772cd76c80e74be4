"""Citizens rate visits and complain; complaints are numbered, and answered in time."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingStatus
from backend.booking.notices.reminders import EveningRound, remind
from backend.courier_day.feedback.complaints import add_months, complain
from backend.courier_day.feedback.models import Complaint, ComplaintKind, ComplaintStatus
from backend.database import unit_of_work
from backend.dossiers import custody
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEventType as Event
from backend.outbox import OutboxMessage
from backend.planning.models import Stop, VisitStatus
from tests.builders.booking import WORKING_DAY, a_booking, dossier_of
from tests.builders.courier_days import a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import a_planning_area

MORNING = clock.local_instant(WORKING_DAY, time(7, 0))


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(MORNING) as held:
        yield held


@pytest.fixture
def booking(session: Session, frozen: clock.FrozenClock) -> Booking:
    made = a_booking(session, phone="0900 000 321")
    session.flush()
    return made


@pytest.fixture
def link(session: Session, booking: Booking) -> str:
    token = make_token(session, booking.id)
    session.commit()
    return f"/v1/citizen/follow/{token}"


@pytest.fixture
def visit(session: Session, booking: Booking) -> Stop:
    """The courier was at the door an hour ago."""
    route = a_route(session, a_courier(session), schedule(booking))
    (stop,) = [each for each in route.stops if each.place_id == booking.address_id]
    stop.visits[0].status = VisitStatus.DONE
    stop.visits[0].executed_at = MORNING - timedelta(hours=1)
    session.commit()
    return stop


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def rate(client: FlaskClient, link: str, stop: object, **more: Any) -> Any:
    body = {"stop": str(stop), "score": 5} | more
    return client.post(f"{link}/ratings", json=body, headers=key())


def test_a_visit_is_rated_once(client: FlaskClient, link: str, visit: Stop) -> None:
    (waiting,) = client.get(link).get_json()["visits"]
    assert (waiting["stop"], waiting["can_be_rated"]) == (str(visit.id), True)
    answer = rate(client, link, visit.id, score=4, reasons=["POLITE", "LATE"], text="Rất tốt")
    assert answer.status_code == 201
    assert answer.get_json()["reasons"] == ["LATE", "POLITE"]
    (rated,) = client.get(link).get_json()["visits"]
    assert (rated["score"], rated["can_be_rated"]) == (4, False)
    again = rate(client, link, visit.id)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_rated")


def test_the_repeat_of_a_rating_gets_the_first_answer(
    client: FlaskClient, link: str, visit: Stop
) -> None:
    body, same = {"stop": str(visit.id), "score": 5}, key()
    first = client.post(f"{link}/ratings", json=body, headers=same)
    second = client.post(f"{link}/ratings", json=body, headers=same)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.get_json() == second.get_json()


def test_a_rating_names_a_visit_of_this_booking(
    client: FlaskClient, session: Session, link: str, visit: Stop
) -> None:
    other = a_booking(session)
    foreign = make_token(session, other.id)
    session.commit()
    for where, stop in ((f"/v1/citizen/follow/{foreign}", visit.id), (link, uuid.uuid4())):
        answer = rate(client, where, stop)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "visit_not_found")
    assert rate(client, link, visit.id, score=6).status_code == 422
    assert rate(client, link, visit.id, score=0).status_code == 422
    assert rate(client, link, visit.id, reasons=["NICE"]).status_code == 422


def test_after_a_month_a_visit_is_rated_no_more(
    client: FlaskClient, link: str, visit: Stop, frozen: clock.FrozenClock
) -> None:
    frozen.advance(timedelta(days=31))
    answer = rate(client, link, visit.id)
    assert answer.get_json()["code"] == "too_late_to_rate"
    assert "23/12/2026" in answer.get_json()["detail"]


def test_the_dispatcher_reads_ratings_without_the_citizen(
    client: FlaskClient, link: str, visit: Stop, booking: Booking
) -> None:
    rate(client, link, visit.id, score=2, text="Đến trễ")
    answer = client.get("/v1/dispatcher/ratings")
    (line,) = answer.get_json()["ratings"]
    assert (line["score"], line["courier_id"]) == (2, str(visit.route.courier_id))
    for private in (booking.contact.full_name, "0900", booking.reference, str(booking.id)):
        assert private not in answer.get_data(as_text=True)


def write(client: FlaskClient, link: str, **more: Any) -> Any:
    body = {"kind": "LATE", "text": "Bưu tá đến trễ hai giờ."} | more
    return client.post(f"{link}/complaints", json=body, headers=key())


def test_a_complaint_gets_a_number_and_a_day(
    client: FlaskClient, session: Session, booking: Booking, link: str
) -> None:
    answer = write(client, link, item_code=dossier_of(booking).item_code)
    assert answer.status_code == 201
    made = answer.get_json()
    assert (made["number"], made["due_on"], made["answer"]) == ("00001/2026/KN", "2026-11-30", None)
    assert write(client, link).get_json()["number"] == "00002/2026/KN"
    assert [each["number"] for each in client.get(link).get_json()["complaints"]] == [
        "00001/2026/KN",
        "00002/2026/KN",
    ]
    told = session.scalars(
        select(OutboxMessage.content).where(OutboxMessage.template == "complaint.received")
    ).all()
    assert "00001/2026/KN" in told[0]["text"]
    assert "30/11/2026" in told[0]["text"]


def test_between_provinces_there_are_seven_days(
    client: FlaskClient, session: Session, booking: Booking, link: str
) -> None:
    dossier_of(booking).filing_office.province_code = "01"
    session.commit()
    assert write(client, link).get_json()["due_on"] == "2026-12-02"


def test_a_complaint_names_an_item_of_the_booking(client: FlaskClient, link: str) -> None:
    answer = write(client, link, item_code="RA000000000VN")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "item_not_in_booking")
    assert write(client, link, text="").status_code == 422
    assert write(client, link, kind="NOISE").status_code == 422


def file_it(session: Session, booking: Booking) -> None:
    dossier = dossier_of(booking)
    courier = Keeper.courier(a_courier(session).id)
    custody.record_event(session, dossier, Event.COLLECTED, receiver=courier)
    office = Keeper.office(dossier.filing_office_id)
    custody.record_event(session, dossier, Event.HANDED_OVER, receiver=office)
    booking.status = BookingStatus.DONE
    session.commit()


def test_six_months_after_the_transit_it_is_too_late(
    client: FlaskClient, session: Session, booking: Booking, frozen: clock.FrozenClock
) -> None:
    file_it(session, booking)
    path = f"/v1/dispatcher/bookings/{booking.reference}/complaints"
    body = {"kind": "OTHER", "text": "Hỏi lại phí."}
    frozen.move_to(clock.local_instant(date(2027, 5, 23), time(23, 0)))
    assert client.post(path, json=body, headers=key()).status_code == 201
    frozen.advance(timedelta(hours=2))
    late = client.post(path, json=body, headers=key())
    assert (late.status_code, late.get_json()["code"]) == (409, "complaint_too_late")
    assert "23/05/2027" in late.get_json()["detail"]


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 23), date(2027, 5, 23)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_month_s_last(day: date, later: date) -> None:
    assert add_months(day, 6) == later


def test_an_answer_reaches_the_citizen_by_a_new_link(
    client: FlaskClient, session: Session, booking: Booking, link: str
) -> None:
    write(client, link)
    (open_one,) = client.get("/v1/dispatcher/complaints").get_json()["complaints"]
    path = f"/v1/dispatcher/complaints/{open_one['id']}/answer"
    answer = client.post(path, json={"answer": "Chúng tôi xin lỗi."}, headers=key())
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ANSWERED")
    (seen,) = client.get(link).get_json()["complaints"]
    assert seen["answer"] == "Chúng tôi xin lỗi."
    session.expire_all()
    row = session.scalars(select(Complaint)).one()
    assert row.answered_by is not None
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "complaint.answered")
    ).one()
    assert "secret_link" in told.content
    again = client.post(path, json={"answer": "Thêm."}, headers=key())
    assert (again.status_code, again.get_json()["code"]) == (409, "complaint_answered")


def test_the_register_shows_what_is_due_and_what_is_late(
    client: FlaskClient, link: str, frozen: clock.FrozenClock
) -> None:
    for _ in range(3):
        write(client, link)
        frozen.advance(timedelta(days=1))
    first = client.get("/v1/dispatcher/complaints").get_json()["complaints"]
    assert [each["number"][:5] for each in first] == ["00001", "00002", "00003"]
    assert not any(each["late"] for each in first)
    path = f"/v1/dispatcher/complaints/{first[0]['id']}/answer"
    client.post(path, json={"answer": "Đã rõ."}, headers=key())
    frozen.move_to(clock.local_instant(date(2026, 12, 2), time(9, 0)))
    listed = client.get("/v1/dispatcher/complaints").get_json()["complaints"]
    assert [(each["number"][:5], each["late"]) for each in listed] == [
        ("00002", True),
        ("00003", False),
        ("00001", False),
    ]
    only = client.get("/v1/dispatcher/complaints?status=ANSWERED").get_json()["complaints"]
    assert [each["number"][:5] for each in only] == ["00001"]


def test_what_lapsed_stands_last_in_the_register_and_is_not_answered(
    client: FlaskClient, session: Session, link: str, frozen: clock.FrozenClock
) -> None:
    for _ in range(3):
        write(client, link)
        frozen.advance(timedelta(days=1))
    first, second, _ = client.get("/v1/dispatcher/complaints").get_json()["complaints"]
    lapsed = session.get_one(Complaint, uuid.UUID(first["id"]))
    lapsed.status, lapsed.text = ComplaintStatus.LAPSED, ""
    session.flush()
    where = "/v1/dispatcher/complaints"
    client.post(f"{where}/{second['id']}/answer", json={"answer": "Đã rõ."}, headers=key())
    listed = client.get(where).get_json()["complaints"]
    assert [each["number"][:5] for each in listed] == ["00003", "00002", "00001"]
    only = client.get(f"{where}?status=LAPSED").get_json()["complaints"]
    assert [each["id"] for each in only] == [first["id"]]
    refused = client.post(f"{where}/{first['id']}/answer", json={"answer": "?"}, headers=key())
    assert (refused.status_code, refused.get_json()["code"]) == (409, "complaint_lapsed")
    assert (lapsed.status, lapsed.answer) == (ComplaintStatus.LAPSED, None)


def test_another_area_s_complaint_does_not_exist(
    client: FlaskClient,
    client_as: Callable[..., FlaskClient],
    session: Session,
    link: str,
    booking: Booking,
) -> None:
    write(client, link)
    (complaint,) = session.scalars(select(Complaint))
    elsewhere = client_as(Role.DISPATCHER, planning_area_ids=(uuid.uuid4(),))
    assert elsewhere.get("/v1/dispatcher/complaints").get_json() == {"complaints": []}
    path = f"/v1/dispatcher/complaints/{complaint.id}/answer"
    foreign = elsewhere.post(path, json={"answer": "?"}, headers=key())
    unknown = elsewhere.post(
        f"/v1/dispatcher/complaints/{uuid.uuid4()}/answer", json={"answer": "?"}, headers=key()
    )
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.get_json()["code"] == unknown.get_json()["code"] == "complaint_not_found"
    told = elsewhere.get(f"/v1/dispatcher/bookings/{booking.reference}/notices")
    assert told.get_json()["code"] == "booking_not_found"
    here = client_as(Role.DISPATCHER, planning_area_ids=(a_planning_area(session).id,))
    assert len(here.get("/v1/dispatcher/complaints").get_json()["complaints"]) == 1
    reader = client_as(Role.AUDITOR)
    assert reader.get("/v1/dispatcher/complaints").status_code == 200
    assert reader.post(path, json={"answer": "?"}, headers=key()).status_code == 403


def test_the_dispatcher_sees_what_was_told_to_whom_masked(
    client: FlaskClient, booking: Booking, link: str
) -> None:
    write(client, link)
    answer = client.get(f"/v1/dispatcher/bookings/{booking.reference}/notices")
    (told,) = answer.get_json()["notices"]
    assert (told["template"], told["to"]) == ("complaint.received", "•••••••321")
    assert (told["status"], told["parts"]) == ("WAITING", 2)
    assert "0900" not in answer.get_data(as_text=True)


def test_a_complaint_that_was_taken_back_leaves_no_gap(committed_database: Engine) -> None:
    with clock.frozen(MORNING):
        with unit_of_work() as session:
            booking_id = a_booking(session).id
        for fails in (False, True, False):
            try:
                with unit_of_work() as session:
                    booking = session.get_one(Booking, booking_id)
                    complain(session, booking, kind=ComplaintKind.OTHER, text="…")
                    if fails:
                        raise KeyError
            except KeyError:
                continue
        with unit_of_work() as session:
            numbers = session.scalars(select(Complaint.number).order_by(Complaint.number)).all()
    assert numbers == [1, 2]


def test_who_is_visited_tomorrow_is_reminded_once(session: Session, booking: Booking) -> None:
    a_booking(session, service_date=WORKING_DAY + timedelta(days=1))
    cancelled = a_booking(session)
    cancelled.status = BookingStatus.CANCELLED
    session.commit()
    assert remind(WORKING_DAY) == 1
    assert remind(WORKING_DAY) == 0
    told = session.scalars(select(OutboxMessage)).one()
    assert told.about_id == booking.id
    assert "08:00–10:00 ngày 23/11/2026" in told.content["text"]


def test_a_visit_for_several_procedures_is_one_reminder(session: Session, booking: Booking) -> None:
    for each in (booking, a_booking(session)):
        each.visit_id = booking.id
    session.commit()
    assert remind(WORKING_DAY) == 1
    assert remind(WORKING_DAY) == 0


def test_reminders_wait_for_the_evening(session: Session, booking: Booking) -> None:
    session.commit()
    evening = EveningRound()
    with clock.frozen(datetime(2026, 11, 22, 9, 59, tzinfo=UTC)) as day_before:
        assert evening.look() == 0
        day_before.advance(timedelta(minutes=1))
        assert evening.look() == 1
        assert evening.look() == 0

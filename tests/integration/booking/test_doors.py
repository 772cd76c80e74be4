"""Bookings through every door: for oneself, on behalf, by a firm, at a desk, at the door."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Account
from backend.accounts.roles import Role
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingChannel
from backend.booking.receivers import AuthorisedReceiver
from backend.fleet.models import Courier
from backend.outbox import OutboxMessage
from backend.places.models import Address, Office, Placement, PlanningArea
from backend.places.points import to_geometry
from backend.planning.carriages import bundle
from backend.planning.read_day import read_day
from tests.builders.booking import WORKING_DAY
from tests.builders.catalogue import a_procedure
from tests.builders.places import CENTRE, a_post_office, near
from tests.builders.planning import a_day
from tests.integration.imports.test_bookings_batches import statements

DAY = WORKING_DAY.isoformat()
VISIT: dict[str, Any] = {
    "procedure_code": "1.777",
    "mode": "SEND",
    "lat": CENTRE.lat,
    "lon": CENTRE.lon,
    "address": "1 Đường Mẫu",
}
WINDOW = {"day": DAY, "start": "09:00", "end": "11:00"}
PERSON = {"full_name": "Nguyễn Văn Mẫu 1", "phone": "0900 000 001"}
RECEIVER = {
    "full_name": "Trần Thị Mẫu",
    "identity_paper": "CITIZEN_CARD",
    "last_digits": "0123",
    "letter_no": "UQ-01",
    "letter_valid_to": "2026-12-31",
}

type ClientAs = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def town(session: Session) -> Iterator[PlanningArea]:
    """A day with two couriers and no plan, seen from the morning before."""
    area = a_day(session, collections=1, returns=0)
    for code in ("1.777", "1.888"):
        a_procedure(session, code=code)
    a_procedure(session, code="1.999", same_day_result=True)
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(9, 0))):
        yield area


@pytest.fixture
def keyed() -> Callable[[], dict[str, str]]:
    made = iter(range(1_000))
    return lambda: {"Idempotency-Key": f"a-key-of-a-test-{next(made)}"}


def booking_of(session: Session, answer: Any) -> Booking:
    assert answer.status_code == 201, answer.get_json()
    reference = answer.get_json()["reference"]
    return session.scalars(select(Booking).where(Booking.reference == reference)).one()


def hold(client: FlaskClient, keyed: Any, **visit: Any) -> str:
    answer = client.post("/v1/citizen/holds", json=VISIT | WINDOW | visit, headers=keyed())
    assert answer.status_code == 201, answer.get_json()
    hold_id: str = answer.get_json()["id"]
    return hold_id


def test_own_bookings_are_shown_to_their_account_and_to_nobody_else(
    client_as: ClientAs, anonymous: FlaskClient, keyed: Any
) -> None:
    citizen, other = client_as(Role.CITIZEN), client_as(Role.CITIZEN)
    where = f"/v1/citizen/holds/{hold(citizen, keyed)}/confirm"
    person = PERSON | {"address": "1 Đường Mẫu", "special_needs": "Gọi trước khi đến"}
    reference = citizen.post(where, json=person, headers=keyed()).get_json()["reference"]
    (mine,) = citizen.get("/v1/citizen/bookings").get_json()["bookings"]
    assert (mine["reference"], mine["special_needs"]) == (reference, "Gọi trước khi đến")
    shown = citizen.get(f"/v1/citizen/bookings/{reference}").get_json()
    assert shown["visit"] == [reference]
    assert other.get("/v1/citizen/bookings").get_json()["bookings"] == []
    assert other.get(f"/v1/citizen/bookings/{reference}").status_code == 404
    assert anonymous.get("/v1/citizen/bookings").status_code == 401
    assert client_as(Role.DISPATCHER).get("/v1/citizen/bookings").status_code == 403


def test_only_the_owner_of_an_open_booking_is_told_its_reference(
    session: Session, client_as: ClientAs, anonymous: FlaskClient, keyed: Any
) -> None:
    """Name and phone are easily typed: whoever types them learns no reference by it."""

    def again(client: FlaskClient) -> tuple[str, str]:
        where = f"/v1/citizen/holds/{hold(client, keyed)}/confirm"
        answer = client.post(where, json=PERSON | {"address": "1 Đường Mẫu"}, headers=keyed())
        return answer.get_json().get("code"), answer.get_data(as_text=True)

    owner, stranger = client_as(Role.CITIZEN), client_as(Role.CITIZEN)
    again(owner)
    reference = owner.get("/v1/citizen/bookings").get_json()["bookings"][0]["reference"]
    code, text = again(owner)
    assert (code, reference in text) == ("booking_already_open", True)
    for client in (stranger, anonymous):
        code, text = again(client)
        assert (code, reference in text) == ("booking_already_open", False)
    made = client_as(Role.DISPATCHER).post(
        "/v1/dispatcher/bookings", json=VISIT | WINDOW | PERSON, headers=keyed()
    )
    assert made.get_json()["code"] == "booking_already_open"
    assert reference not in made.get_data(as_text=True)
    account = session.get_one(Account, stranger.get("/v1/session").get_json()["account_id"])
    account.phone = "0900000001"  # proven by a code: a guest's booking of this phone is theirs too
    session.flush()
    code, text = again(stranger)
    assert (code, reference in text) == ("booking_already_open", True)


def test_a_firm_hands_over_papers_of_several_procedures_in_one_visit(
    session: Session, town: PlanningArea, client_as: ClientAs, keyed: Any
) -> None:
    firm = client_as(Role.FIRM)
    more = [{"procedure_code": "1.888", "dossiers": 3}]
    hold_id = hold(firm, keyed, dossiers=2, more=more)
    where = f"/v1/citizen/holds/{hold_id}/confirm"
    firm.post(where, json=PERSON | {"address": "1 Đường Mẫu"}, headers=keyed())
    bookings = session.scalars(select(Booking).where(Booking.visit_id.is_not(None))).all()
    assert sorted((b.procedure.code, b.dossier_count) for b in bookings) == [
        ("1.777", 2),
        ("1.888", 3),
    ]
    assert len({booking.address_id for booking in bookings}) == 1, "one door"
    shown = firm.get(f"/v1/citizen/bookings/{bookings[0].reference}").get_json()
    assert sorted(shown["visit"]) == sorted(booking.reference for booking in bookings)
    rows = read_day(session, town, WORKING_DAY)
    together = [c for c in bundle(rows.legs, 30) if c.dossiers == 5]
    assert len(together) == 1, "one carriage, one stop"


def test_a_longer_list_of_own_bookings_takes_no_more_questions(
    session: Session, engine: Engine, client_as: Any, keyed: Any
) -> None:
    firm = client_as(Role.FIRM)
    asked = []
    for count in (1, 3):
        for _ in range(count):
            confirmed = PERSON | {"address": "1 Đường Mẫu", "confirmed": True}
            where = f"/v1/citizen/holds/{hold(firm, keyed)}/confirm"
            assert firm.post(where, json=confirmed, headers=keyed()).status_code == 201
        session.expire_all()
        with statements(engine) as seen:
            firm.get("/v1/citizen/bookings")
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_every_procedure_of_a_visit_has_its_own_portal_code(
    session: Session, client_as: ClientAs, client: FlaskClient, keyed: Any
) -> None:
    more = [{"procedure_code": "1.888", "dossiers": 2}]
    where = f"/v1/citizen/holds/{hold(client, keyed, more=more)}/confirm"
    person = PERSON | {"address": "1 Đường Mẫu"}
    first = {"procedure_code": "1.777", "portal_code": "h17.12 - 261122 - 0041"}
    second = {"procedure_code": "1.888", "portal_code": "H17.12-261122-0042"}
    for codes in (
        [first, second | {"procedure_code": "1.999"}],
        [first, second | {"portal_code": "H17.12-261122-0041"}],
    ):
        answer = client.post(where, json=person | {"portal_codes": codes}, headers=keyed())
        assert (answer.status_code, answer.get_json()["code"]) == (422, "portal_code_unfit")
        assert list(answer.get_json()["fields"]) == ["portal_codes"]
    answer = client.post(where, json=person | {"portal_codes": [second, first]}, headers=keyed())
    assert answer.status_code == 201, answer.get_json()
    told = {
        b.procedure.code: b.portal_code
        for b in session.scalars(select(Booking))
        if b.visit_id is not None
    }
    assert told == {"1.777": "H17.12-261122-0041", "1.888": "H17.12-261122-0042"}
    for booking in session.scalars(select(Booking).where(Booking.visit_id.is_not(None))):
        assert {each.portal_code for each in booking.dossiers} == {booking.portal_code}
    body = VISIT | WINDOW | PERSON | {"more": more, "portal_code": "X-1", "confirmed": True}
    answer = client.post("/v1/dispatcher/bookings", json=body, headers=keyed())
    assert booking_of(session, answer).portal_code == "X-1"


def test_needs_at_the_door_are_told_to_nobody_but_the_account_and_the_courier(
    session: Session, client: FlaskClient, client_as: ClientAs, keyed: Any
) -> None:
    needs = "Nhà có người khiếm thính, xin nhắn tin"
    body = VISIT | WINDOW | PERSON | {"special_needs": needs, "receiver": RECEIVER}
    made = client.post("/v1/dispatcher/bookings", json=body, headers=keyed())
    booking = booking_of(session, made)
    assert booking.special_needs == needs
    link = f"/v1/citizen/follow/{make_token(session, booking.id)}"
    session.commit()
    wish = {"act": "RESCHEDULED", "day": DAY, "start": "13:30", "end": "15:30"}
    seen = client.post(f"{link}/preview", json=wish)
    moved = client.post(
        f"{link}/change", json=wish, headers=keyed() | {"If-Match": seen.headers["ETag"]}
    )
    assert moved.status_code == 200, moved.get_json()
    where = f"/v1/dispatcher/bookings/{booking.reference}"
    told = [made, client.get(link), moved, client.get(where)]
    told += [client_as(role).get(where) for role in (Role.MANAGER, Role.AUDITOR)]
    for answer in told:
        text = answer.get_data(as_text=True) + repr(answer.get_json())
        assert needs not in text
        assert RECEIVER["full_name"] not in text
        assert RECEIVER["letter_no"] not in text


def test_a_booking_says_in_which_language_its_contact_is_told_things(
    session: Session, client: FlaskClient, client_as: ClientAs, keyed: Any
) -> None:
    citizen = client_as(Role.CITIZEN)
    person = PERSON | {"address": "1 Đường Mẫu"}

    def confirm(who: FlaskClient, number: int, headers: dict[str, str], **more: Any) -> str:
        where = f"/v1/citizen/holds/{hold(who, keyed)}/confirm"
        named = person | more | {"phone": f"0900 000 01{number}"}
        answer = who.post(where, json=named, headers=keyed() | headers)
        return booking_of(session, answer).contact.language

    english = {"Accept-Language": "en-GB"}
    assert confirm(client, 1, {}) == "vi"
    assert confirm(client, 2, english) == "en"
    assert confirm(client, 3, english, language="vi") == "vi"
    assert citizen.put("/v1/session/language", json={"language": "en"}).status_code == 200
    assert citizen.get("/v1/session").get_json()["language"] == "en"
    assert confirm(citizen, 4, {"Accept-Language": "vi"}) == "en", "of one's own account"
    assert citizen.put("/v1/session/language", json={"language": "vi"}).status_code == 200
    session.expire_all()
    told = session.scalars(select(Booking).where(Booking.owner_account_id.is_not(None))).one()
    assert told.contact.language == "vi", "bookings that go on, too"
    wrong = citizen.put("/v1/session/language", json={"language": "fr"})
    assert (wrong.status_code, list(wrong.get_json()["fields"])) == (422, ["language"])
    behalf = VISIT | WINDOW | PERSON | {"phone": "0900 000 019"}
    answer = client.post("/v1/dispatcher/bookings", json=behalf, headers=keyed() | english)
    assert booking_of(session, answer).contact.language == "vi", "not the dispatcher's own"


def test_what_does_not_go_in_one_visit_is_refused(client: FlaskClient, keyed: Any) -> None:
    for more, code in (
        ([{"procedure_code": "1.999"}], "same_day_apart"),
        ([{"procedure_code": "1.888", "dossiers": 10}] * 3, "too_many_dossiers"),
        ([{"procedure_code": "0.0"}], "procedure_not_found"),
    ):
        body = VISIT | WINDOW | {"more": more}
        answer = client.post("/v1/citizen/holds", json=body, headers=keyed())
        assert answer.get_json()["code"] == code


def test_a_dispatcher_books_by_telephone(session: Session, client: FlaskClient, keyed: Any) -> None:
    key = keyed()
    body = VISIT | WINDOW | PERSON
    first = client.post("/v1/dispatcher/bookings", json=body, headers=key)
    booking = booking_of(session, first)
    assert (booking.channel, booking.slot_start) == (BookingChannel.PHONE, time(9))
    assert booking.made_by_account_id is not None
    assert booking.owner_account_id is None
    again = client.post("/v1/dispatcher/bookings", json=body, headers=key)
    assert again.get_json() == first.get_json()
    second = client.post("/v1/dispatcher/bookings", json=body, headers=keyed())
    assert (second.status_code, second.get_json()["code"]) == (409, "booking_already_open")
    wanted = client.post(
        "/v1/dispatcher/bookings", json=body | {"confirmed": True}, headers=keyed()
    )
    assert wanted.status_code == 201
    told = session.scalars(select(OutboxMessage.template)).all()
    assert told.count("booking.confirmed") == 2


def test_without_a_window_the_plan_chooses_and_an_unknown_door_waits(
    session: Session, client: FlaskClient, keyed: Any
) -> None:
    body = VISIT | PERSON | {"day": DAY}
    answer = client.post("/v1/dispatcher/bookings", json=body, headers=keyed())
    booking = booking_of(session, answer)
    assert (booking.slot_start, answer.get_json()["start"]) == (None, None)
    nowhere = {k: v for k, v in body.items() if k not in {"lat", "lon"}}
    nowhere |= {"address": "99 Đường Chưa Ai Biết", "phone": "0900 000 002"}
    answer = client.post("/v1/dispatcher/bookings", json=nowhere, headers=keyed())
    assert (answer.get_json()["status"], answer.get_json()["door_known"]) == ("TO_PLACE", False)


def test_a_desk_has_a_result_brought_home_from_its_day_on(
    session: Session, client: FlaskClient, client_as: ClientAs, keyed: Any
) -> None:
    office = session.scalars(select(Office)).first()
    assert office is not None
    where = f"/v1/office/desks/{office.code}/bookings"
    body = VISIT | WINDOW | PERSON | {"mode": "RETURN", "appointment_on": DAY}
    booking = booking_of(session, client.post(where, json=body, headers=keyed()))
    (dossier,) = booking.dossiers
    assert (booking.channel, dossier.appointment_on) == (BookingChannel.OFFICE, WORKING_DAY)
    assert dossier.filing_office_id == office.id
    too_early = body | {"appointment_on": "2026-11-25", "phone": "0900 000 003"}
    early = client.post(where, json=too_early, headers=keyed())
    assert (early.status_code, early.get_json()["code"]) == (422, "booking_incomplete")
    sends = client.post(where, json=body | {"mode": "SEND"}, headers=keyed())
    assert (sends.status_code, list(sends.get_json()["fields"])) == (422, ["mode"])
    stranger = client_as(Role.OFFICE_CLERK, office_codes=("KHAC",))
    assert stranger.post(where, json=body, headers=keyed()).status_code == 404
    assert client_as(Role.COURIER).post(where, json=body, headers=keyed()).status_code == 403


def test_a_post_office_and_a_courier_book_too(
    session: Session, client: FlaskClient, client_as: ClientAs, keyed: Any
) -> None:
    post_office = a_post_office(session)
    where = f"/v1/office/post-offices/{post_office.code}/bookings"
    answer = client.post(where, json=VISIT | WINDOW | PERSON, headers=keyed())
    assert booking_of(session, answer).channel is BookingChannel.COUNTER
    courier = session.scalars(select(Courier)).first()
    assert courier is not None
    rider = client_as(Role.COURIER, person_id=courier.person_id)
    body = VISIT | WINDOW | PERSON | {"phone": "0900 000 004"}
    answer = rider.post("/v1/courier/bookings", json=body, headers=keyed())
    assert booking_of(session, answer).channel is BookingChannel.APP
    assert client.post("/v1/courier/bookings", json=body, headers=keyed()).status_code == 401


def test_an_authorised_receiver_is_kept_with_the_last_digits_only(
    session: Session, client: FlaskClient, keyed: Any
) -> None:
    body = VISIT | WINDOW | PERSON | {"mode": "BOTH", "receiver": RECEIVER}
    booking = booking_of(
        session, client.post("/v1/dispatcher/bookings", json=body, headers=keyed())
    )
    row = session.scalars(select(AuthorisedReceiver)).one()
    assert (row.booking_id, row.last_digits, row.letter_no) == (booking.id, "0123", "UQ-01")
    whole = body | {"receiver": RECEIVER | {"last_digits": "048090001234"}}
    answer = client.post("/v1/dispatcher/bookings", json=whole, headers=keyed())
    assert answer.status_code == 422


def test_the_next_booking_begins_at_the_door_that_a_courier_corrected(
    session: Session, client: FlaskClient, keyed: Any
) -> None:
    first = {k: v for k, v in (VISIT | PERSON | {"day": DAY}).items() if k not in {"lat", "lon"}}
    booking = booking_of(
        session, client.post("/v1/dispatcher/bookings", json=first, headers=keyed())
    )
    address = session.get_one(Address, booking.address_id)
    address.point, address.placement = to_geometry(near(CENTRE, east_m=200)), Placement.BY_COURIER
    session.flush()
    next_one = first | WINDOW | {"phone": "0900 000 005"}
    answer = client.post("/v1/dispatcher/bookings", json=next_one, headers=keyed())
    assert answer.get_json()["door_placed_by"] == "BY_COURIER"
    assert answer.get_json()["door_known"]

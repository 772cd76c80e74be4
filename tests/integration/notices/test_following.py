"""What a follow link shows, to whom, and when it ends."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingMode, BookingStatus
from backend.courier_day.arrivals.models import ArrivalEstimate, Basis, RouteOutlook
from backend.courier_day.following.ending import GRACE, OUTCOME_SHOWN
from backend.courier_day.following.view import mask_name
from backend.courier_day.following.words import EVENTS, KEEPERS, STATES
from backend.database import new_id
from backend.dossiers import custody
from backend.dossiers.custody import Keeper, Origin
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState, KeeperKind
from backend.planning.models import Stop
from mobile_api.citizen.following import ASKED_A_MINUTE
from tests.builders.booking import WORKING_DAY, a_booking, dossier_of
from tests.builders.courier_days import a_route, schedule
from tests.builders.fleet import a_courier
from tests.integration.imports.test_bookings_batches import statements

MORNING = clock.local_instant(WORKING_DAY, time(7, 0))


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(MORNING) as held:
        yield held


@pytest.fixture
def booking(session: Session, frozen: clock.FrozenClock) -> Booking:
    made = a_booking(
        session,
        applicant_name="Nguyễn Văn Mẫu",
        phone="0900 000 321",
        address="17/4 Đường Mẫu, Phường Mẫu, Đà Nẵng",
    )
    session.flush()
    return made


@pytest.fixture
def token(session: Session, booking: Booking) -> str:
    made = make_token(session, booking.id)
    session.commit()
    return made


def shown(client: FlaskClient, token: str, **headers: str) -> dict[str, Any]:
    answer = client.get(f"/v1/citizen/follow/{token}", headers=headers)
    assert answer.status_code == 200, answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.get_json()
    return body


def test_a_link_shows_the_booking_and_what_to_prepare(
    client: FlaskClient, booking: Booking, token: str
) -> None:
    body = shown(client, token)
    assert body["reference"] == booking.reference
    assert (body["day"], body["start"], body["end"]) == ("2026-11-23", "08:00", "10:00")
    assert body["status_words"] == "Đã nhận yêu cầu"
    assert [each["name"] for each in body["prepare"]] == [
        item.name for item in booking.procedure.checklist
    ]
    (item,) = body["items"]
    assert item["item_code"] == dossier_of(booking).item_code
    assert (item["state"], item["keeper"]) == ("Chờ bưu tá đến nhận", "Quý vị đang giữ")
    assert [step["what"] for step in item["steps"]] == ["Đã đặt lịch"]
    assert item["due_on"] == "2026-11-24"
    assert body["expected"] is None


def test_a_link_tells_a_stranger_neither_name_nor_phone_nor_door(
    client: FlaskClient, booking: Booking, token: str
) -> None:
    answer = client.get(f"/v1/citizen/follow/{token}").get_data(as_text=True)
    for private in ("Văn Mẫu", "0900", "321", "17/4", str(booking.id), str(booking.contact_id)):
        assert private not in answer
    body = shown(client, token)
    assert (body["applicant"], body["door"]) == ("Nguyễn V. M.", "Phường Mẫu, Đà Nẵng")


def test_it_speaks_english_to_who_asks(client: FlaskClient, token: str) -> None:
    body = shown(client, token, **{"Accept-Language": "en"})
    assert body["items"][0]["keeper"] == "You have it"


@pytest.mark.parametrize("wrong", ["a" * 24, "short", "a" * 300, "không-đúng"])
def test_any_wrong_link_gets_the_same_answer(client: FlaskClient, token: str, wrong: str) -> None:
    answer = client.get(f"/v1/citizen/follow/{wrong}")
    assert answer.status_code == 404
    assert answer.get_json()["code"] == "follow_link_not_found"
    assert wrong not in answer.get_json()["detail"]


def test_letters_that_no_database_holds_are_no_address(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/v1/citizen/follow/{token}%00")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_every_dossier_of_a_booking_is_shown(
    client: FlaskClient, session: Session, frozen: clock.FrozenClock
) -> None:
    firm = a_booking(session, dossier_count=3)
    token = make_token(session, firm.id)
    session.commit()
    codes = [each["item_code"] for each in shown(client, token)["items"]]
    assert codes == sorted(each.item_code for each in firm.dossiers)


def test_a_booking_of_many_dossiers_takes_no_more_questions(
    client: FlaskClient, session: Session, engine: Engine, frozen: clock.FrozenClock
) -> None:
    asked = []
    for count in (1, 2, 12):
        token = make_token(session, a_booking(session, dossier_count=count).id)
        session.commit()
        session.expire_all()
        with statements(engine) as seen:
            shown(client, token)
        asked.append(len(seen))
    assert asked[0] == asked[2]


def test_the_steps_name_public_places_and_no_courier(
    client: FlaskClient, session: Session, booking: Booking, token: str
) -> None:
    courier = a_courier(session)
    dossier = dossier_of(booking)
    office = dossier.filing_office
    for event, receiver in (
        (Event.COLLECTED, Keeper.courier(courier.id)),
        (Event.HANDED_OVER, Keeper.office(office.id)),
    ):
        custody.record_event(session, dossier, event, receiver=receiver)
    session.commit()
    (item,) = shown(client, token)["items"]
    assert item["state"] == "Đã nộp tại cơ quan"
    assert item["keeper"] == f"{office.name} đang giữ"
    assert [step["what"] for step in item["steps"]][-2:] == [
        "Bưu tá đã nhận hồ sơ",
        "Đã nộp tại cơ quan",
    ]
    whole = str(shown(client, token))
    assert courier.person.full_name not in whole
    assert courier.code not in whole
    assert str(courier.id) not in whole


def test_what_a_witness_reports_is_no_step(
    client: FlaskClient, session: Session, booking: Booking, token: str
) -> None:
    dossier = dossier_of(booking)
    office = Keeper.office(dossier.filing_office.id)
    custody.record_event(session, dossier, Event.COLLECTED, receiver=Keeper.courier(new_id()))
    custody.record_event(session, dossier, Event.HANDED_OVER, receiver=office)
    for event, reason in ((Event.HANDED_OVER, "confirmed"), (Event.LOST, "not_keeper")):
        custody.record_witness(session, dossier, event, reason=reason, origin=Origin.now())
    session.commit()
    (item,) = shown(client, token)["items"]
    steps = [step["what"] for step in item["steps"]]
    assert steps == ["Đã đặt lịch", "Bưu tá đã nhận hồ sơ", "Đã nộp tại cơ quan"]


def forecast(session: Session, booking: Booking, *, minutes: int, stops_before: int) -> Stop:
    """A published route that reaches the booking's door after other stops, and its forecast."""
    others = [a_booking(session) for _ in range(stops_before)]
    legs = schedule(*others, booking)
    route = a_route(session, a_courier(session), legs)
    session.flush()
    home = next(stop for stop in route.stops if any(v.leg_id == legs[-1].id for v in stop.visits))
    likely = clock.now() + timedelta(minutes=minutes)
    session.add_all(
        [
            ArrivalEstimate(
                province_code="48",
                route_id=route.id,
                stop_id=home.id,
                computed_at=clock.now(),
                basis=Basis.PLAN,
                stale=False,
                out_of_order=False,
                scheduled_at=likely,
                earliest_at=likely - timedelta(minutes=5),
                likely_at=likely,
                latest_at=likely + timedelta(minutes=10),
                horizon_min=0,
                hour_band=6,
                learned_from=0,
            ),
            RouteOutlook(
                route_id=route.id,
                looked_at=clock.now(),
                basis=Basis.PLAN,
                stale=False,
                paused=False,
                finished=False,
                travel_source="GREAT_CIRCLE",
            ),
        ]
    )
    session.commit()
    return home


@pytest.mark.parametrize("case", [(100, 6, True), (150, 3, True), (150, 4, False), (119, 4, True)])
def test_a_range_is_shown_only_when_the_courier_is_near(
    client: FlaskClient,
    session: Session,
    booking: Booking,
    token: str,
    case: tuple[int, int, bool],
) -> None:
    minutes, stops_before, near = case
    forecast(session, booking, minutes=minutes, stops_before=stops_before)
    expected = shown(client, token)["expected"]
    assert (expected is not None) is near
    if expected is not None:
        assert expected["visit"] == "COLLECTION"
        assert expected["stops_before"] == stops_before
        assert "likely_at" not in expected
        width = datetime.fromisoformat(expected["latest_at"]) - datetime.fromisoformat(
            expected["earliest_at"]
        )
        assert width == timedelta(minutes=15)


def test_an_old_forecast_is_not_shown(
    client: FlaskClient, session: Session, booking: Booking, token: str, frozen: clock.FrozenClock
) -> None:
    forecast(session, booking, minutes=60, stops_before=0)
    frozen.advance(timedelta(minutes=16))
    assert shown(client, token)["expected"] is None


def test_a_link_ends_with_the_stop_after_a_short_grace(
    client: FlaskClient, session: Session, booking: Booking, token: str, frozen: clock.FrozenClock
) -> None:
    dossier = dossier_of(booking)
    custody.record_event(
        session, dossier, Event.COLLECTED, receiver=Keeper.courier(a_courier(session).id)
    )
    custody.record_event(
        session, dossier, Event.HANDED_OVER, receiver=Keeper.office(dossier.filing_office_id)
    )
    booking.status = BookingStatus.DONE
    session.commit()
    assert booking.mode is BookingMode.SEND
    assert shown(client, token)["outcome_only"] is False
    frozen.advance(GRACE + timedelta(minutes=1))
    after = shown(client, token)
    assert after["outcome_only"] is True
    assert after["items"][0]["steps"] == []
    assert after["items"][0]["state"] == "Đã nộp tại cơ quan"
    frozen.advance(OUTCOME_SHOWN)
    answer = client.get(f"/v1/citizen/follow/{token}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "follow_ended")


def test_a_booking_that_brings_the_result_home_goes_on_after_the_filing(
    client: FlaskClient, session: Session, frozen: clock.FrozenClock
) -> None:
    both = a_booking(session, mode=BookingMode.BOTH)
    token = make_token(session, both.id)
    dossier = dossier_of(both)
    custody.record_event(
        session, dossier, Event.COLLECTED, receiver=Keeper.courier(a_courier(session).id)
    )
    custody.record_event(
        session, dossier, Event.HANDED_OVER, receiver=Keeper.office(dossier.filing_office_id)
    )
    session.commit()
    frozen.advance(timedelta(days=40))
    assert shown(client, token)["outcome_only"] is False


def test_a_cancelled_booking_is_shown_until_its_day_is_over(
    client: FlaskClient, session: Session, booking: Booking, token: str, frozen: clock.FrozenClock
) -> None:
    booking.status = BookingStatus.CANCELLED
    session.commit()
    assert shown(client, token)["status_words"] == "Đã hủy"
    frozen.advance(timedelta(hours=17) + GRACE)
    assert shown(client, token)["outcome_only"] is True


def test_fewer_notices_are_asked_for_by_the_link(
    client: FlaskClient, session: Session, booking: Booking, token: str
) -> None:
    from backend.booking.notices.opt_outs import wants_notices

    assert booking.contact.phone is not None
    path = f"/v1/citizen/follow/{token}/notices"
    assert client.put(path, json={"wanted": False}).status_code == 200
    assert not wants_notices(session, booking.contact.phone)
    assert client.put(path, json={"wanted": True}).get_json() == {"wanted": True}
    session.expire_all()
    assert wants_notices(session, booking.contact.phone)
    assert client.put("/v1/citizen/follow/x/notices", json={"wanted": True}).status_code == 404
    assert client.put(path, json={}).status_code == 422


def test_who_names_no_language_is_answered_in_that_of_the_contact(
    client: FlaskClient, session: Session, booking: Booking, token: str, frozen: clock.FrozenClock
) -> None:
    path = f"/v1/citizen/follow/{token}"
    assert shown(client, token)["status_words"] == "Đã nhận yêu cầu"
    wish = {"wanted": True, "language": "en"}
    assert client.put(f"{path}/notices", json=wish).get_json() == wish
    session.expire_all()
    assert booking.contact.language == "en"
    told = shown(client, token)
    assert (told["status_words"], told["language"]) == ("Received", "en")
    assert shown(client, token, **{"Accept-Language": "vi"})["status_words"] == "Đã nhận yêu cầu"
    wrong = client.put(f"{path}/notices", json=wish | {"language": "fr"})
    assert (wrong.status_code, list(wrong.get_json()["fields"])) == (422, ["language"])
    booking.status = BookingStatus.CANCELLED
    session.commit()
    frozen.advance(timedelta(hours=17) + OUTCOME_SHOWN + timedelta(days=1))
    over = client.get(path)
    assert (over.status_code, over.get_json()["code"]) == (404, "follow_ended")
    assert over.get_json()["title"] == "Not found"
    nobody = client.get("/v1/citizen/follow/" + "a" * 24)
    assert nobody.get_json()["title"] == "Không tìm thấy"


def test_an_address_that_asks_too_often_waits(
    client: FlaskClient, token: str, frozen: clock.FrozenClock
) -> None:
    for _ in range(ASKED_A_MINUTE):
        assert client.get(f"/v1/citizen/follow/{token}").status_code == 200
    refused = client.get(f"/v1/citizen/follow/{token}")
    assert refused.status_code == 429
    assert refused.get_json()["code"] == "too_many_requests"
    frozen.advance(timedelta(seconds=int(refused.headers["Retry-After"])))
    assert client.get(f"/v1/citizen/follow/{token}").status_code == 200


def test_everything_that_a_citizen_may_meet_has_words() -> None:
    assert set(STATES) == set(DossierState)
    assert set(KEEPERS) == set(KeeperKind)
    only_ours = {
        Event.PAPERS_CHECKED,
        Event.PAPERS_LISTED,
        Event.PRESENTED,
        Event.CASE_MOVED,
        Event.OFFICE_INFORMED,
        Event.OFFERED,
        Event.EXCHANGED,
        Event.GAP,
    }
    assert set(EVENTS) == set(Event) - only_ours


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Nguyễn Văn Mẫu", "Nguyễn V. M."), ("Mẫu", "Mẫu"), ("", ""), ("Công ty Mẫu", "Công t. M.")],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked

"""A firm keeps doors and contacts: its own alone, edited with ETags, deleted for good."""

import uuid
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Account
from backend.accounts.roles import Role
from backend.booking import address_book
from backend.booking.address_book import KeptDoor, forget_unused
from tests.builders.booking import WORKING_DAY, a_booking

BOOK = "/v1/citizen/address-book"
DEPOT = {
    "name": "Kho Mẫu",
    "full_name": "Nguyễn Văn Mẫu",
    "phone": "0900 000 045",
    "address": "45 Đường Mẫu, Phường Mẫu",
    "lat": 16.06,
    "lon": 108.21,
    "special_needs": "Cổng sau",
}


@pytest.fixture(autouse=True)
def now() -> Iterator[clock.FrozenClock]:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))) as held:
        yield held


@pytest.fixture
def firm(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as(Role.FIRM)


def keep(firm: FlaskClient, *, key: str | None = None, **more: Any) -> Any:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return firm.post(BOOK, json=DEPOT | more, headers=headers)


def test_a_door_is_kept_read_changed_and_deleted_for_good(
    firm: FlaskClient, session: Session
) -> None:
    made = keep(firm)
    assert made.status_code == 201
    door = f"{BOOK}/{made.get_json()['id']}"
    read = firm.get(door)
    assert read.get_json().items() >= DEPOT.items()
    assert read.headers["ETag"] == made.headers["ETag"]
    moved = DEPOT | {"address": "46 Đường Mẫu"} | {"lat": None, "lon": None, "special_needs": None}
    changed = firm.put(door, json=moved, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.get_json()["lat"] is None
    gone = firm.delete(door, headers={"If-Match": changed.headers["ETag"]})
    assert (gone.status_code, firm.get(door).status_code) == (204, 404)
    assert firm.get(BOOK).get_json() == {"doors": []}
    assert session.scalar(text("SELECT count(*) FROM kept_door")) == 0, "not redacted: gone"


def test_a_lost_answer_keeps_one_door_and_a_name_stands_once(firm: FlaskClient) -> None:
    first, second = (keep(firm, key="same-key-twice") for _ in range(2))
    assert first.get_json()["id"] == second.get_json()["id"]
    taken = keep(firm)
    assert (taken.status_code, taken.get_json()["code"]) == (409, "kept_door_name_taken")
    other = keep(firm, name="Văn phòng")
    answer = firm.put(
        f"{BOOK}/{other.get_json()['id']}",
        json=DEPOT,
        headers={"If-Match": other.headers["ETag"]},
    )
    assert answer.get_json()["code"] == "kept_door_name_taken"
    assert [each["name"] for each in firm.get(BOOK).get_json()["doors"]] == ["Kho Mẫu", "Văn phòng"]


@pytest.mark.parametrize("method", ["put", "delete"])
def test_whoever_saw_an_older_version_changes_nothing(firm: FlaskClient, method: str) -> None:
    made = keep(firm)
    door, old = f"{BOOK}/{made.get_json()['id']}", made.headers["ETag"]
    firm.put(door, json=DEPOT | {"phone": "0900 000 046"}, headers={"If-Match": old})
    body = {"json": DEPOT} if method == "put" else {}
    assert firm.open(door, method=method.upper(), **body).status_code == 428
    late = firm.open(door, method=method.upper(), headers={"If-Match": old}, **body)
    assert late.status_code == 412
    assert firm.get(door).get_json()["phone"] == "0900 000 046"


def test_another_firm_and_other_roles_see_nothing_of_it(
    firm: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    made = keep(firm)
    door, tag = f"{BOOK}/{made.get_json()['id']}", {"If-Match": made.headers["ETag"]}
    other = client_as(Role.FIRM)
    unknown = other.get(f"{BOOK}/{uuid.uuid4()}").get_json()["code"]
    for answer in (
        other.get(door),
        other.put(door, json=DEPOT, headers=tag),
        other.delete(door, headers=tag),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, unknown)
    assert other.get(BOOK).get_json() == {"doors": []}
    assert keep(other).status_code == 201, "a name is taken within one book only"
    for role in (Role.CITIZEN, Role.DISPATCHER, Role.POST_OFFICE_CLERK):
        assert client_as(role).get(BOOK).status_code == 403
    assert firm.get(door).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "gọi tôi"), ("name", ""), ("lon", None), ("address", "x" * 401), ("lat", 91)],
)
def test_what_is_wrong_is_named(firm: FlaskClient, field: str, value: object) -> None:
    answer = keep(firm, **{field: value})
    assert answer.status_code == 422
    assert field in answer.get_json()["fields"]


def test_a_book_ends_somewhere(firm: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_book, "MOST_DOORS", 1)
    assert keep(firm).status_code == 201
    answer = keep(firm, name="Một nơi nữa")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "address_book_full")


def test_what_nobody_used_for_two_years_is_forgotten(
    firm: FlaskClient, session: Session, now: clock.FrozenClock
) -> None:
    for name in ("Không dùng", "Có đặt lịch"):
        assert keep(firm, name=name, address=f"{name} 1").status_code == 201
    used = session.scalars(select(KeptDoor).where(KeptDoor.name == "Có đặt lịch")).one()
    booking = a_booking(session, address="Có đặt lịch 1")
    booking.owner_account_id = used.account_id
    now.advance(timedelta(days=729))
    booking.created_at = clock.now()
    session.flush()
    assert forget_unused(session) == 0
    now.advance(timedelta(days=2))
    assert forget_unused(session) == 1
    assert [each.name for each in session.scalars(select(KeptDoor))] == ["Có đặt lịch"]


def test_the_book_of_a_closed_account_goes(firm: FlaskClient, session: Session) -> None:
    keep(firm)
    door = session.scalars(select(KeptDoor)).one()
    session.get_one(Account, door.account_id).disabled_at = clock.now()
    session.flush()
    assert forget_unused(session) == 1

"""A phone's tokens: renewed by itself, kept when an answer is lost, won again by the person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.phone import (
    Answer,
    Clock,
    Cut,
    NotLetIn,
    Phone,
    Store,
    Transport,
    by_link,
    by_password,
)
from backend.phone.transports import DEVICES, REFRESH
from tests.unit.backend.phone.test_phone import MORNING, Table, act

OVER = Answer(401, {"code": "token_expired"})
ENDED = Answer(401, {"code": "session_revoked"})


class Person:
    """Signs in when asked; remembers how often that was."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, _transport: Transport, code: str) -> str:
        self.asked.append(code)
        return "of the person"


class Strict(Table):
    """Registers devices only with the person's own token."""

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        if path == DEVICES and token != "of the person":
            return ENDED
        return super().post(path, body, token)


@pytest.fixture
def server() -> Table:
    return Strict(Clock(MORNING))


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def phone(server: Table, person: Person, tmp_path: Path) -> Iterator[Phone]:
    store = Store(tmp_path / "phone.sqlite")
    made = Phone(store, server, server.clock, login=person)
    made.register("BT-001")
    made.drain()
    yield made
    store.close()


def renewed() -> Answer:
    return Answer(200, {"access_token": "new", "refresh_token": "new too"})


def test_a_token_that_is_over_is_renewed_without_the_person(
    phone: Phone, server: Table, person: Person
) -> None:
    act(phone, 2)
    server.next_answers = [OVER, renewed()]
    assert not phone.sync()
    assert phone.sync()
    assert phone.store.get_meta("token") == "new"
    assert (server.devices, person.asked) == (1, ["BT-001"])
    assert len(server.commands) == 2


def test_a_lost_answer_sends_the_same_refresh_token_again(phone: Phone, server: Table) -> None:
    act(phone)
    server.next_answers = [OVER, Cut("lost"), OVER, renewed()]
    assert not phone.sync()
    phone.drain()
    sent = [body["refresh_token"] for path, body in server.requests if path == REFRESH]
    assert sent == ["refresh-1", "refresh-1"]
    assert server.devices == 1


def test_a_family_that_was_ended_needs_the_person_and_keeps_the_outbox(
    phone: Phone, server: Table, person: Person
) -> None:
    kept = act(phone, 3)
    server.next_answers = [OVER, ENDED]
    phone.drain()
    assert person.asked == ["BT-001", "BT-001"]
    assert server.devices == 2
    assert list(server.commands) == kept


def test_positions_wait_for_a_new_token(phone: Phone, server: Table) -> None:
    phone.note_position(160_000_000, 1_080_000_000, 12)
    server.next_answers = [OVER]
    phone.send_positions()
    answer = phone.send_positions()
    assert answer is not None
    assert answer.body["accepted"] == 1


def test_a_person_who_is_not_let_in_hears_why() -> None:
    class Door(Table):
        def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
            self.requests.append((path, body))
            return Answer(401, {"code": "wrong_sign_in"})

    door = Door(Clock(MORNING))
    with pytest.raises(NotLetIn, match="wrong_sign_in"):
        by_password("sai")(door, "BT-001")
    with pytest.raises(NotLetIn):
        by_link(lambda code: f"link of {code}")(door, "BT-001")
    (_, typed), (_, opened) = door.requests
    assert "sai" in typed.values()
    assert "link of BT-001" in opened.values()

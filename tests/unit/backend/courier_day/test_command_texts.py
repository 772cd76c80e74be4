"""What goes out of a command's text, and when; the rest of it never changes."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.courier_day.command_texts import PEOPLE_KEPT, PINS_KEPT, next_due, redacted
from backend.courier_day.envelope import SentCommand, read_envelope
from backend.courier_day.models import CommandStatus

RECEIVED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLACES_KEPT = timedelta(days=90)
SHOWN_KEPT = timedelta(days=365)
A_MOMENT = timedelta(seconds=1)

DELIVERED: dict[str, Any] = {
    "dossier": str(uuid.UUID(int=1)),
    "receiver": "AUTHORISED",
    "identity": {"paper": "CITIZEN_CARD", "last_digits": "0123"},
    "authorisation": {"valid_to": "2026-12-31", "number": "UQ-7"},
    "recovered": [{"kind": "Giấy hẹn", "n": 1, "note": "bà Mẫu đưa"}],
    "pin": "482913",
    "lat": 160_000_000,
    "lon": 1_080_000_000,
    "acc_m": 9,
}


def sent(kind: str, body: dict[str, Any], v: int = 1, **more: Any) -> SentCommand:
    command = {
        "id": str(uuid.UUID(int=5)),
        "seq": 7,
        "type": kind,
        "v": v,
        "wall": "2026-11-23T09:00:00+07:00",
        "uptime_ms": 1_000,
        "boot": "b1",
        "body": body,
        **more,
    }
    envelope = {
        "protocol": 1,
        "device_id": str(uuid.UUID(int=2)),
        "app": "1.0",
        "schema": 1,
        "clock": {"wall": "2026-11-23T09:00:00+07:00", "uptime_ms": 1_000, "boot": "b1"},
        "commands": [command],
    }
    (read,) = read_envelope(json.dumps(envelope, ensure_ascii=False).encode()).commands
    return read


def after(kind: str, body: dict[str, Any], age: timedelta, v: int = 1, **more: Any) -> Any:
    text, _ = redacted(sent(kind, body, v, **more).text, kind, v, age)
    return json.loads(text)


@pytest.mark.parametrize(
    ("age", "gone"),
    [
        (PINS_KEPT - A_MOMENT, ()),
        (PINS_KEPT, ("482913",)),
        (PLACES_KEPT - A_MOMENT, ("482913",)),
        (PLACES_KEPT, ("482913", "160000000", "1080000000", "acc_m")),
        (SHOWN_KEPT - A_MOMENT, ("482913", "160000000", "1080000000", "acc_m")),
        (SHOWN_KEPT, ("482913", "160000000", "acc_m", "0123", "UQ-7")),
        (PEOPLE_KEPT - A_MOMENT, ("482913", "160000000", "acc_m", "0123", "UQ-7")),
        (PEOPLE_KEPT, ("482913", "160000000", "acc_m", "0123", "UQ-7", "bà Mẫu")),
    ],
)
def test_each_thing_goes_when_its_time_is_over_and_not_a_second_earlier(
    age: timedelta, gone: tuple[str, ...]
) -> None:
    text, _ = redacted(sent("result.delivered", DELIVERED, 2).text, "result.delivered", 2, age)
    things = ("482913", "160000000", "acc_m", "0123", "UQ-7", "bà Mẫu")
    assert [each for each in things if each not in text] == [
        each for each in things if each in gone
    ]
    left = json.loads(text)
    assert (left["seq"], left["body"]["receiver"]) == (7, "AUTHORISED")
    assert left["body"]["identity"]["paper"] == "CITIZEN_CARD"
    assert left["body"]["recovered"][0]["kind"] == "Giấy hẹn"
    assert left["body"]["authorisation"]["valid_to"] == "2026-12-31"


def test_the_next_cut_is_told_each_time_until_nothing_is_left() -> None:
    whole = sent("result.delivered", DELIVERED, 2)
    first = next_due(whole, RECEIVED, CommandStatus.APPLIED)
    assert first == RECEIVED + PINS_KEPT
    text, ages = whole.text, []
    age: timedelta | None = PINS_KEPT
    while age is not None:
        ages.append(age)
        text, age = redacted(text, "result.delivered", 2, age)
    assert ages == [PINS_KEPT, PLACES_KEPT, SHOWN_KEPT, PEOPLE_KEPT]


def test_a_door_that_was_corrected_is_kept_as_doors_are_and_not_as_positions() -> None:
    body = {"stop": str(uuid.UUID(int=3)), "lat": 1, "lon": 2, "acc_m": 5}
    assert after("stop.correct_door", body, PEOPLE_KEPT - A_MOMENT)["body"] == body
    assert after("stop.correct_door", body, PEOPLE_KEPT)["body"] == {"stop": body["stop"]}


def test_a_command_that_tells_of_nobody_is_never_looked_at_again() -> None:
    plain = sent("dossier.sealed", {"dossier": str(uuid.UUID(int=1)), "seal": "NP-1"})
    assert next_due(plain, RECEIVED, CommandStatus.FLAGGED) is None


def test_what_nobody_reads_may_be_anything_and_goes_with_what_was_shown() -> None:
    body = {"dossier": str(uuid.UUID(int=1)), "seal": "NP-1", "holder": "Trần Thị Mẫu"}
    odd = sent("dossier.sealed", body, remark="nhà bà Mẫu")
    assert next_due(odd, RECEIVED, CommandStatus.APPLIED) == RECEIVED + SHOWN_KEPT
    assert after("dossier.sealed", body, SHOWN_KEPT - A_MOMENT, remark="x")["remark"] == "x"
    left = after("dossier.sealed", body, SHOWN_KEPT, remark="nhà bà Mẫu")
    assert "remark" not in left
    assert left["body"] == {"dossier": body["dossier"], "seal": "NP-1"}


def test_what_nobody_reads_goes_however_deep_it_stands() -> None:
    body = DELIVERED | {"identity": DELIVERED["identity"] | {"whole_number": "048123456789"}}
    base = {"stop": str(uuid.UUID(int=3)), "seen_by": "ông Mẫu"}
    plain = {"dossier": str(uuid.UUID(int=1)), "seal": "NP-1"}
    odd = sent("dossier.sealed", plain, base=base)
    assert next_due(odd, RECEIVED, CommandStatus.APPLIED) == RECEIVED + SHOWN_KEPT
    left = after("result.delivered", body, SHOWN_KEPT, 2, base=base)
    assert left["base"] == {"stop": base["stop"]}
    assert left["body"]["identity"] == {"paper": "CITIZEN_CARD"}
    assert left["body"]["recovered"] == DELIVERED["recovered"]


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"pin": "482913"}
    for _ in range(depth):
        value = {"in": value}
    return value


def test_what_is_nested_very_deep_is_looked_through_too() -> None:
    """As deep as an envelope lets pass: a refusal that cannot be stored would block a phone."""
    deep = sent("dossier.sealed", {"dossier": str(uuid.UUID(int=1)), "seal": "1", "x": nested(900)})
    assert deep.defect is None
    assert next_due(deep, RECEIVED, CommandStatus.REFUSED) == RECEIVED + PINS_KEPT
    text, age = redacted(deep.text, "dossier.sealed", 1, PINS_KEPT)
    assert ("482913" in text, age) == (False, SHOWN_KEPT)
    assert redacted(text, "dossier.sealed", 1, SHOWN_KEPT)[1] is None


def test_what_was_put_aside_goes_with_what_was_shown() -> None:
    unknown = sent("no.such", {"pin": "482913"})
    assert next_due(unknown, RECEIVED, CommandStatus.QUARANTINED) == RECEIVED + SHOWN_KEPT

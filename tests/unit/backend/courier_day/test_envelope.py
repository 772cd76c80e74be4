"""A malformed envelope is refused whole; a bad command inside a good one is only marked."""

import json
from typing import Any

import pytest

from backend.courier_day.envelope import (
    MAX_COMMANDS,
    MalformedEnvelope,
    SentCommand,
    TooManyCommands,
    read_envelope,
)

CLOCK = {"wall": "2026-11-23T08:15:02.120+07:00", "uptime_ms": 91234567, "boot": "b71c"}
COMMAND: dict[str, Any] = {
    "id": "0199aa00-0000-7000-8000-000000000002",
    "seq": 1,
    "type": "dossier.collected",
    "v": 1,
    "base": {"stop": "0199aa00-0000-7000-8000-000000000003", "version": 4},
    "body": {"dossier": "0199aa00-0000-7000-8000-000000000004", "seal": "NP-1"},
    "blobs": [{"sha256": "ab" * 32, "bytes": 1, "mime": "image/jpeg", "slot": "sealed_envelope"}],
    "corrects": None,
} | CLOCK
ENVELOPE: dict[str, Any] = {
    "protocol": 1,
    "device_id": "0199aa00-0000-7000-8000-000000000001",
    "app": "1.4.2",
    "schema": 7,
    "seen_epoch": "e1",
    "seen_revision": 41,
    "clock": CLOCK,
    "commands": [COMMAND],
}


def the_command(**changes: Any) -> SentCommand:
    """The only command of an envelope with these changes."""
    envelope = read_envelope(json.dumps(ENVELOPE | {"commands": [COMMAND | changes]}).encode())
    (sent,) = envelope.commands
    return sent


def with_body(body_text: str) -> SentCommand:
    """A command whose body is this text, byte for byte."""
    text = json.dumps(ENVELOPE).replace(json.dumps(COMMAND["body"]), body_text)
    (sent,) = read_envelope(text.encode()).commands
    return sent


def test_a_good_envelope_is_read_with_its_commands_in_the_order_of_their_numbers() -> None:
    commands = [COMMAND | {"seq": n, "id": COMMAND["id"][:-1] + str(n)} for n in (3, 1, 2)]
    envelope = read_envelope(json.dumps(ENVELOPE | {"commands": commands}).encode())
    assert [sent.seq for sent in envelope.commands] == [1, 2, 3]
    assert envelope.seen_revision == 41
    assert envelope.clock.boot == "b71c"
    first = envelope.commands[0]
    assert first.defect is None
    assert first.content is not None
    assert first.content.body == COMMAND["body"]
    assert json.loads(first.text)["seq"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"protocol": 1} trailing',
        b"[" * 100_000,
        json.dumps(ENVELOPE | {"protocol": 2}).encode(),
        json.dumps(ENVELOPE | {"device_id": "nobody"}).encode(),
        json.dumps(ENVELOPE | {"clock": CLOCK | {"wall": "2026-11-23T08:15:02"}}).encode(),
        json.dumps(ENVELOPE | {"clock": CLOCK | {"boot": ""}}).encode(),
        json.dumps(ENVELOPE | {"gap_lost": [4, 2]}).encode(),
        json.dumps(ENVELOPE | {"commands": [COMMAND, COMMAND]}).encode(),
        json.dumps(ENVELOPE | {"commands": [COMMAND | {"seq": 0}]}).encode(),
        json.dumps(ENVELOPE | {"commands": [COMMAND | {"seq": True}]}).encode(),
        json.dumps(ENVELOPE | {"commands": [COMMAND | {"seq": 2**53}]}).encode(),
        json.dumps(ENVELOPE | {"commands": [COMMAND | {"id": "x"}]}).encode(),
        json.dumps(ENVELOPE | {"commands": ["text"]}).encode(),
        json.dumps(ENVELOPE | {"commands": [{}]}).encode(),
    ],
    ids=lambda body: body[-40:].decode("latin-1"),
)
def test_what_cannot_be_read_as_a_whole_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        read_envelope(body)


def test_too_many_commands_are_told_apart_so_that_the_phone_halves_its_batch() -> None:
    many = [COMMAND | {"seq": n} for n in range(1, MAX_COMMANDS + 2)]
    with pytest.raises(TooManyCommands):
        read_envelope(json.dumps(ENVELOPE | {"commands": many}).encode())


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"type": 5}, "bad_command"),
        ({"v": "1"}, "bad_command"),
        ({"v": 2**70}, "number_too_large"),
        ({"wall": "yesterday"}, "bad_command"),
        ({"wall": "2026-11-23T08:15:02"}, "bad_clock"),
        ({"uptime_ms": -1}, "bad_clock"),
        ({"boot": "b" * 41}, "bad_clock"),
        ({"body": []}, "bad_command"),
        ({"body": None}, "bad_command"),
        ({"base": {"stop": "here"}}, "bad_command"),
        ({"blobs": [{"sha256": "short", "bytes": 1, "mime": "", "slot": ""}]}, "bad_command"),
        ({"blobs": COMMAND["blobs"] * 21}, "too_many_blobs"),
        ({"body": {"a": "x" * 17_000}}, "body_too_large"),
        ({"body": {"a": 1.5}}, "float_in_command"),
        ({"body": {"a": float("nan")}}, "float_in_command"),
        ({"body": {"a": "\x00"}}, "nul_character"),
        ({"body": {"a": "\ud800"}}, "not_canonical"),
        ({"type": "\ud800\x00"}, "not_canonical"),
    ],
    ids=str,
)
def test_a_bad_command_is_marked_and_its_text_kept(changes: dict[str, Any], defect: str) -> None:
    sent = the_command(**changes)
    assert sent.defect == defect
    assert sent.content is None
    assert len(sent.fingerprint) == 32
    sent.type.encode()
    assert "\x00" not in sent.type
    assert json.loads(sent.text).keys() == COMMAND.keys()


@pytest.mark.parametrize(
    ("body", "defect"),
    [
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": ' + "[" * 8000 + "]" * 8000 + "}", "too_deep"),
        ('{"a": ' + "9" * 5000 + "}", "number_too_large"),
        ('{"a": 1e999}', "float_in_command"),
        ('{"a": "}]},{\\""}', None),
    ],
    ids=["twice", "deep", "digits", "infinite", "brackets in a string"],
)
def test_poison_in_a_body_marks_only_its_command(body: str, defect: str | None) -> None:
    sent = with_body(body)
    assert sent.defect == defect
    assert str(sent.id) == COMMAND["id"]
    assert body in sent.text


def test_an_unknown_member_is_ignored_for_the_sake_of_newer_phones() -> None:
    assert the_command(mood="good").defect is None
    read_envelope(json.dumps(ENVELOPE | {"weather": "rain"}).encode())

"""Fingerprints tell a repeat from a reuse, whatever the phone's JSON writer does."""

import hashlib
import json

import pytest

from backend.courier_day.canonical import (
    NotCanonical,
    canonical_bytes,
    fingerprint,
    poison_fingerprint,
)

COMMAND = {"id": "x", "seq": 7, "type": "dossier.collected", "body": {"b": 1, "a": ["é", None]}}


def test_the_canonical_bytes_are_sorted_compact_utf8_without_the_number() -> None:
    assert canonical_bytes(COMMAND) == (
        '{"body":{"a":["é",null],"b":1},"id":"x","type":"dossier.collected"}'.encode()
    )
    assert fingerprint(COMMAND) == hashlib.sha256(canonical_bytes(COMMAND)).digest()


def test_renumbering_and_reordering_keep_the_fingerprint() -> None:
    shuffled = json.loads(json.dumps(dict(reversed(COMMAND.items())) | {"seq": 1}))
    assert fingerprint(shuffled) == fingerprint(COMMAND)


def test_any_other_change_gives_another_fingerprint() -> None:
    changed = [COMMAND | {"type": "x"}, COMMAND | {"body": {}}, COMMAND | {"wall": "now"}]
    prints = {fingerprint(each) for each in [COMMAND, *changed]}
    assert len(prints) == 4


@pytest.mark.parametrize("value", [2**53, "\ud800"], ids=["huge integer", "half a pair"])
def test_what_has_no_canonical_form_still_gets_a_stable_fingerprint(value: object) -> None:
    poison = COMMAND | {"body": {"a": value}}
    with pytest.raises(NotCanonical):
        fingerprint(poison)
    assert poison_fingerprint(poison) == poison_fingerprint(poison | {"seq": 8})
    assert poison_fingerprint(poison) != poison_fingerprint(COMMAND)
    assert poison_fingerprint(COMMAND) != fingerprint(COMMAND)

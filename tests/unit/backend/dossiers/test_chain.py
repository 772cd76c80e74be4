"""The hash of a custody event, recomputed the way an outsider would from its JSON form."""

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

from backend.dossiers.chain import GENESIS, event_hash, event_json, hash_of, instant_text
from backend.dossiers.models import (
    AtQuality,
    CustodyEvent,
    CustodyEventType,
    DossierState,
    KeeperKind,
)
from backend.places.models import PlaceKind

AT = datetime(2026, 11, 23, 1, 15, 2, 120_000, tzinfo=UTC)


def an_event(**changes: object) -> CustodyEvent:
    fields: dict[str, object] = {
        "dossier_id": uuid.UUID(int=1),
        "n": 1,
        "type": CustodyEventType.ANNOUNCED,
        "state": DossierState.ANNOUNCED,
        "from_kind": KeeperKind.CITIZEN,
        "from_id": uuid.UUID(int=2),
        "to_kind": KeeperKind.CITIZEN,
        "to_id": uuid.UUID(int=2),
        "command_id": None,
        "ordinal": 0,
        "device_id": None,
        "actor_id": None,
        "place_kind": None,
        "place_id": None,
        "at": AT,
        "at_quality": AtQuality.SERVER,
        "received_at": AT,
        "seal": None,
        "reason": None,
        "blob_hashes": [],
        "corrects_n": None,
        "prev": GENESIS,
    }
    return CustodyEvent(**(fields | changes))


def test_the_hash_is_sha256_over_zero_prev_and_sorted_compact_json() -> None:
    event = an_event()
    by_hand = json.dumps(event_json(event), sort_keys=True, separators=(",", ":")).encode()
    assert event_hash(event) == hashlib.sha256(b"\x00" + GENESIS + by_hand).digest()


def test_every_field_that_is_stored_changes_the_hash() -> None:
    plain = event_hash(an_event())
    other = uuid.UUID(int=9)
    changes: list[dict[str, object]] = [
        {"dossier_id": other},
        {"n": 2},
        {"type": CustodyEventType.GAP},
        {"state": DossierState.HANDED_OVER},
        {"from_kind": KeeperKind.OFFICE},
        {"from_id": other},
        {"to_kind": KeeperKind.OFFICE},
        {"to_id": other},
        {"command_id": other},
        {"ordinal": 1},
        {"device_id": other},
        {"actor_id": other},
        {"place_kind": PlaceKind.HOME, "place_id": other},
        {"at": AT + timedelta(microseconds=1)},
        {"at_quality": AtQuality.WALL},
        {"received_at": AT + timedelta(microseconds=1)},
        {"seal": "NP0001"},
        {"reason": "CITIZEN_ABSENT"},
        {"blob_hashes": ["ab" * 32]},
        {"corrects_n": 1},
        {"prev": b"\x01" * 32},
    ]
    hashes = {event_hash(an_event(**change)) for change in changes}
    assert len(hashes) == len(changes)
    assert plain not in hashes
    covered = {name for change in changes for name in change}
    assert covered == {column.name for column in CustodyEvent.__table__.columns} - {"hash"}


def test_one_instant_has_one_spelling_in_every_zone() -> None:
    vietnam = AT.astimezone(timezone(timedelta(hours=7)))
    assert instant_text(vietnam) == instant_text(AT) == "2026-11-23T01:15:02.120000Z"


def test_the_json_form_alone_is_enough_to_recompute_the_hash() -> None:
    event = an_event(seal="NP0001")
    read_back = json.loads(json.dumps(event_json(event)))
    assert hash_of(bytes.fromhex(read_back["prev"]), read_back) == event_hash(event)

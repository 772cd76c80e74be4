"""A receipt's link: anybody recomputes the chain from what is shown, and sees nothing personal."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

import mobile_api
from backend import database
from backend.accounts.models import Person
from backend.booking.models import Contact
from backend.dossiers.models import CustodyEventType, KeeperKind
from backend.dossiers.public_chain import get_token
from tests.integration.courier_day.conftest import Morning, PhoneOf
from tests.integration.courier_day.test_roots import work

WORDS = Path(mobile_api.__file__).parent / "pages" / "static" / "chain" / "words.mjs"


def recomputed(chain: dict[str, Any]) -> bool:
    """From the JSON alone, with nothing of ours: ASCII keys and whole numbers make JCS plain."""
    prev = bytes(32)
    for number, link in enumerate(chain["links"], start=1):
        text = json.dumps(
            link["event"], ensure_ascii=False, separators=(",", ":"), sort_keys=True
        ).encode()
        digest = hashlib.sha256(b"\x00" + prev + text).digest()
        if (link["event"]["n"], link["hash"]) != (number, digest.hex()):
            return False
        prev = digest
    return bool(chain["head"] == prev.hex())


def token_of(morning: Morning) -> str:
    with database.unit_of_work() as session:
        token = get_token(session, morning.sends[0].id)
        assert get_token(session, morning.sends[0].id) == token
        assert get_token(session, morning.sends[1].id) != token
    return token


def test_anybody_recomputes_a_chain_from_its_link(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient
) -> None:
    work(morning, phone_of)
    answer = door.get(f"/v1/citizen/chains/{token_of(morning)}")
    chain = answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    assert (chain["whole"], len(chain["links"])) == (True, 3)
    assert recomputed(chain)
    assert chain["links"][2]["place"]
    chain["links"][1]["event"]["seal"] = "forged"
    assert not recomputed(chain)


def test_a_chain_shows_no_personal_data(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient
) -> None:
    work(morning, phone_of)
    token = token_of(morning)
    with database.unit_of_work() as session:
        contacts = session.scalars(select(Contact)).all()
        people = session.scalars(select(Person)).all()
        private = [each.full_name for each in people] + [
            value for each in contacts for value in (each.full_name, each.phone)
        ]
    assert len(private) > 4
    shown = door.get(f"/v1/citizen/chains/{token}").text
    assert [each for each in private if each and each in shown] == []


def test_a_wrong_link_says_what_to_do(door: FlaskClient, morning: Morning) -> None:
    for token in ("", "x", "a" * 24, morning.sends[0].item_code):
        answer = door.get(f"/v1/citizen/chains/{token}")
        assert answer.status_code == 404
    assert (answer.json["code"], "QR" in answer.json["action"]) == ("chain_not_found", True)


def test_every_kind_of_event_and_keeper_has_words_for_people() -> None:
    named = set(re.findall(r"^  ([A-Z_]+):", WORDS.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == {each.value for each in CustodyEventType} | {each.value for each in KeeperKind}

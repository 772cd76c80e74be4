"""Signatures that are taken on a counter's screen travel by themselves, as a phone's do."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from backend import clock, database
from backend.accounts.roles import Role
from backend.courier_day import missing_proofs, proofs
from backend.courier_day.counters import acts as counter_acts
from backend.courier_day.counters.acts import CounterAct
from backend.courier_day.invariants import pictures_have_come
from backend.places.clerks import Clerk
from backend.settings import Settings
from backend.storage import ContentFolder
from tests.builders.accounts import a_token, an_account
from tests.integration.courier_day.conftest import MORNING, Morning
from tests.integration.courier_day.counters.conftest import Counters
from tests.integration.courier_day.counters.test_intake import WHOLE, reference_of
from tests.integration.courier_day.edge_cases import open_kinds


def a_signature(shade: int = 0) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 20), (shade, 0, 0)).save(written, "PNG")
    return written.getvalue()


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def clerk(counters: Counters) -> dict[str, str]:
    """Headers of the clerk of the counter."""
    with database.unit_of_work() as session:
        row = session.scalars(select(Clerk).where(Clerk.code == counters.counter_clerk)).one()
        account = an_account(
            session,
            Role.POST_OFFICE_CLERK,
            person_id=row.person_id,
            post_office_codes=(counters.post_office,),
        )
        return {"Authorization": f"Bearer {a_token(session, account)}"}


@pytest.fixture
def stranger(counters: Counters) -> dict[str, str]:
    """Headers of a clerk of another post office."""
    with database.unit_of_work() as session:
        account = an_account(session, Role.POST_OFFICE_CLERK, post_office_codes=("99999",))
        return {"Authorization": f"Bearer {a_token(session, account)}"}


def put(counters: Counters, content: bytes, headers: dict[str, str], sha256: str = "") -> Any:
    path = f"/v1/office/blobs/{sha256 or named(content)}"
    return counters.door.put(path, data=content, headers=headers, content_type="image/png")


def pay_and_sign(counters: Counters, item: str, sha256: str) -> Any:
    body = {
        "item": item,
        "payments": [{"purse": "FEE", "amount_vnd": 9_000}],
        "signatures": [{"role": "CITIZEN", "sha256": sha256}],
    }
    answer = counters.at_counter("payments", body)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def needed(counters: Counters, headers: dict[str, str]) -> list[str]:
    found: list[str] = counters.door.get("/v1/office/blobs", headers=headers).get_json()["sha256"]
    return found


def test_a_signature_comes_before_or_after_its_act_and_once(
    morning: Morning, counters: Counters, clerk: dict[str, str]
) -> None:
    early, late = a_signature(1), a_signature(2)
    assert put(counters, early, clerk).status_code == 201
    assert put(counters, early, clerk).status_code == 200
    for content in (early, late):
        pay_and_sign(counters, morning.sends[0].item_code, named(content))
    assert needed(counters, clerk) == [named(late)]
    path = f"/v1/office/blobs/{named(late)}"
    assert counters.door.head(path, headers=clerk).status_code == 404
    assert put(counters, late, clerk).status_code == 201
    assert counters.door.head(path, headers=clerk).status_code == 200
    assert needed(counters, clerk) == []


def test_pictures_are_looked_at_as_a_couriers_are(
    counters: Counters, clerk: dict[str, str]
) -> None:
    good = a_signature()
    answers = [
        put(counters, good, clerk, sha256="0" * 64),
        put(counters, b"no picture", clerk),
        put(counters, b"x" * (proofs.MOST_BYTES + 1), clerk),
        counters.door.put(
            f"/v1/office/blobs/{named(good)}",
            data=good,
            headers=clerk,
            content_type="text/html",
        ),
    ]
    assert [(each.status_code, each.get_json()["code"]) for each in answers] == [
        (422, "blob_hash_mismatch"),
        (422, "picture_not_readable"),
        (413, "too_large"),
        (415, "bad_encoding"),
    ]


def test_another_clerks_picture_is_nobodys_and_a_couriers_door_is_closed(
    counters: Counters, clerk: dict[str, str], stranger: dict[str, str]
) -> None:
    content = a_signature()
    assert put(counters, content, clerk).status_code == 201
    path = f"/v1/office/blobs/{named(content)}"
    assert counters.door.head(path, headers=stranger).status_code == 404
    assert counters.door.head(path).status_code == 401
    answer = counters.door.put(path, data=content, content_type="image/png")
    assert answer.status_code == 401
    at_the_couriers = f"/v1/courier/blobs/{named(content)}"
    assert counters.door.head(at_the_couriers, headers=clerk).status_code == 403


def test_what_nobody_sent_in_a_day_is_somebodys_work_until_it_comes(
    morning: Morning, counters: Counters, clerk: dict[str, str], settings: Settings
) -> None:
    content = a_signature()
    item = morning.sends[0].item_code
    signed = {"signatures": [{"role": "CITIZEN", "sha256": named(content)}]}
    pay_and_sign(counters, item, named(content))
    body = {"booking": reference_of(morning.sends[0]), "dossiers": [WHOLE]}
    brought = counters.at_counter("intakes", signed | body)
    assert brought.status_code == 201, brought.get_json()
    with clock.frozen(MORNING + timedelta(hours=25)):
        with database.unit_of_work() as session:
            assert missing_proofs.alarm_missing(session) == 2
            assert missing_proofs.alarm_missing(session) == 0
        with database.snapshot() as session:
            breaches = list(pictures_have_come(session))
        assert {each.detail["picture"] for each in breaches} == {named(content)}
        assert "evidence_pending" in open_kinds()
        assert put(counters, content, clerk).status_code == 201
        assert "evidence_pending" not in open_kinds()
        with database.snapshot() as session:
            assert list(pictures_have_come(session)) == []
    with clock.frozen(MORNING + timedelta(days=9)), database.unit_of_work() as session:
        assert proofs.remove_unnamed(session, ContentFolder(settings.blob_dir)) == 0


def test_the_record_of_an_act_forgets_who_showed_what_after_a_year(
    morning: Morning, counters: Counters
) -> None:
    pay_and_sign(counters, morning.sends[0].item_code, named(a_signature()))
    with clock.frozen(MORNING + timedelta(days=364)), database.unit_of_work() as session:
        assert counter_acts.redact_old(session) == 0
    with clock.frozen(MORNING + timedelta(days=366)), database.unit_of_work() as session:
        assert counter_acts.redact_old(session) == 1
        assert counter_acts.redact_old(session) == 0
        (act,) = session.scalars(select(CounterAct)).all()
        assert (act.asked, act.redacted_at) == ({}, clock.now())
        assert act.outcome["forms"]

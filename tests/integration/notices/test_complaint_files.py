"""A complaint comes with pictures or a PDF: judged, bounded, and shown to whoever answers."""

import hashlib
import io
import uuid
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.accounts.views_log import PersonalDataView
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking
from backend.courier_day.feedback import attachments
from backend.courier_day.models import Proof
from backend.courier_day.proofs import remove_unnamed
from backend.settings import Settings
from backend.storage import ContentFolder
from tests.builders.booking import WORKING_DAY, a_booking

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def now() -> Iterator[clock.FrozenClock]:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))) as held:
        yield held


@pytest.fixture
def booking(session: Session) -> Booking:
    return a_booking(session)


@pytest.fixture
def link(session: Session, booking: Booking) -> str:
    token = make_token(session, booking.id)
    session.commit()
    return f"/v1/citizen/follow/{token}"


def a_picture() -> bytes:
    out = io.BytesIO()
    labels = Image.Exif()
    labels[0x010F] = "CAMERA OF SOMEBODY"
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=labels)
    return out.getvalue()


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(client: FlaskClient, base: str, content: bytes, kind: str = "image/jpeg") -> Any:
    return client.put(f"{base}/files/{sha(content)}", data=content, content_type=kind)


def complain(client: FlaskClient, base: str, *digests: str) -> Any:
    body = {"kind": "DAMAGED", "text": "Giấy tờ bị ướt", "attachments": list(digests)}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return client.post(f"{base}/complaints", json=body, headers=headers)


def test_whoever_answers_gets_picture_and_pdf_and_that_is_written_down(
    client: FlaskClient, session: Session, link: str
) -> None:
    picture = a_picture()
    assert put(client, link, picture).status_code == 201
    assert put(client, link, picture).status_code == 200, "a repeat is harmless"
    assert put(client, link, PDF, "application/pdf").status_code == 201
    made = complain(client, link, sha(picture), sha(PDF))
    assert (made.status_code, made.get_json()["attachments"]) == (201, 2)
    assert client.get(link).get_json()["complaints"][0]["attachments"] == 2

    (shown,) = client.get("/v1/dispatcher/complaints").get_json()["complaints"]
    assert [each["media_type"] for each in shown["attachments"]] == [
        "image/jpeg",
        "application/pdf",
    ]
    before = session.scalar(select(func.count()).select_from(PersonalDataView)) or 0
    first, second = (
        client.get(f"/v1/dispatcher/complaint-files/{each['id']}") for each in shown["attachments"]
    )
    assert b"CAMERA" not in first.data
    assert Image.open(io.BytesIO(first.data)).size == (40, 30)
    assert second.data == PDF
    assert second.headers["Content-Disposition"].startswith("attachment"), "never opened here"
    assert second.headers["X-Content-Type-Options"] == "nosniff"
    after = session.scalar(select(func.count()).select_from(PersonalDataView)) or 0
    assert after == before + 2


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"<svg onload=alert(1)>", "image/jpeg", "picture_not_readable"),
        (b"%PDF-1.7 cut off", "application/pdf", "pdf_not_readable"),
        (b"GIF89a", "image/gif", "bad_encoding"),
        (PDF + b"x" * attachments.MOST_BYTES, "application/pdf", "too_large"),
    ],
)
def test_what_is_no_picture_and_no_pdf_is_not_kept(
    client: FlaskClient, link: str, content: bytes, kind: str, code: str
) -> None:
    assert put(client, link, content, kind).get_json()["code"] == code
    assert complain(client, link, sha(content)).get_json()["code"] == "attachment_not_sent"


def test_a_file_is_what_its_name_says(client: FlaskClient, link: str) -> None:
    answer = client.put(f"{link}/files/{'0' * 64}", data=PDF, content_type="application/pdf")
    assert answer.get_json()["code"] == "blob_hash_mismatch"


def test_a_complaint_names_only_files_of_its_own_booking(
    client: FlaskClient, session: Session, link: str
) -> None:
    other = make_token(session, a_booking(session).id)
    session.commit()
    assert put(client, f"/v1/citizen/follow/{other}", PDF, "application/pdf").status_code == 201
    answer = complain(client, link, sha(PDF))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "attachment_not_sent")
    assert client.get(link).get_json()["complaints"] == []
    six = [sha(bytes([n])) for n in range(6)]
    assert "attachments" in complain(client, link, *six).get_json()["fields"]


def test_a_link_does_not_fill_the_disk(
    client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_A_DAY", 1)
    assert put(client, link, PDF, "application/pdf").status_code == 201
    answer = put(client, link, a_picture())
    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_many_attachments")


def test_what_no_complaint_names_goes_after_a_week_and_the_rest_stays(
    client: FlaskClient, session: Session, link: str, settings: Settings, now: clock.FrozenClock
) -> None:
    picture = a_picture()
    put(client, link, PDF, "application/pdf")
    put(client, link, picture)
    complain(client, link, sha(picture))
    now.advance(timedelta(days=8))
    assert remove_unnamed(session, ContentFolder(settings.blob_dir)) == 1
    assert [each.media_type for each in session.scalars(select(Proof))] == ["image/jpeg"]


def test_another_area_s_files_do_not_exist(
    client: FlaskClient, client_as: Callable[..., FlaskClient], link: str
) -> None:
    put(client, link, PDF, "application/pdf")
    complain(client, link, sha(PDF))
    (shown,) = client.get("/v1/dispatcher/complaints").get_json()["complaints"]
    file = f"/v1/dispatcher/complaint-files/{shown['attachments'][0]['id']}"
    elsewhere = client_as(Role.DISPATCHER, planning_area_ids=(uuid.uuid4(),))
    unknown = elsewhere.get(f"/v1/dispatcher/complaint-files/{uuid.uuid4()}")
    answer = elsewhere.get(file)
    assert (answer.status_code, answer.get_json()["code"]) == (404, unknown.get_json()["code"])
    assert client_as(Role.CITIZEN).get(file).status_code == 403


def test_an_owner_sends_files_and_complains_without_a_link(
    client_as: Callable[..., FlaskClient], session: Session, booking: Booking
) -> None:
    owner, other = client_as(Role.FIRM), client_as(Role.FIRM)
    booking.owner_account_id = uuid.UUID(owner.get("/v1/session").get_json()["account_id"])
    session.commit()
    own = f"/v1/citizen/bookings/{booking.reference}"
    assert put(owner, own, PDF, "application/pdf").status_code == 201
    assert complain(owner, own, sha(PDF)).status_code == 201
    followed = owner.get(f"{own}/followed").get_json()
    assert followed["complaints"][0]["attachments"] == 1
    assert followed["applicant"] == booking.contact.full_name, "nothing is masked for its owner"
    for answer in (
        put(other, own, PDF, "application/pdf"),
        complain(other, own),
        other.get(f"{own}/followed"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "booking_not_found")

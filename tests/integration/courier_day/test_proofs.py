"""Photos and signatures: judged, kept without metadata, asked for, missed and removed."""

import hashlib
import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, update

from backend import clock, database
from backend.accounts.models import Device
from backend.courier_day import missing_proofs, proofs
from backend.courier_day.models import CommandProof, Proof, WorkItem, WorkItemStatus
from backend.fleet.models import Courier
from backend.settings import Settings
from backend.storage import ContentFolder
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected, send
from tests.phone import Phone


def a_photo(colour: str = "red", form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, form, **options)
    return out.getvalue()


def a_placed_photo() -> bytes:
    """A photo that says where it was taken and is stored lying on its side."""
    labels = Image.Exif()
    labels[0x0112] = 6  # orientation: turn by a quarter
    labels[0x010F] = "CAMERA OF SOMEBODY"
    return a_photo(exif=labels)


def a_huge_png() -> bytes:
    """30,000 × 30,000 pixels in a few bytes: the header alone is honest."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 90_001)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Door:
    """PUT and HEAD of one phone."""

    def __init__(self, client: FlaskClient, phone: Phone) -> None:
        self.client, self.phone = client, phone

    @property
    def token(self) -> str:
        """A fresh one: the clock of these tests jumps by hours and days."""
        self.phone.identity.refresh(self.phone.transport)
        return self.phone.store.get_meta("token") or ""

    def put(
        self, content: bytes, *, name: str | None = None, kind: str = "image/jpeg", **headers: str
    ) -> Any:
        return self.client.put(
            f"/v1/courier/blobs/{name or sha(content)}",
            data=content,
            content_type=kind,
            headers={"Authorization": f"Bearer {self.token}"} | headers,
        )

    def head(self, name: str) -> int:
        answer = self.client.head(
            f"/v1/courier/blobs/{name}", headers={"Authorization": f"Bearer {self.token}"}
        )
        return answer.status_code


@pytest.fixture
def phone(morning: Morning, phone_of: PhoneOf) -> Phone:
    return phone_of(morning.a)


@pytest.fixture
def to_server(door: FlaskClient, phone: Phone) -> Door:
    return Door(door, phone)


@pytest.fixture
def files(settings: Settings) -> ContentFolder:
    return ContentFolder(settings.blob_dir)


def act_with_photo(phone: Phone, morning: Morning, photo: bytes) -> None:
    kind, body = collected(morning.sends[0])
    blob = {"sha256": sha(photo), "bytes": len(photo), "mime": "image/jpeg", "slot": "sealed"}
    phone.act(kind, body, blobs=[blob])


def rows(table: type[Any]) -> int:
    with database.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def kept(files: ContentFolder, courier: Courier, name: str) -> bytes:
    with database.unit_of_work() as session:
        return proofs.read_proof(session, files, courier.id, name)


def stored_files(files: ContentFolder) -> list[Path]:
    return [path for path in files.folder.rglob("proofs/**/*") if path.is_file()]


def test_a_photo_is_kept_upright_and_without_what_the_camera_knew(
    morning: Morning, to_server: Door, files: ContentFolder
) -> None:
    sent = a_placed_photo()
    assert to_server.head(sha(sent)) == 404
    assert to_server.put(sent).status_code == 201
    assert to_server.head(sha(sent)) == 200
    content = kept(files, morning.a, sha(sent))
    assert b"CAMERA OF SOMEBODY" in sent
    assert b"CAMERA OF SOMEBODY" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((30, 40), {})


@pytest.mark.parametrize(("form", "kind"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_other_kinds_of_pictures_keep_their_kind(
    morning: Morning, to_server: Door, files: ContentFolder, form: str, kind: str
) -> None:
    sent = a_photo(form=form)
    assert to_server.put(sent, kind=kind).status_code == 201
    with Image.open(io.BytesIO(kept(files, morning.a, sha(sent)))) as picture:
        assert picture.format == form


def test_the_same_photo_twice_is_one(to_server: Door, files: ContentFolder) -> None:
    photo = a_photo()
    assert [to_server.put(photo).status_code for _ in range(3)] == [201, 200, 200]
    assert (rows(Proof), len(stored_files(files))) == (1, 1)


def test_what_is_not_what_its_name_says_is_dropped(to_server: Door, files: ContentFolder) -> None:
    answer = to_server.put(a_photo(), name=sha(b"something else"))
    assert (answer.status_code, answer.json["code"]) == (422, "blob_hash_mismatch")
    assert (rows(Proof), stored_files(files)) == (0, [])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture_not_readable"),
        (b"GIF89a" + b"\x00" * 40, "picture_not_readable"),
        (b"\xff\xd8\xff" + b"no picture" * 10, "picture_not_readable"),
        (a_photo()[:200], "picture_not_readable"),
        (a_huge_png(), "picture_too_large"),
    ],
    ids=["empty", "another kind", "only begins like one", "cut", "a bomb of pixels"],
)
def test_no_picture_is_dropped_with_a_reason(
    to_server: Door, files: ContentFolder, content: bytes, code: str
) -> None:
    answer = to_server.put(content)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert (rows(Proof), stored_files(files)) == (0, [])


def test_what_hides_behind_a_picture_is_not_kept(
    morning: Morning, to_server: Door, files: ContentFolder
) -> None:
    sent = a_photo() + b"PK\x03\x04<script>alert(1)</script>"
    assert to_server.put(sent).status_code == 201
    assert b"script" not in kept(files, morning.a, sha(sent))


def test_too_many_bytes_and_foreign_types_are_refused_unread(to_server: Door) -> None:
    assert to_server.put(b"\xff\xd8\xff" + bytes(proofs.MOST_BYTES)).status_code == 413
    assert to_server.put(a_photo(), kind="text/html").status_code == 415
    assert to_server.put(a_photo(), **{"Content-Encoding": "gzip"}).status_code == 415


def test_names_are_each_courier_s_own(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient, to_server: Door
) -> None:
    photo = a_photo()
    to_server.put(photo)
    other = Door(door, phone_of(morning.b))
    assert other.head(sha(photo)) == 404
    assert other.put(photo).status_code == 201
    assert other.head("zz" * 32) == 404


def test_a_revoked_phone_and_a_stranger_send_no_photos(
    morning: Morning, door: FlaskClient, to_server: Door
) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Device).values(revoked_at=clock.now()))
    assert (to_server.put(a_photo()).status_code, to_server.head(sha(b""))) == (401, 401)
    assert door.put(f"/v1/courier/blobs/{sha(b'')}", data=b"").status_code == 401


def test_the_server_asks_for_a_named_photo_until_it_comes(
    morning: Morning, phone: Phone, to_server: Door
) -> None:
    photo = a_photo()
    act_with_photo(phone, morning, photo)
    first = send(phone)
    assert first.body["need_blobs"] == [sha(photo)]
    assert first.body["results"][0]["status"] == "applied"
    to_server.put(photo)
    assert send(phone).body["need_blobs"] == []


def test_a_photo_may_come_before_its_command(
    morning: Morning, phone: Phone, to_server: Door
) -> None:
    photo = a_photo()
    to_server.put(photo)
    act_with_photo(phone, morning, photo)
    assert send(phone).body["need_blobs"] == []


def test_a_photo_missing_for_a_day_is_somebody_s_work_once_and_settled_when_it_comes(
    morning: Morning, phone: Phone, to_server: Door, frozen_morning: clock.FrozenClock
) -> None:
    photo = a_photo()
    act_with_photo(phone, morning, photo)
    send(phone)

    def alarms() -> int:
        with database.unit_of_work() as session:
            return missing_proofs.alarm_missing(session)

    assert alarms() == 0
    frozen_morning.advance(timedelta(hours=25))
    assert [alarms(), alarms()] == [1, 0]
    to_server.put(photo)
    with database.unit_of_work() as session:
        items = session.scalars(
            select(WorkItem).where(WorkItem.kind == missing_proofs.MISSING)
        ).all()
        assert [item.status for item in items] == [WorkItemStatus.CLOSED]


def test_what_no_command_names_goes_after_a_week_and_what_one_names_stays(
    morning: Morning,
    phone: Phone,
    to_server: Door,
    files: ContentFolder,
    frozen_morning: clock.FrozenClock,
) -> None:
    named, litter = a_photo("blue"), a_photo("green")
    to_server.put(named)
    to_server.put(litter)
    act_with_photo(phone, morning, named)
    send(phone)

    def removed() -> int:
        with database.unit_of_work() as session:
            return proofs.remove_unnamed(session, files)

    frozen_morning.advance(timedelta(days=6))
    assert removed() == 0
    frozen_morning.advance(timedelta(days=2))
    assert removed() == 1
    assert len(stored_files(files)) == 1
    assert (to_server.head(sha(named)), to_server.head(sha(litter))) == (200, 404)
    assert rows(CommandProof) == 1


def test_a_photo_sent_again_begins_its_week_anew(
    to_server: Door, files: ContentFolder, frozen_morning: clock.FrozenClock
) -> None:
    photo = a_photo()
    to_server.put(photo)
    frozen_morning.advance(timedelta(days=6))
    to_server.put(photo)
    frozen_morning.advance(timedelta(days=6))
    with database.unit_of_work() as session:
        assert proofs.remove_unnamed(session, files) == 0


def test_nobody_fills_the_disk_in_a_day(monkeypatch: pytest.MonkeyPatch, to_server: Door) -> None:
    monkeypatch.setattr(proofs, "MOST_A_DAY", 1)
    assert to_server.put(a_photo("red")).status_code == 201
    answer = to_server.put(a_photo("blue"))
    assert (answer.status_code, answer.json["code"]) == (503, "retry_later")
    assert int(answer.headers["Retry-After"]) > 0

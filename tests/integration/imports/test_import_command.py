"""`tannoi import`, `roads` and `bookings` at the terminal: reasons, next steps, exit codes."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from backend import database
from backend.booking.models import Booking, BookingStatus
from backend.cli import main
from backend.places.models import Office
from tests.builders.booking import a_booking
from tests.fixtures.database import TestDatabase

HEAD = "code,name,tier,address,lat,lon,source,status\n"
GOOD = "A,Một cửa,COMMUNE,1 Mẫu,16.06,108.22,thử,sample\n"
BAD = "B,Một cửa,BANK,1 Mẫu,16.06,108.22,thử,sample\n"


@pytest.fixture
def tannoi(
    monkeypatch: pytest.MonkeyPatch, test_database: TestDatabase, tmp_path: Path, engine: Engine
):
    url = test_database.app_url.render_as_string(hide_password=False)
    monkeypatch.setenv("TANNOI_DATABASE_URL", url)
    monkeypatch.setenv("TANNOI_STATE_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments])

    yield run
    database.configure(url)


def offices() -> int:
    with database.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Office)) or 0


def test_good_rows_are_committed_and_bad_ones_lie_in_a_file(
    tannoi, committed_database: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(HEAD + GOOD + BAD, encoding="utf-8")
    looked = tannoi("import", "offices", path, "--dry-run")
    assert (looked.exit_code, offices()) == (2, 0)
    done = tannoi("import", "offices", path)
    assert done.exit_code == 2
    assert "1 dòng mới, 0 dòng sửa, 0 dòng giữ nguyên, 1 bị trả lại" in done.output
    assert "dòng 3, tier: 'BANK' không thuộc" in done.output
    assert offices() == 1
    returned = tmp_path / "var" / "out" / "imports" / "offices-offices.rejected.csv"
    assert "BANK" in returned.read_text(encoding="utf-8-sig")
    path.write_text(HEAD + GOOD, encoding="utf-8")
    again = tannoi("import", "offices", path)
    assert (again.exit_code, offices()) == (0, 1)
    assert "1 dòng giữ nguyên" in again.output
    assert not returned.exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "tệp rỗng"),
        ("a.csv", b"\xff\xfe", "không phải văn bản UTF-8"),
        ("a.xlsx", b"not a workbook", "không phải bảng tính XLSX"),
        ("a.csv", b"ma;ten\n1;2\n", "thiếu cột"),
    ],
)
def test_a_corrupt_file_ends_with_one_line_and_the_next_step(
    tannoi, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ended = tannoi("import", "offices", path)
    assert ended.exit_code == 1
    lines = ended.stderr.strip().splitlines()
    assert reason in lines[0]
    assert lines[1].strip().startswith("tiếp theo:")


def test_a_crash_in_the_middle_leaves_nothing(
    tannoi, committed_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(HEAD + GOOD + GOOD.replace("A,", "C,"), encoding="utf-8")

    def power_cut(*_: object, **__: object) -> None:
        raise SystemError("power cut")

    monkeypatch.setattr("backend.places.imports.offices.fill_unit", power_cut)
    assert isinstance(tannoi("import", "offices", path).exception, SystemError)
    assert offices() == 0


def test_a_template_needs_no_database_and_wrong_words_are_explained(
    tannoi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TANNOI_DATABASE_URL")
    template = tannoi("import", "bookings", "--template", "csv")
    assert template.exit_code == 0
    assert template.output.startswith("reference,mode,channel,applicant_name")
    assert tannoi("import", "offices").exit_code == 2
    path = tmp_path / "offices.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    assert tannoi("import", "offices", path, "--column", "code").exit_code == 2
    assert tannoi("import", "offices", path, "--province", "DN").exit_code == 2
    unknown = tannoi("import", "offices", path, "--set", "stauts=sample")
    assert unknown.exit_code == 1
    assert "status" in unknown.stderr
    assert tannoi("import", "offices", path).exit_code == 3, "no database is named"


@pytest.mark.parametrize("content", [b"", b"<osm", b"\x00\x01\x02 not a map"])
def test_a_corrupt_map_makes_no_road_data(tannoi, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.osm"
    path.write_bytes(content)
    ended = tannoi("roads", "build", path)
    assert ended.exit_code == 1
    assert "Chưa tạo được dữ liệu đường" in ended.stderr
    assert not (tmp_path / "var" / "roads" / "manifest.json").exists()
    assert tannoi("roads", "build", tmp_path / "none.osm.pbf").exit_code == 1


def test_a_waiting_booking_is_listed_and_placed(tannoi, committed_database: Engine) -> None:
    with database.unit_of_work() as session:
        a_booking(session, point=None, address="Tổ 5, Phường Mẫu", reference="PYC-CHO")
    listed = tannoi("bookings", "to-place")
    assert "PYC-CHO" in listed.output
    assert "1 phiếu chờ định vị" in listed.output
    assert tannoi("bookings", "place", "PYC-CHO", "10.77", "106.70").exit_code == 1
    assert tannoi("bookings", "place", "PYC-CHO", "91", "106.70").exit_code == 1
    assert tannoi("bookings", "place", "PYC-NONE", "16.06", "108.22").exit_code == 1
    placed = tannoi("bookings", "place", "PYC-CHO", "16.0678", "108.2208")
    assert placed.exit_code == 0
    with database.unit_of_work() as session:
        (booking,) = session.scalars(select(Booking))
        assert booking.status is BookingStatus.REQUESTED

"""Bad input at a terminal: one line of reason, one of advice, a code, and nothing half-written."""

import os
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from backend import clock, database, queue
from backend.cli import main
from backend.migrations.models import MODELS
from backend.settings import Settings
from tests.builders.booking import USUAL_OFFICE, WORKING_DAY, a_service
from tests.builders.catalogue import a_holiday
from tests.builders.planning import a_day

type Tannoi = Callable[..., Result]

DAY = WORKING_DAY.isoformat()
NOBODY_RIDES = "2026-11-26"
HOLIDAY = date(2026, 11, 24)
SATURDAY = "2026-11-28"
NO_SOCKET = "/there/is/no/socket"

HEADER = (
    "reference,mode,channel,applicant_name,phone,address,lat,lon,procedure_code,office_code,"
    "service_date,slot_start,slot_end,source,status\n"
)


@pytest.fixture
def tannoi(
    committed_database: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Tannoi]:
    """The command line on the morning of a day that could be planned, as a person in Viet Nam runs
    it."""
    for name in [name for name in os.environ if name.startswith("TANNOI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANNOI_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TANNOI_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("TANNOI_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    with database.unit_of_work() as session:
        a_day(session, collections=1, returns=1, couriers=1)
        a_service(session)
        a_holiday(session, HOLIDAY)

    def run(*arguments: object, **environment: str) -> Result:
        words = [str(each) for each in arguments]
        try:
            return CliRunner().invoke(main, words, env=environment)
        finally:
            database.configure(settings.database_url)
            queue.bind(queue.connect(settings.redis_url))

    with clock.frozen(clock.local_instant(WORKING_DAY, time(6))):
        yield run


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with database.unit_of_work() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in MODELS.sorted_tables
        }


def told(result: Result) -> tuple[str, str]:
    """The only two lines: reason and next step."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("    ")]
    assert len(lines) == 2, result.stderr
    assert lines[0].startswith("tannoi: ")
    assert lines[1].startswith("  tiếp theo: ")
    assert ".." not in result.stderr.replace("...", "")
    return lines[0].removeprefix("tannoi: "), lines[1].removeprefix("  tiếp theo: ")


PLAN_REFUSALS: dict[str, tuple[dict[str, str], tuple[str, str], int, str, str]] = {
    "an unknown setting": ({"TANNOI_PROT": "1"}, ("DA-NANG", DAY), 3, "TANNOI_PROT", "TANNOI_PORT"),
    "a setting without sense": (
        {"TANNOI_PLAN_TIME_LIMIT_S": "soon"},
        ("DA-NANG", DAY),
        3,
        "TANNOI_PLAN_TIME_LIMIT_S",
        "digits",
    ),
    "no database": (
        {"TANNOI_DATABASE_URL": f"postgresql+psycopg://tannoi_app@/tannoi?host={NO_SOCKET}"},
        ("DA-NANG", DAY),
        4,
        "cơ sở dữ liệu",
        "TANNOI_DATABASE_URL",
    ),
    "no database named": ({"TANNOI_DATABASE_URL": ""}, ("DA-NANG", DAY), 3, "DATABASE_URL", "Set"),
    "no queue": (
        {"TANNOI_REDIS_URL": f"unix://{NO_SOCKET}?db=0"},
        ("DA-NANG", DAY),
        4,
        "hàng đợi",
        "TANNOI_REDIS_URL",
    ),
    "no worker": ({}, ("DA-NANG", DAY), 4, "tiến trình", "tannoi worker"),
    "an area that nobody made": (
        {},
        ("NOWHERE", DAY, "--inline"),
        1,
        "NOWHERE",
        "bưu cục",
    ),
    "a holiday": (
        {},
        ("DA-NANG", HOLIDAY.isoformat(), "--inline"),
        1,
        "nghỉ lễ",
        "25/11/2026",
    ),
    "no couriers": (
        {},
        ("DA-NANG", NOBODY_RIDES, "--inline"),
        1,
        "không có ca bưu tá",
        "tannoi import shifts",
    ),
}


@pytest.mark.parametrize("case", PLAN_REFUSALS)
def test_what_cannot_be_planned_is_told_in_two_lines_and_leaves_no_plan(
    tannoi: Tannoi, case: str
) -> None:
    environment, words, code, reason, step = PLAN_REFUSALS[case]
    before = rows()
    ended = tannoi("plan", *words, "--time-limit", "1", **environment)
    assert ended.exit_code == code, ended.output
    said, advised = told(ended)
    assert reason in said
    assert step in advised
    assert rows() == before


def test_without_road_data_a_day_is_planned_and_labelled_as_estimated(
    tannoi: Tannoi, settings: Settings
) -> None:
    assert not settings.roads_dir.exists()
    done = tannoi("plan", "DA-NANG", DAY, "--inline", "--time-limit", "1")
    assert done.exit_code == 0, done.output
    assert "ước lượng theo đường chim bay, không phải đường thật" in done.output
    assert "tannoi roads build" in done.output
    assert rows()["plan"] == 1


BOOKINGS: dict[str, tuple[str, str, str]] = {
    "a door outside the area": (
        f"P1,SEND,PHONE,Người Mẫu,,1 Mẫu,10.77,106.70,1.004194,{USUAL_OFFICE},{DAY},08:00,10:00",
        "lat",
        "nằm ngoài khu vực phục vụ",
    ),
    "latitude and longitude swapped": (
        f"P1,SEND,PHONE,Người Mẫu,,1 Mẫu,108.2,16.06,1.004194,{USUAL_OFFICE},{DAY},08:00,10:00",
        "lat",
        "lat là vĩ độ",
    ),
    "an office closed all day": (
        f"P1,SEND,PHONE,Người Mẫu,,1 Mẫu,16.06,108.22,1.004194,{USUAL_OFFICE},{SATURDAY},,",
        "service_date",
        "đóng cửa cả ngày",
    ),
    "a holiday": (
        f"P1,SEND,PHONE,Người Mẫu,,1 Mẫu,16.06,108.22,1.004194,{USUAL_OFFICE},{HOLIDAY},,",
        "service_date",
        "ngày nghỉ",
    ),
    "an office that nobody knows": (
        f"P1,SEND,PHONE,Người Mẫu,,1 Mẫu,16.06,108.22,1.004194,MC-LA,{DAY},,",
        "office_code",
        "MC-LA",
    ),
    "a post office that nobody knows": (
        f"P1,RETURN,PHONE,Người Mẫu,,1 Mẫu,16.06,108.22,1.004194,,{DAY},,",
        "held_at_post_office_code",
        "BC-LA",
    ),
    "a procedure that nobody knows": (
        f"P1,SEND,PHONE,Người Mẫu,,1 Mẫu,16.06,108.22,9.999999,{USUAL_OFFICE},{DAY},,",
        "procedure_code",
        "tannoi import procedures",
    ),
}


@pytest.mark.parametrize("case", BOOKINGS)
def test_a_booking_that_cannot_be_is_handed_back_with_column_and_reason(
    tannoi: Tannoi, tmp_path: Path, settings: Settings, case: str
) -> None:
    row, column, reason = BOOKINGS[case]
    path = tmp_path / "phieu.csv"
    held = "BC-LA" if column == "held_at_post_office_code" else ""
    header = HEADER.strip() + ",held_at_post_office_code\n"
    path.write_text(f"{header}{row},thử,sample,{held}\n", encoding="utf-8")
    before = rows()
    ended = tannoi("import", "bookings", path)
    assert ended.exit_code == 2, ended.output
    assert f"bị trả lại: dòng 2, {column}: " in ended.output
    assert reason in ended.output
    returned = settings.output_dir / "imports" / "bookings-phieu.rejected.csv"
    assert reason in returned.read_text(encoding="utf-8-sig")
    assert rows() == before


FILES: dict[str, tuple[str, str, bytes, str]] = {
    "an empty file": ("offices", "a.csv", b"", "rỗng"),
    "no text": ("offices", "a.csv", b"\xff\xfe\x00", "UTF-8"),
    "an open quote": (
        "offices",
        "a.csv",
        b'code,name,tier,address,lat,lon,source,status\nA,"One\nB,Two\n',
        "từ dòng 2",
    ),
    "columns of something else": ("bookings", "a.csv", b"x,y\n1,2\n", "thiếu cột"),
    "a broken workbook": ("offices", "a.xlsx", b"PK\x03\x04 broken", "XLSX"),
    "half a GeoJSON": ("units", "a.geojson", b'{"type":"FeatureCollection","features":[{', "JSON"),
    "JSON that is no map": ("units", "a.geojson", b"[1, 2]", "a.geojson"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_corrupt_file_is_refused_whole(tannoi: Tannoi, tmp_path: Path, case: str) -> None:
    kind, name, content, reason = FILES[case]
    path = tmp_path / name
    path.write_bytes(content)
    before = rows()
    ended = tannoi("import", kind, path)
    assert ended.exit_code == 1, ended.output
    assert reason in told(ended)[0]
    assert rows() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.osm", b""),
        ("a.osm", b"<osm version='0.6'><node id='1' lat='16'"),
        ("a.osm.pbf", b"\x00\x00\x00\x0dnot a map at all"),
        ("a.osm.gz", b"not gzipped"),
        ("a.txt", b"hello"),
    ],
)
def test_a_corrupt_map_is_refused_and_older_roads_stand(
    tannoi: Tannoi, tmp_path: Path, settings: Settings, name: str, content: bytes
) -> None:
    kept = settings.roads_dir / "manifest.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("older")
    path = tmp_path / name
    path.write_bytes(content)
    ended = tannoi("roads", "build", path)
    assert ended.exit_code == 1, ended.output
    reason, step = told(ended)
    assert name in reason
    assert "Dữ liệu cũ" in step
    assert [each.name for each in settings.roads_dir.iterdir()] == ["manifest.json"]
    assert kept.read_text() == "older"

"""Each kind of file keeps good rows, hands back bad ones by column, and never doubles a row."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.catalogue.models import CalendarDay, Procedure, Tariff
from backend.cli.imports import KINDS, read_file
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import AdministrativeUnit, Office, PlanningArea
from backend.tabular.errors import FileUnreadable, WrongColumns
from backend.tabular.imports import Outcome
from backend.tabular.layout import Reading
from backend.tabular.writing import template_csv, template_xlsx
from tests.builders.imports import Importing, defects
from tests.builders.places import PROVINCE, a_post_office


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_filled_in_template_of_every_kind_has_no_wrong_cell(
    session: Session, tmp_path: Path, kind: str
) -> None:
    a_post_office(session, code="550000")
    chosen = KINDS[kind]
    path = tmp_path / "mẫu.csv"
    path.write_text(template_csv(chosen.layout).replace("# ", ""), encoding="utf-8")
    table = read_file(chosen, path, Reading())
    report = chosen.run(session, table, province_code=PROVINCE)
    references = {"courier_code", "vehicle_code", "procedure_code"}
    assert {error.column for error in report.errors} <= references, report.errors
    workbook = tmp_path / "mẫu.xlsx"
    workbook.write_bytes(template_xlsx(chosen.layout))
    assert read_file(chosen, workbook, Reading()).header == table.header


def test_offices_keep_good_rows_and_hand_back_bad_ones(
    session: Session, importing: Importing
) -> None:
    text = """code,name,tier,address,lat,lon,weekly_hours,latest_arrival,valid_from,valid_to
A,Một cửa A,COMMUNE,1 Mẫu,16.06,108.22,,,,
A,Một cửa A2,COMMUNE,1 Mẫu,16.06,108.22,,,,
B,Một cửa B,BANK,1 Mẫu,108.22,16.06,,,,
C,Một cửa C,COMMUNE,1 Mẫu,16.06,108.22,"{""mon"": [[""12:00"", ""09:00""]]}",,,
D,Một cửa D,COMMUNE,1 Mẫu,16.06,108.22,,16:00,2026-01-01,2025-01-01
E,,DISTRICT,1 Mẫu,16.06,108.22,,,,
F,Một cửa F,DISTRICT,1 Mẫu,,,,,,
"""
    report = importing("offices", text)
    assert report.counts == {Outcome.CREATED: 2}
    assert defects(report) == [
        (3, "code"),
        (4, "lat"),
        (4, "tier"),
        (5, "weekly_hours"),
        (6, "valid_to"),
        (6, "latest_arrival"),
        (7, "name"),
    ]
    assert sorted(session.scalars(select(Office.code))) == ["A", "F"]
    again = importing("offices", text)
    assert again.counts == {Outcome.UNCHANGED: 2}


def test_an_update_leaves_alone_what_the_file_does_not_say(
    session: Session, importing: Importing
) -> None:
    hours = '"{""sat"": [[""08:00"", ""11:00""]]}"'
    head = "code,name,tier,address,lat,lon"
    importing("offices", f"{head},weekly_hours\nA,Một cửa,COMMUNE,1 Mẫu,16.06,108.22,{hours}\n")
    report = importing("offices", f"{head}\nA,Tên mới,COMMUNE,1 Mẫu,16.07,108.22\n")
    assert report.counts == {Outcome.UPDATED: 1}
    (office,) = session.scalars(select(Office))
    assert office.name == "Tên mới"
    assert office.weekly_hours == {"sat": [["08:00", "11:00"]]}


def test_a_verified_office_must_state_its_hours(importing: Importing) -> None:
    text = "code,name,tier,address,lat,lon\nA,Một cửa,COMMUNE,1 Mẫu,16.06,108.22\n"
    assert defects(importing("offices", text, status="verified")) == [(2, "weekly_hours")]


def test_a_bad_status_refuses_the_row(importing: Importing) -> None:
    text = "code,name,tier,address,lat,lon\nA,Một cửa,COMMUNE,1 Mẫu,16.06,108.22\n"
    assert defects(importing("offices", text, status="certain")) == [(2, "status")]


def test_a_post_office_makes_its_planning_area_once(session: Session, importing: Importing) -> None:
    text = """code,name,address,lat,lon,planning_area_code
1,Bưu cục 1,1 Mẫu,16.06,108.22,DA-NANG
2,Bưu cục 2,2 Mẫu,16.07,108.22,DA-NANG
3,Bưu cục 3,3 Mẫu,16.08,108.22,
"""
    report = importing("post-offices", text)
    assert (report.counts, defects(report)) == (
        {Outcome.CREATED: 2},
        [(4, "planning_area_code")],
    )
    assert [area.code for area in session.scalars(select(PlanningArea))] == ["DA-NANG"]


def test_a_code_names_one_unit_a_day(session: Session, importing: Importing) -> None:
    text = """code,name,valid_from,valid_to,replaced_by
20218,Phường Vĩnh Trung,2018-01-01,2024-12-31,
20218,Phường Thạc Gián,2025-01-01,2025-06-30,
20218,Phường Chồng Lên,2025-06-01,,
20219,Thành phố Nào Đó,2018-01-01,,
20220,Phường Kế Thừa,2018-01-01,2024-12-31,
20221,Phường Không Ai Nối,2018-01-01,2024-12-31,20999
"""
    report = importing("units", text)
    assert defects(report) == [(4, "valid_from"), (5, "tier"), (7, "replaced_by")]
    assert [error.reason.vi for error in report.errors if error.column != "tier"] == [
        "mã đang thuộc Phường Thạc Gián (01/01/2025 – 30/06/2025)",
        "chưa có 20999 sau ngày 31/12/2024; nhập danh sách mới trước",
    ]
    assert session.scalar(select(func.count()).select_from(AdministrativeUnit)) == 3


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("{", FileUnreadable),
        ("[]", FileUnreadable),
        ('{"type": "FeatureCollection", "features": [7]}', FileUnreadable),
        ('{"type": "FeatureCollection", "features": []}', FileUnreadable),
        ('{"type": "Feature", "geometry": null, "properties": {"id": 1}}', WrongColumns),
    ],
)
def test_a_corrupt_geojson_is_refused_whole(
    importing: Importing, content: str, error: type
) -> None:
    with pytest.raises(error) as refusal:
        importing("units", content, name="units.geojson", valid_from="2025-07-01")
    told = str(refusal.value)
    assert ".." not in told
    assert told.count("units.geojson") == 1


@pytest.mark.parametrize(
    "geometry",
    [
        '{"type": "Point", "coordinates": [108.2, 16.0]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[["a", 1], [2, 3], [4, 5], ["a", 1]]]}',
        '{"type": "Polygon", "coordinates": [[[16, 108], [16.1, 108], [16.1, 108.1], [16, 108]]]}',
        '{"type": "Nothing", "coordinates": 7}',
        '{"coordinates": 7}',
    ],
)
def test_a_feature_without_a_usable_area_comes_back(importing: Importing, geometry: str) -> None:
    feature = '{"type": "Feature", "properties": {"code": "1", "name": "Phường 1"}, "geometry": %s}'
    report = importing("units", feature % geometry, name="units.geojson", valid_from="2025-07-01")
    assert defects(report) == [(1, "geometry")]


def test_procedures_with_papers_and_fees(session: Session, importing: Importing) -> None:
    text = """code,name,office_tier,eligible_by_post,checklist,fees
1.1,Một,ANY,yes,"[{""name"": ""Đơn"", ""originals"": 1}]","[{""name"": ""Phí"", ""amount_vnd"": 5}]"
1.2,Hai,ANY,maybe,"{}","[{""name"": ""Phí"", ""amount_vnd"": 1.5}]"
1.3,Ba,ANY,no,"[{""originals"": 1}]",
"""
    report = importing("procedures", text)
    assert report.counts == {Outcome.CREATED: 1}
    assert defects(report) == [
        (3, "eligible_by_post"),
        (3, "checklist"),
        (3, "fees"),
        (4, "checklist"),
    ]
    assert importing("procedures", text).counts == {Outcome.UNCHANGED: 1}
    changed = importing("procedures", text.replace('"amount_vnd"": 5', '"amount_vnd"": 6'))
    assert changed.counts == {Outcome.UPDATED: 1}
    (procedure,) = session.scalars(select(Procedure))
    assert [(fee.ordinal, fee.amount_vnd) for fee in procedure.fees] == [(1, 6)]


def test_calendar_and_tariff(session: Session, importing: Importing) -> None:
    days = """date,kind,name
2026-11-24,HOLIDAY,Lễ
2026-11-24,WORKING_DAY,Bù
24/11/2027,HOLIDAY,Lễ
"""
    assert defects(importing("calendar", days)) == [(3, "date"), (4, "date")]
    assert importing("calendar", days).counts == {Outcome.UNCHANGED: 1}
    steps = """code,service,scope,weight_from_g,weight_to_g,amount_vnd,vat_pct
M,SEND,SAME_ZONE,0,100,20000,8
M,SEND,SAME_ZONE,200,100,20000,8
M,SEND,SAME_ZONE,0,250,1,8
"""
    assert defects(importing("tariff", steps)) == [(3, "weight_to_g"), (4, "code")]
    assert importing("tariff", steps).counts == {Outcome.UNCHANGED: 1}
    assert session.scalar(select(func.count()).select_from(CalendarDay)) == 1
    assert session.scalar(select(func.count()).select_from(Tariff)) == 1


def test_couriers_vehicles_and_shifts(session: Session, importing: Importing) -> None:
    a_post_office(session, code="BC1")
    couriers = """code,name,phone,post_office_code,skills,satchel_dossiers
BT1,Bưu tá Mẫu 1,0900 000 001,BC1,a;b,30
BT2,Bưu tá Mẫu 2,0900 000 002,BC9,,0
"""
    vehicles = """code,kind,post_office_code,capacity_dossiers
XM1,MOTORBIKE,BC1,40
XM2,HORSE,BC1,
"""
    shifts = """courier_code,vehicle_code,service_date,starts,ends,break_earliest,break_latest,\
break_minutes
BT1,XM1,2026-11-23,07:00,11:30,,,
BT1,XM1,2026-11-23,13:00,17:00,15:00,14:00,15
BT1,XM1,2026-11-23,11:00,12:00,,,
BT1,XM1,2026-11-24,17:00,07:00,,,
BT1,XM1,2026-11-25,07:00,17:00,,,45
BT9,XM9,2026-11-26,07:00,17:00,,,
"""
    assert defects(importing("couriers", couriers)) == [
        (3, "post_office_code"),
        (3, "satchel_dossiers"),
    ]
    assert defects(importing("vehicles", vehicles)) == [(3, "kind"), (3, "capacity_dossiers")]
    assert defects(importing("shifts", shifts)) == [
        (3, "break_latest"),
        (4, "vehicle_code"),
        (5, "ends"),
        (6, "break_earliest"),
        (7, "courier_code"),
        (7, "vehicle_code"),
    ]
    for kind, text in (("couriers", couriers), ("vehicles", vehicles), ("shifts", shifts)):
        assert importing(kind, text).counts == {Outcome.UNCHANGED: 1}
    renamed = couriers.replace("Bưu tá Mẫu 1", "Bưu tá Mẫu Mới")
    assert importing("couriers", renamed).counts == {Outcome.UPDATED: 1}
    (courier,) = session.scalars(select(Courier))
    assert (courier.person.full_name, courier.skills) == ("Bưu tá Mẫu Mới", ["a", "b"])
    (shift,) = session.scalars(select(Shift))
    assert shift.start_post_office_id == courier.post_office_id
    assert session.scalar(select(func.count()).select_from(Vehicle)) == 1

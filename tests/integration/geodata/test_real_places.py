"""All address and unit files of the test data are read, and doors are found again."""

import csv
import gzip
import io
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geodata.address import house_key, normalise_address, street_key
from geodata.address_index import AddressIndex, AddressPoint, StreetPoint
from geodata.geojson import read_features
from geodata.point import Point
from geodata.unit_outlines import read_unit_outlines
from geodata.units import Unit, UnitIndex, UnitTier
from geodata.vietnamese_text import search_key

SINCE_JULY_2025 = date(2025, 7, 1)


def rows_of(file: Path) -> list[dict[str, str]]:
    content = file.read_bytes()
    text = gzip.decompress(content) if file.suffix == ".gz" else content
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"))))


def point_of(row: dict[str, str]) -> Point:
    return Point(float(row["lat"]), float(row["lon"]))


@pytest.fixture(scope="module")
def doors(test_data: Path) -> list[AddressPoint]:
    rows = rows_of(test_data / "addresses" / "danang_address_points.csv")
    return [
        AddressPoint(row["housenumber"], row["street"], row["ward"], point_of(row)) for row in rows
    ]


@pytest.fixture(scope="module")
def index(test_data: Path, doors: list[AddressPoint]) -> AddressIndex:
    streets = rows_of(test_data / "addresses" / "danang_street_points.csv")
    return AddressIndex(doors, [StreetPoint(row["street"], point_of(row)) for row in streets])


@pytest.fixture(scope="module")
def today(test_data: Path) -> UnitIndex:
    outlines = read_unit_outlines(test_data / "admin" / "danang_2025_units_simplified.geojson")
    return UnitIndex(
        Unit(
            code=each.code,
            name=each.name,
            tier=UnitTier.WARD if each.name.startswith("Phường") else UnitTier.COMMUNE,
            valid_from=SINCE_JULY_2025,
            centroid=each.inside,
            area_km2=each.area_km2,
            outline=each.outline,
        )
        for each in outlines
    )


def test_all_house_numbers_and_streets_are_indexed(
    index: AddressIndex, doors: list[AddressPoint]
) -> None:
    assert len(doors) == 1_720
    assert len(index) > 2_500


def test_known_doors_are_found_again_from_their_written_address(
    index: AddressIndex, doors: list[AddressPoint]
) -> None:
    wrong = placed = 0
    for door in doors:
        found = index.place(f"Số {door.house_number}, {door.street}, {door.ward}")
        if found is not None:
            placed += 1
            wrong += found.point.distance_m(door.point) > 150
    assert placed > 0.95 * len(doors)
    assert wrong == 0


def test_doors_hidden_from_the_index_are_placed_close_by_or_asked_for(
    test_data: Path, doors: list[AddressPoint]
) -> None:
    streets = {street_key(normalise_address(f"1 {door.street}").street) for door in doors}
    by_street = {street: [] for street in streets}
    for door in doors:
        by_street[street_key(normalise_address(f"1 {door.street}").street)].append(door)
    errors = []
    for group in by_street.values():
        for hidden in group:
            others = [
                door
                for door in group
                if house_key(door.house_number) != house_key(hidden.house_number)
            ]
            found = AddressIndex(others).place(
                f"{hidden.house_number} {hidden.street}, {hidden.ward}"
            )
            if found is not None:
                errors.append(found.point.distance_m(hidden.point))
    assert len(errors) > 400
    assert np.percentile(errors, 90) < 60.0


def test_addresses_of_offices_and_post_offices_are_understood(test_data: Path) -> None:
    offices = rows_of(test_data / "places" / "onestop_offices.csv")
    posts = rows_of(test_data / "places" / "danang_post_offices.csv")
    assert (len(offices), len(posts)) == (395, 318)
    read = [normalise_address(row["address"]) for row in [*offices, *posts] if row["address"]]
    understood = [each for each in read if each.street or each.hamlet or each.ward]
    assert len(understood) > 0.97 * len(read)
    assert all(not each.text or each.key for each in read)
    city = [normalise_address(row["address"]) for row in posts if row["address"].startswith("Số ")]
    assert city
    assert all(each.house and each.street for each in city)


def test_the_94_units_of_today_have_valid_outlines_and_their_area(
    test_data: Path, today: UnitIndex
) -> None:
    file = test_data / "admin" / "danang_2025_units_simplified.geojson"
    known = {f["properties"]["code"]: f["properties"]["areaKm2"] for f in read_features(file)}
    units = today.list_units(date(2026, 11, 23))
    assert len(units) == 94
    ratios = [unit.area_km2 / known[unit.code] for unit in units if unit.area_km2]
    assert np.median(ratios) == pytest.approx(1.0, abs=0.01)


def test_every_building_lies_in_the_unit_its_file_names(test_data: Path, today: UnitIndex) -> None:
    rows = rows_of(test_data / "addresses" / "danang_buildings_points.csv.gz")[::25]
    outcome: Counter[str] = Counter()
    for row in rows:
        match = today.unit_at(point_of(row), date(2026, 11, 23))
        if match is None:
            outcome["outside"] += 1
        elif match.approximate:
            outcome["approximate"] += 1
        else:
            outcome["same" if match.unit.code == row["ward_code"] else "other"] += 1
    assert outcome["same"] > 0.99 * len(rows)
    assert outcome["outside"] == 0


def test_without_outlines_most_doors_are_still_in_the_right_unit_but_never_certain(
    today: UnitIndex, doors: list[AddressPoint]
) -> None:
    day = date(2026, 11, 23)
    bare = UnitIndex(
        Unit(
            code=unit.code,
            name=unit.name,
            tier=unit.tier,
            valid_from=unit.valid_from,
            centroid=unit.centroid,
            area_km2=unit.area_km2,
        )
        for unit in today.list_units(day)
    )
    right = 0
    for door in doors:
        guessed, known = bare.unit_at(door.point, day), today.unit_at(door.point, day)
        assert guessed is None or guessed.approximate
        right += guessed is not None and known is not None and guessed.unit.code == known.unit.code
    assert right > 0.6 * len(doors)


def test_the_outlines_of_the_city_before_and_after_the_merger_are_read(test_data: Path) -> None:
    (after,) = read_unit_outlines(test_data / "admin" / "danang_2025_city.geojson")
    (before,) = read_unit_outlines(
        test_data / "admin" / "danang_pre2025_city_osm.geojson", code_properties=("name",)
    )
    assert after.area_km2 > before.area_km2 > 900
    centre = Point(16.07708, 108.22302)
    for each in (before, after):
        assert UnitIndex(
            [Unit("48", each.name, UnitTier.CITY, SINCE_JULY_2025, outline=each.outline)]
        ).unit_at(centre, SINCE_JULY_2025, tiers=[UnitTier.CITY])


def test_the_crosswalk_of_2018_joins_on_codes_and_names(test_data: Path) -> None:
    rows = rows_of(test_data / "admin" / "danang_2018_to_2025_crosswalk.csv")
    boxes = rows_of(test_data / "admin" / "danang_pre2025_wards_bbox.csv")
    assert len(rows) == 56
    assert len({row["old_code"] for row in rows}) == 56
    reused = [row for row in rows if row["old_code"] == "20218"]
    names = [row["ward"] for row in boxes if row["ward_code"] == "20218"]
    assert [search_key(row["old_ward"]) for row in reused] == ["phuong vinh trung"]
    assert [search_key(name) for name in names] == ["phuong thac gian"]

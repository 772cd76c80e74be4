"""Units by code and day, by place, and across reforms: never guessed when split."""

from datetime import date

import pytest
import shapely

from geodata.errors import InvalidGeodata
from geodata.point import Point
from geodata.units import Unit, UnitIndex, UnitTier

OLD, MIDDLE, NEW = date(2018, 9, 17), date(2025, 3, 1), date(2026, 11, 23)
END_2024, START_2025 = date(2024, 12, 31), date(2025, 1, 1)
END_JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)


def a_unit(code: str, name: str, since: date, until: date | None = None, **more: object) -> Unit:
    values = {"tier": UnitTier.WARD, "centroid": Point(16.0, 108.0), "area_km2": 4.0, **more}
    return Unit(code=code, name=name, valid_from=since, valid_to=until, **values)


def a_square(lon: float, lat: float, size: float = 0.02) -> shapely.Polygon:
    return shapely.box(lon, lat, lon + size, lat + size)


SQUARE, TALL = a_square(108.18, 16.06), a_square(108.1, 16.1)
WIDE = a_square(108.0, 16.1, 0.1)


@pytest.fixture
def index() -> UnitIndex:
    """Three eras in small: a code used again, a merger, and a ward that is split in two."""
    return UnitIndex(
        [
            a_unit("20218", "Vĩnh Trung", date(2000, 1, 1), END_2024),
            a_unit("20209", "Thạc Gián", date(2000, 1, 1), END_2024),
            a_unit("20218", "Thạc Gián", START_2025, END_JUNE, replaces=("20218", "20209")),
            a_unit("20293", "Hòa Liên", date(2000, 1, 1), END_JUNE, tier=UnitTier.COMMUNE),
            a_unit("20209", "Thanh Khê", JULY, replaces=("20218",), outline=SQUARE),
            a_unit("20194", "Hải Vân", JULY, replaces=("20293",), outline=WIDE),
            a_unit("20197", "Liên Chiểu", JULY, replaces=("20293",), outline=TALL),
            a_unit("48", "Đà Nẵng", date(1997, 1, 1), tier=UnitTier.CITY),
        ]
    )  # fmt: skip


def test_a_code_names_another_ward_in_another_year(index: UnitIndex) -> None:
    names = [unit.name for day in (OLD, MIDDLE) if (unit := index.find_unit("20218", day))]
    assert names == ["Vĩnh Trung", "Thạc Gián"]
    assert index.find_unit("20218", NEW) is None


def test_two_units_cannot_share_a_code_on_one_day() -> None:
    with pytest.raises(InvalidGeodata, match="Code 1 names A and B on 2025-01-01"):
        UnitIndex([a_unit("1", "A", OLD), a_unit("1", "B", START_2025)])


def test_units_of_a_day_are_listed_by_tier(index: UnitIndex) -> None:
    assert [unit.code for unit in index.list_units(NEW)] == ["20194", "20197", "20209", "48"]
    assert [unit.code for unit in index.list_units(OLD, tiers=[UnitTier.COMMUNE])] == ["20293"]


def test_an_outline_proves_the_unit_of_a_point(index: UnitIndex) -> None:
    match = index.unit_at(Point(16.07, 108.19), NEW)
    assert match is not None
    assert (match.unit.name, match.approximate) == ("Thanh Khê", False)


def test_a_point_in_a_sliver_belongs_to_the_nearest_outline_and_is_marked(index: UnitIndex) -> None:
    match = index.unit_at(Point(16.07, 108.2015), NEW)
    assert match is not None
    assert (match.unit.name, match.approximate) == ("Thanh Khê", True)


def test_a_point_far_outside_is_in_no_unit(index: UnitIndex) -> None:
    assert index.unit_at(Point(16.07, 108.3), NEW) is None
    assert index.unit_at(Point(21.03, 105.85), OLD) is None


def test_without_outlines_the_match_is_approximate() -> None:
    index = UnitIndex(
        [
            a_unit("1", "Small", OLD, centroid=Point(16.05, 108.20), area_km2=1.0),
            a_unit("2", "Large", OLD, centroid=Point(16.05, 108.23), area_km2=16.0),
        ]
    )
    match = index.unit_at(Point(16.05, 108.212), OLD)
    assert match is not None
    assert match.approximate
    assert match.unit.name == "Large"  # nearer to Small's middle, but far outside its size


def test_a_merged_ward_has_one_successor(index: UnitIndex) -> None:
    found = index.succession("20209", OLD, MIDDLE)
    assert found.unit is not None
    assert (found.unit.code, found.unit.name) == ("20218", "Thạc Gián")


def test_succession_follows_two_reforms(index: UnitIndex) -> None:
    found = index.succession("20218", OLD, NEW)
    assert found.unit is not None
    assert found.unit.name == "Thanh Khê"


def test_a_split_commune_is_asked_for(index: UnitIndex) -> None:
    found = index.succession("20293", OLD, NEW)
    assert found.unit is None
    assert found.must_ask
    assert [unit.name for unit in found.candidates] == ["Hải Vân", "Liên Chiểu"]


def test_a_split_commune_is_resolved_by_a_point_inside_an_outline(index: UnitIndex) -> None:
    found = index.succession("20293", OLD, NEW, Point(16.11, 108.11))
    assert found.unit is not None
    assert (found.unit.name, found.approximate) == ("Liên Chiểu", False)


def test_a_point_elsewhere_does_not_resolve_a_split(index: UnitIndex) -> None:
    assert index.succession("20293", OLD, NEW, Point(16.30, 108.50)).must_ask


def test_the_way_back_names_all_origins(index: UnitIndex) -> None:
    found = index.succession("20209", NEW, OLD)
    assert [unit.name for unit in found.candidates] == ["Thạc Gián", "Vĩnh Trung"]
    assert found.must_ask


def test_an_unknown_code_has_no_successor_and_nothing_to_ask(index: UnitIndex) -> None:
    found = index.succession("99999", OLD, NEW)
    assert (found.unit, found.candidates, found.must_ask) == (None, (), False)


def test_a_unit_that_did_not_change_is_its_own_successor(index: UnitIndex) -> None:
    found = index.succession("20293", OLD, MIDDLE)
    assert found.unit is index.find_unit("20293", OLD)


def test_units_refuse_empty_names_and_reversed_days() -> None:
    with pytest.raises(InvalidGeodata, match="without code or name"):
        a_unit("", "A", OLD)
    with pytest.raises(InvalidGeodata, match="ends 2018-09-17 before"):
        a_unit("1", "A", NEW, OLD)

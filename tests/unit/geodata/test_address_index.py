"""A home is placed by a known door or its neighbours, or a person is asked."""

import pytest

from geodata.address_index import AddressIndex, AddressPoint, Precision, StreetPoint
from geodata.point import Point


def along(number: int) -> Point:
    """A street that runs north, 5 m of front a number."""
    return Point(16.0600 + number * 0.000045, 108.2200)


@pytest.fixture(scope="module")
def index() -> AddressIndex:
    return AddressIndex(
        [
            *(AddressPoint(str(n), "Đường Lê Duẩn", "Hải Châu", along(n)) for n in (10, 20, 40)),
            AddressPoint("K12/5", "Lê Duẩn", "", Point(16.0610, 108.2210)),
            AddressPoint("5", "Hùng Vương", "Hải Châu", Point(16.0670, 108.2200)),
            AddressPoint("5", "Hùng Vương", "Thanh Khê", Point(16.0650, 108.1900)),
            AddressPoint("7", "An Thượng 2", "", Point(16.0520, 108.2450)),
            AddressPoint("9", "Dương Đình Nghệ", "", Point(16.0700, 108.2430)),
        ],
        [
            StreetPoint("Hoàng Diệu", Point(16.0550, 108.2180)),
            StreetPoint("Kiệt 27 Thái Phiên", Point(16.0644, 108.2226)),
        ],
    )


def test_a_known_door_is_found_however_it_is_written(index: AddressIndex) -> None:
    for written in ("20 Lê Duẩn, Hải Châu", "so 20 duong le duan, Hai Chau", "20 Lê Duân"):
        found = index.place(written)
        assert found is not None, written
        assert (found.precision, found.point) == (Precision.HOUSE, along(20))


def test_a_door_in_a_lane_is_not_the_same_number_on_the_street(index: AddressIndex) -> None:
    found = index.place("5 kiệt 12 Lê Duẩn")
    assert found is not None
    assert found.point == Point(16.0610, 108.2210)
    assert index.place("5 kiệt 99 Lê Duẩn") is None


def test_a_number_between_neighbours_is_placed_between_them(index: AddressIndex) -> None:
    found = index.place("30 Lê Duẩn")
    assert found is not None
    assert found.precision is Precision.NEAR_HOUSE
    assert found.point.distance_m(along(30)) < 1.0


def test_the_other_side_of_the_street_is_no_neighbour(index: AddressIndex) -> None:
    assert index.place("21 Lê Duẩn") is None


def test_a_number_far_from_all_known_ones_is_asked_for(index: AddressIndex) -> None:
    assert index.place("300 Lê Duẩn") is None
    candidates = index.search("300 Lê Duẩn")
    assert {candidate.precision for candidate in candidates} == {Precision.STREET}


def test_the_same_door_in_two_places_is_asked_for_unless_the_ward_tells(
    index: AddressIndex,
) -> None:
    assert index.place("5 Hùng Vương") is None
    assert len(index.search("5 Hùng Vương")) == 2
    found = index.place("5 Hùng Vương, phường Thanh Khê")
    assert found is not None
    assert found.point == Point(16.0650, 108.1900)


def test_a_street_alone_never_places_a_home(index: AddressIndex) -> None:
    for written in ("12 Hoàng Diệu", "Hoàng Diệu", "12 kiệt 27 Thái Phiên"):
        assert index.search(written), written
        assert index.place(written) is None, written


def test_a_ward_alone_gives_no_candidate_at_all(index: AddressIndex) -> None:
    assert index.search("Phường Hải Châu, TP. Đà Nẵng") == []
    assert index.place("Phường Hải Châu, TP. Đà Nẵng") is None


def test_streets_that_differ_by_a_number_are_different(index: AddressIndex) -> None:
    assert index.search("7 An Thượng 29") == []


def test_a_misspelled_street_is_found_with_a_lower_score(index: AddressIndex) -> None:
    right, wrong = index.search("9 Dương Đình Nghệ")[0], index.search("9 Dương Dinh Nghê")[0]
    typo = index.search("9 Dương Đình Nghẹc")[0]
    assert right.point == wrong.point == typo.point
    assert typo.score < right.score


def test_the_nearer_of_equal_candidates_comes_first(index: AddressIndex) -> None:
    near = index.search("5 Hùng Vương", near=Point(16.0650, 108.1901))
    assert near[0].point == Point(16.0650, 108.1900)


def test_an_empty_index_finds_nothing() -> None:
    assert AddressIndex().place("5 Lê Duẩn") is None
    assert len(AddressIndex()) == 0

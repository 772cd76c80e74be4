"""A booking whose door nobody knows waits in the open; it is never put at a ward's centre."""

import pytest
from sqlalchemy.orm import Session

from backend.booking import errors
from backend.booking.models import BookingStatus
from backend.booking.operations import list_to_place, place_address
from backend.places.geocoding import locate_address
from backend.places.models import Placement
from backend.places.points import find_point
from geodata.point import Point
from tests.builders.booking import a_booking, leg_of
from tests.builders.places import CENTRE, OUTSIDE, PROVINCE, a_unit, an_address_point, near


def where(session: Session, address: str) -> tuple[Placement, Point | None]:
    located = locate_address(session, PROVINCE, address)
    return located.placement, located.point


def test_a_booking_nobody_can_place_waits_with_the_reason_and_has_no_legs(session: Session) -> None:
    a_unit(session)
    booking = a_booking(session, point=None, address="Tổ 5, Phường Mẫu, Đà Nẵng")
    assert booking.status is BookingStatus.TO_PLACE
    assert (booking.dossiers, booking.planning_area) == ([], None)
    assert find_point(booking.address.point) is None
    (waiting,) = list_to_place(session, PROVINCE)
    assert waiting is booking
    assert waiting.address.placement_note


def test_placing_it_starts_its_legs_and_the_next_booking_there_finds_the_door(
    session: Session,
) -> None:
    address = "12 Đường Chưa Ai Biết, Phường Mẫu"
    booking = a_booking(session, point=None, address=address)
    place_address(session, booking.id, CENTRE)
    assert booking.status is BookingStatus.REQUESTED
    assert leg_of(booking).from_id == booking.address_id
    assert booking.address.placement is Placement.BY_DISPATCHER
    assert list_to_place(session, PROVINCE) == []
    again = a_booking(session, point=None, address="12 đường chưa ai biết, phường mẫu")
    assert again.address.placement is Placement.BY_DISPATCHER
    assert find_point(again.address.point) == CENTRE


def test_a_door_outside_the_area_leaves_the_booking_waiting(session: Session) -> None:
    booking = a_booking(session, point=None, address="Tổ 5, Phường Mẫu")
    with pytest.raises(errors.BookingOutsideArea):
        place_address(session, booking.id, OUTSIDE)
    assert booking.status is BookingStatus.TO_PLACE
    assert booking.address.placement is Placement.TO_PLACE


def test_a_placed_booking_cannot_be_placed_again(session: Session) -> None:
    booking = a_booking(session)
    with pytest.raises(errors.BookingNotWaiting):
        place_address(session, booking.id, CENTRE)


def test_a_known_house_number_is_found_in_any_spelling(session: Session) -> None:
    an_address_point(session, "24", "Đường Mẫu Thân", CENTRE)
    an_address_point(session, "K12/5", "Đường Mẫu Thân", near(CENTRE, east_m=80))
    assert where(session, "số 24 mau than, Đà Nẵng") == (Placement.HOUSE, CENTRE)
    placement, point = where(session, "5 kiệt 12 Mẫu Thân")
    assert placement is Placement.HOUSE
    assert point == near(CENTRE, east_m=80)


def test_two_doors_with_one_number_far_apart_are_asked_for(session: Session) -> None:
    an_address_point(session, "24", "Mẫu Thân", CENTRE, ward="Hải Châu")
    an_address_point(session, "24", "Mẫu Thân", near(CENTRE, north_m=2_000), ward="Cẩm Lệ")
    assert where(session, "24 Mẫu Thân") == (Placement.TO_PLACE, None)
    assert where(session, "24 Mẫu Thân, phường Hải Châu") == (Placement.HOUSE, CENTRE)


def test_a_neighbouring_number_places_at_the_street_and_says_so(session: Session) -> None:
    an_address_point(session, "24", "Mẫu Thân", CENTRE)
    an_address_point(session, "25", "Mẫu Thân", near(CENTRE, east_m=15))
    located = locate_address(session, PROVINCE, "28 Mẫu Thân")
    assert (located.placement, located.point) == (Placement.STREET, CENTRE)
    assert located.note == "gần số 24 Mẫu Thân"
    assert where(session, "240 Mẫu Thân") == (Placement.TO_PLACE, None)


def test_a_short_street_is_enough_and_a_long_one_is_not(session: Session) -> None:
    an_address_point(session, "", "Mẫu Ngắn", CENTRE)
    an_address_point(session, "", "Mẫu Dài", CENTRE)
    an_address_point(session, "1", "Mẫu Dài", near(CENTRE, north_m=1_500))
    assert where(session, "90 Mẫu Ngắn") == (Placement.STREET, CENTRE)
    assert where(session, "90 Mẫu Dài") == (Placement.TO_PLACE, None)


def test_a_lane_alone_is_its_mouth_on_the_street(session: Session) -> None:
    an_address_point(session, "", "Kiệt 59 Mẫu Thân", CENTRE)
    located = locate_address(session, PROVINCE, "K59/7 Mẫu Thân")
    assert (located.placement, located.note) == (Placement.STREET, "đầu kiệt 59 Mẫu Thân")

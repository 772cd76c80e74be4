"""Addresses as people write them become one reading."""

import unicodedata

import pytest

from geodata.address import house_key, normalise_address, street_key
from geodata.vietnamese_text import fold, normalise_text, search_key


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("Hoà Khánh", "Hòa Khánh"),
        ("HOÀ VANG", "HÒA VANG"),
        ("Thuý", "Thúy"),
        ("khoẻ", "khỏe"),
        ("quý", "quý"),
        ("Quỳnh", "Quỳnh"),
        ("hoàng", "hoàng"),
        ("ngoài", "ngoài"),
        ("Hòa", "Hòa"),
    ],
)
def test_tone_marks_stand_where_official_names_have_them(written: str, official: str) -> None:
    assert normalise_text(written) == official
    assert normalise_text(unicodedata.normalize("NFD", written)) == official


def test_text_becomes_nfc_with_plain_spaces_and_dashes() -> None:
    messy = unicodedata.normalize("NFD", "  254\u2013256\u00a0 Lê  Duẩn ")
    assert normalise_text(messy) == "254-256 Lê Duẩn"


def test_folding_keeps_the_length_and_drops_all_marks() -> None:
    text = "Đường Nguyễn Hữu Thọ ở phía ƯỚT"
    assert fold(text) == "duong nguyen huu tho o phia uot"
    assert len(fold(text)) == len(text)
    assert search_key("Đ. Hoà-Vang, K12/5") == "d hoa vang k12/5"


@pytest.mark.parametrize(
    "written",
    [
        "K12/5 Lê Duẩn",
        "k12/05 đường Lê Duẩn",
        "K.12/5 Lê Duẩn",
        "12/5 Lê Duẩn",
        "5 Kiệt 12 Lê Duẩn",
        "Số 5 kiệt 12 đường Lê Duẩn",
        "Số nhà 5, kiệt 12, đường Lê Duẩn",
        "Kiệt 12/5 Lê Duẩn",
        "5 hẻm 12 Đ. Lê Duẩn",
        "5 ngõ 12 phố Lê Duẩn",
    ],
)
def test_ways_to_write_a_door_in_a_lane_are_one(written: str) -> None:
    address = normalise_address(written)
    assert (address.house, address.lanes, address.street) == ("5", ("12",), "Lê Duẩn")
    assert address.line == "K12/5 Lê Duẩn"


@pytest.mark.parametrize(
    ("written", "house", "lanes", "street"),
    [
        ("237 Trường Chinh", "237", (), "Trường Chinh"),
        ("Số 237, Đường Trường Chinh", "237", (), "Trường Chinh"),
        ("2A Đường 2 Tháng 9", "2A", (), "2 Tháng 9"),
        ("12 2 Tháng 9", "12", (), "2 Tháng 9"),
        ("45 30/4", "45", (), "30/4"),
        ("Đường 30/4", "", (), "30/4"),
        ("2 Tháng 9", "", (), "2 Tháng 9"),
        ("254 - 256 Lê Duẩn", "254-256", (), "Lê Duẩn"),
        ("K30/H1/08 Thanh Sơn", "8", ("30", "1"), "Thanh Sơn"),
        ("45 ngách 3 ngõ 12 phố Huế", "45", ("12", "3"), "Huế"),
        ("Kiệt 12 Lê Duẩn", "", ("12",), "Lê Duẩn"),
        ("K82 Nguyễn Lương Bằng", "", ("82",), "Nguyễn Lương Bằng"),
        ("E16 Ocean Villas", "E16", (), "Ocean Villas"),
        ("Lô 15-D5 Nguyễn Sinh Sắc", "15-D5", (), "Nguyễn Sinh Sắc"),
        ("12 Tố Hữu", "12", (), "Tố Hữu"),
        ("Tô Hiệu", "", (), "Tô Hiệu"),
        ("12 Phó Đức Chính", "12", (), "Phó Đức Chính"),
        ("5 Dương Đình Nghệ", "5", (), "Dương Đình Nghệ"),
        ("15 Bà Huyện Thanh Quan", "15", (), "Bà Huyện Thanh Quan"),
        ("123 Đường số 5", "123", (), "số 5"),
        ("34 Duong 2/9", "34", (), "2/9"),
    ],
)
def test_doors_and_streets_are_told_apart(
    written: str, house: str, lanes: tuple[str, ...], street: str
) -> None:
    address = normalise_address(written)
    assert (address.house, address.lanes, address.street) == (house, lanes, street)


@pytest.mark.parametrize(
    "written",
    [
        "K12/5 Lê Duẩn, P. Hải Châu 1, Q. Hải Châu, TP. Đà Nẵng",
        "K12/5 Lê Duẩn, Phường Hải Châu 1, Quận Hải Châu, Thành phố Đà Nẵng, Việt Nam",
        "K12/5 Lê Duẩn P.Hải Châu 1 Q.Hải Châu TP.Đà Nẵng",
        "K12/5 Lê Duẩn - phường Hải Châu 1 - quận Hải Châu - TP Đà Nẵng",
    ],
)
def test_abbreviated_units_are_spelled_out(written: str) -> None:
    address = normalise_address(written)
    assert address.line == "K12/5 Lê Duẩn"
    assert address.ward == "Phường Hải Châu 1"
    assert address.district == "Quận Hải Châu"
    assert address.city == "Thành phố Đà Nẵng"


def test_units_without_a_word_stay_as_areas() -> None:
    address = normalise_address("Số 237, Đường Trường Chinh, Phường An Khê, Thanh Khê, Đà Nẵng")
    assert address.ward == "Phường An Khê"
    assert address.areas == ("Thanh Khê", "Đà Nẵng")


def test_numbered_wards_and_districts_are_units() -> None:
    address = normalise_address("12 Hai Bà Trưng, P.12, Q1")
    assert (address.ward, address.district) == ("Phường 12", "Quận 1")


def test_hamlets_stand_in_for_a_street() -> None:
    address = normalise_address("Thôn Quan Nam I, Xã Hoà Liên, H. Hòa Vang")
    assert (address.hamlet, address.ward) == ("Thôn Quan Nam I", "Xã Hòa Liên")
    assert (address.district, address.street) == ("Huyện Hòa Vang", "")


def test_names_of_buildings_and_floors_do_not_hide_the_door() -> None:
    address = normalise_address("Tầng trệt, Coopmart, 478 Điện Biên Phủ, Q. Thanh Khê")
    assert address.line == "478 Điện Biên Phủ"
    assert address.inside == "Tầng trệt, Coopmart"


def test_an_address_without_marks_is_read_after_its_street() -> None:
    address = normalise_address("12 hung vuong, phuong hai chau, quan hai chau, da nang")
    assert (address.line, address.ward) == ("12 hung vuong", "Phường hai chau")


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece", ["1", "1/", "k1/", "1 - ", "1a", "a-", "a1-", "kiệt 1/", " ", "Số ", "phường ", "-1."]
)
def test_hostile_text_is_read_as_fast_as_any(piece: str) -> None:
    for start in ("", "lô 1", "lô a", "K", "số "):
        normalise_address(start + piece * 1000 + "!")


def test_nothing_written_gives_nothing() -> None:
    assert normalise_address("  ,, ").line == ""


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Đường Lê Duẩn", "le duan"),
        ("lê duẩn", "le duan"),
        ("Phố Huế", "hue"),
        ("Phó Đức Chính", "pho duc chinh"),
        ("Dương Đình Nghệ", "duong dinh nghe"),
        ("2 Tháng 9", "2/9"),
        ("Đường 02/09", "2/9"),
        ("Hai Tháng Chín", "2/9"),
        ("30-4", "30/4"),
    ],
)
def test_street_keys_bring_spellings_together(written: str, key: str) -> None:
    assert street_key(written) == key


def test_house_keys_ignore_zeros_case_and_spaces() -> None:
    assert house_key("08a") == house_key("8A")
    assert house_key("45 - 47") == house_key("45-47")

"""People find a procedure by daily words, without marks, and with slips of the finger."""

import uuid

import pytest

from backend.catalogue.procedure_index import Listed, ProcedureIndex
from geodata.vietnamese_text import fold

NAMES = {
    "1.002809": "Đổi giấy phép lái xe",
    "1.002820": "Cấp lại giấy phép lái xe",
    "1.001456": "Cấp hộ chiếu phổ thông ở trong nước",
    "TAM-CC-01": "Cấp đổi thẻ căn cước",
    "1.004222": "Đăng ký thường trú",
    "1.004194": "Đăng ký tạm trú",
    "2.000488": "Cấp phiếu lý lịch tư pháp cho công dân Việt Nam",
    "1.001193": "Đăng ký khai sinh",
    "1.000894": "Đăng ký kết hôn",
    "1.004873": "Cấp giấy xác nhận tình trạng hôn nhân",
    "1.001612": "Đăng ký thành lập hộ kinh doanh",
    "1.004199": "Cấp đổi giấy chứng nhận quyền sử dụng đất, tài sản gắn liền với đất",
    "1.009994": "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "TAM-BH-01": "Cấp lại, đổi thẻ bảo hiểm y tế",
    "TAM-BH-03": "Hưởng bảo hiểm xã hội một lần",
}
LISTED = [Listed(id=uuid.uuid4(), code=code, name=name) for code, name in NAMES.items()]
CODE_OF = {each.id: each.code for each in LISTED}


def found(question: str, limit: int = 3) -> list[str]:
    return [CODE_OF[each] for each in ProcedureIndex(LISTED).find(question, limit)]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("đổi giấy phép lái xe", "1.002809"),
        ("doi giay phep lai xe", "1.002809"),
        ("Đổi bằng lái", "1.002809"),
        ("cap lai gplx", "1.002820"),
        ("hộ chíếu", "1.001456"),
        ("passport", "1.001456"),
        ("cccd", "TAM-CC-01"),
        ("lý lịch", "2.000488"),
        ("giấy kahi sinh", "1.001193"),
        ("khaisinh", "1.001193"),
        ("xin xác nhận độc thân", "1.004873"),
        ("mở quán", "1.001612"),
        ("làm sổ đỏ ở đâu", "1.004199"),
        ("giay phep xay dugn nha", "1.009994"),
        ("bhyt", "TAM-BH-01"),
        ("rút bảo hiểm", "TAM-BH-03"),
        ("đăng ký thường", "1.004222"),
        ("dang ky tam t", "1.004194"),
    ],
)
def test_the_first_answer_is_what_was_meant(question: str, meant: str) -> None:
    assert found(question)[0] == meant


def test_marks_decide_between_words_that_differ_by_them_only() -> None:
    assert found("lái")[0] in ("1.002809", "1.002820")
    assert found("lại")[0] in ("1.002820", "TAM-BH-01")


def test_both_spellings_of_a_tone_mark_and_of_unicode_are_one() -> None:
    assert found("hoà giải") == found("hòa giải")
    assert found("ho\u0302\u0323 chie\u0302\u0301u") == found("hộ chiếu") != []


def test_a_code_finds_by_its_beginning() -> None:
    assert found("1.0041") == ["1.004194", "1.004199"]
    assert found("TAM-BH") == ["TAM-BH-01", "TAM-BH-03"]


@pytest.mark.parametrize("question", ["", "   ", "xyz qwerty", "!!!", "🙂", "a" * 200])
def test_what_nobody_means_finds_nothing(question: str) -> None:
    assert found(question) == []


def test_no_more_than_asked_for_and_none_twice() -> None:
    answers = found("đăng ký", limit=3)
    assert len(answers) == len(set(answers)) == 3


def test_a_list_without_procedures_answers_nothing() -> None:
    assert ProcedureIndex([]).find("khai sinh", 5) == []


def test_an_official_name_copied_whole_finds_that_one_among_its_neighbours() -> None:
    stem = "Đăng ký thay đổi nội dung đăng ký thành lập công ty trách nhiệm hữu hạn hai thành viên"
    ends = ("trở lên đối với tổ chức", "trở lên đối với cá nhân", "trở lên có vốn nước ngoài")
    listed = [
        Listed(id=uuid.uuid4(), code=f"9.{place}", name=f"{stem} {end}")
        for place, end in enumerate(ends)
    ]
    index = ProcedureIndex([*LISTED, *listed])
    for each in listed:
        assert index.find(each.name, 1) == [each.id]
        assert index.find(fold(each.name), 1) == [each.id]

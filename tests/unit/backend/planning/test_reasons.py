"""Every reason is a sentence in two languages; figures are those that were found."""

import pytest

from backend.planning.reasons import SetAside, SetAsideCode, reason_json, set_aside_json
from routing import Reason, ReasonCode

VALUES = {
    "area": "Đà Nẵng",
    "zone": "HAI-CHAU",
    "place": "Bưu cục Mẫu",
    "distance_m": 812,
    "day": "01/01/2027",
}


@pytest.mark.parametrize("code", SetAsideCode)
def test_each_obstacle_found_before_the_search_has_words(code: SetAsideCode) -> None:
    words = set_aside_json(SetAside(leg_ids=(), code=code, values=VALUES))
    assert words["detail_vi"].endswith(".")
    assert words["detail_en"].endswith(".")
    assert "{" not in words["detail_vi"] + words["detail_en"]


@pytest.mark.parametrize("code", ReasonCode)
def test_each_reason_of_the_solver_has_words(code: ReasonCode) -> None:
    words = reason_json(Reason(code=code), {})
    assert words["code"] == code.value
    for language in ("vi", "en"):
        sentence = words[f"detail_{language}"]
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert ".." not in sentence


def test_the_amount_is_told_in_minutes_and_the_courier_by_code() -> None:
    reason = Reason(code=ReasonCode.TIME_WINDOW, vehicle_id="v1", amount=130, unit="s")
    words = reason_json(reason, {"v1": "BT-007"})
    assert "3 min short" in words["detail_en"]
    assert "thiếu 3 phút" in words["detail_vi"]
    assert "BT-007" in words["detail_en"]
    assert words["evidence"] == {"amount": 130, "unit": "s", "courier": "BT-007"}

"""Opening hours as an invitation prints them."""

from typing import Any

import pytest

from backend.dossiers.forms import FormKind
from backend.reports.form_layouts import layout_of
from backend.reports.form_parts import opening_hours
from tests.builders.forms import form_content

LONG, SHORT = [["07:00", "11:30"], ["13:30", "18:00"]], [["07:30", "11:30"]]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({}, ""),
        ({"sun": SHORT}, "Chủ nhật 07:30–11:30"),
        (
            dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), LONG) | {"sat": SHORT},
            "Thứ Hai–Thứ Sáu 07:00–11:30, 13:30–18:00; Thứ Bảy 07:30–11:30",
        ),
        ({"mon": SHORT, "wed": SHORT}, "Thứ Hai 07:30–11:30; Thứ Tư 07:30–11:30"),
    ],
)
def test_days_with_the_same_hours_stand_together(hours: dict[str, Any], words: str) -> None:
    assert opening_hours(hours) == words


def test_an_invitation_of_earlier_days_is_still_printed() -> None:
    content = form_content(FormKind.INVITATION_1)
    assert "Giờ mở cửa" in dict(layout_of(FormKind.INVITATION_1, content).facts)
    del content["post_office"]["hours"]
    assert "Giờ mở cửa" not in dict(layout_of(FormKind.INVITATION_1, content).facts)

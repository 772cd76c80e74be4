"""The error tree: every error has a code of its own and speaks two languages."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    TanNoiError,
    Text,
    Unavailable,
    list_error_classes,
)


class OfficeUnknown(NotFound):
    code = "office_unknown"
    detail = Text(vi="Không có nơi nhận {office}.", en="There is no office {office}.")
    action = Text(vi="Xem danh sách.", en="See the list.")


def test_an_error_says_its_reason_in_both_languages_with_the_values_filled_in() -> None:
    error = OfficeUnknown(office="HC-01")
    assert error.detail.in_language("vi") == "Không có nơi nhận HC-01."
    assert error.detail.in_language("en") == "There is no office HC-01."
    assert str(error) == "office_unknown: There is no office HC-01."


def test_raising_with_a_missing_or_a_strange_value_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="office"):
        OfficeUnknown()
    with pytest.raises(TypeError, match="colour"):
        OfficeUnknown(office="HC-01", colour="red")


def test_values_are_not_read_as_templates() -> None:
    assert "{office}" in OfficeUnknown(office="{office}").detail.vi


def test_a_day_is_told_as_people_of_each_language_write_it() -> None:
    words = Text(vi="Ngày {day}, lúc {at}.", en="On {day}, at {at}.")
    told = words.filled({"day": date(2026, 11, 24), "at": datetime(2026, 11, 24, 9, 5, tzinfo=UTC)})
    assert told.vi == "Ngày 24/11/2026, lúc 2026-11-24 09:05:00+00:00."
    assert told.en == "On 2026-11-24, at 2026-11-24 09:05:00+00:00."


def test_a_field_that_is_told_an_errors_own_words_is_told_their_values() -> None:
    told = {"office": OfficeUnknown.detail, "at": Text(vi="{sai}", en="{wrong}")}
    error = OfficeUnknown(office="TTHC-DN", fields=told)
    assert error.fields["office"] == error.detail
    assert error.fields["at"].vi == "{sai}", "what somebody typed is no template"


def test_an_error_may_name_fields_and_the_time_to_try_again() -> None:
    error = Invalid(fields={"slot.end": Text(vi="Sớm quá.", en="Too early.")}, retry_after_s=3)
    assert error.fields["slot.end"].en == "Too early."
    assert error.retry_after_s == 3


def test_the_five_kinds_are_the_whole_tree_below_the_root() -> None:
    kinds = {NotFound, NotAllowed, Invalid, Conflict, Unavailable}
    assert kinds <= set(TanNoiError.__subclasses__())


def define(**body: Any) -> type[TanNoiError]:
    return type("Planned", (Conflict,), {"__module__": "backend.planning.errors", **body})


def test_an_error_of_the_project_without_its_own_words_is_refused_when_it_is_defined() -> None:
    with pytest.raises(TypeError, match="must define its own `code`"):
        define(detail=Conflict.detail, action=Conflict.action)


def test_a_code_belongs_to_one_error_only() -> None:
    with pytest.raises(TypeError, match="belongs to NotFound"):
        define(code="not_found", detail=Conflict.detail, action=Conflict.action)


@pytest.mark.parametrize("kind", list_error_classes(), ids=lambda kind: kind.code)
def test_every_error_speaks_both_languages_with_the_same_values(kind: type[TanNoiError]) -> None:
    assert kind.code.replace("_", "").isalnum()
    assert kind.code == kind.code.lower()
    for text in (kind.detail, kind.action):
        assert text.vi.strip()
        assert text.en.strip()
        assert unicodedata.is_normalized("NFC", text.vi)

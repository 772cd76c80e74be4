"""Papers on a counter against the published list: what everybody needs and is not there."""

import pytest

from backend.catalogue.models import ChecklistItem, Procedure
from backend.courier_day.counters.checklists import BroughtPaper, compare, words_of
from backend.dossiers.papers import PaperForm


def a_list(**fields: object) -> Procedure:
    values: dict[str, object] = {
        "ordinal": 1,
        "name": "Giấy khai sinh",
        "originals": 0,
        "certified_copies": 0,
        "photocopies": 0,
        "mandatory": True,
        "condition": "",
    }
    return Procedure(code="1.1", checklist=[ChecklistItem(**values | fields)])


def brought(form: PaperForm | None, quantity: int, checklist: int | None = 1) -> BroughtPaper:
    return BroughtPaper(name="Giấy khai sinh", quantity=quantity, form=form, checklist=checklist)


@pytest.mark.parametrize(
    ("asked", "papers", "lacking"),
    [
        ({"originals": 1}, [], "1 bản chính"),
        ({"originals": 1}, [brought(PaperForm.PHOTOCOPY, 3)], "1 bản chính"),
        ({"originals": 1}, [brought(PaperForm.ORIGINAL, 1)], None),
        ({"certified_copies": 2}, [brought(PaperForm.CERTIFIED_COPY, 1)], "1 bản chứng thực"),
        ({"certified_copies": 1}, [brought(PaperForm.ORIGINAL, 1)], None),
        ({"originals": 1, "photocopies": 2}, [brought(PaperForm.ORIGINAL, 1)], "2 bản"),
        ({"photocopies": 2}, [brought(None, 1), brought(PaperForm.PHOTOCOPY, 1)], None),
        ({"photocopies": 1}, [brought(PaperForm.PHOTOCOPY, 1, checklist=None)], "1 bản"),
        ({}, [], "1 bản"),
    ],
)
def test_a_line_that_everybody_needs_is_missed_by_form_and_number(
    asked: dict[str, int], papers: list[BroughtPaper], lacking: str | None
) -> None:
    missing = compare(a_list(**asked), papers)
    assert missing == ((f"Giấy khai sinh: thiếu {lacking}",) if lacking else ())


@pytest.mark.parametrize("change", [{"mandatory": False}, {"condition": "nếu đã kết hôn"}])
def test_what_not_everybody_needs_is_the_clerks_to_judge(change: dict[str, object]) -> None:
    assert compare(a_list(originals=1, **change), []) == ()


def test_a_line_says_in_words_what_it_asks_for() -> None:
    (item,) = a_list(originals=1, photocopies=2).checklist
    assert words_of(item) == "1 bản chính, 2 bản photo"
    assert words_of(ChecklistItem(originals=0, certified_copies=0, photocopies=0)) == "1 bản"

"""Every notice has a text, in both languages, short enough, and is written as it is asked for."""

import ast
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from backend.booking.notices.rendering import Fact, count_parts, fill, render, words
from backend.booking.notices.templates import Template
from backend.booking.notices.texts import TEMPLATES
from backend.errors import Text

ROOT = Path(__file__).parents[5]
TELLERS = {
    "tell": 2,
    "tell_booking": 2,
    "tell_citizen": 2,
    "tell_secret": 2,
}
"""Functions that tell, and where their template stands among the arguments."""

KNOWN_BY_TELLER = {
    "tell": set(),
    "tell_booking": {"reference", "when"},
    "tell_citizen": {"item_code"},
    "tell_secret": {"item_code"},
}
OPTIONS = {"cause", "booking_id", "secrets", "once_for", "facts"}

ONLY_FROM_BELOW = {"one_time_code"}
"""Written by accounts, which stand below: facts alone, the text comes when it leaves."""

LONGEST: dict[str, Fact] = {
    "reference": "TN-WWWW-WWWW",
    "when": Text(vi="09:00–11:00 ngày 24/11/2026", en="24/11/2026, 09:00–11:00"),
    "item_code": "EX123456785VN",
    "expected": Text(vi="dự kiến 10:45–11:30", en="expected 10:45–11:30"),
    "office": "Trung tâm Phục vụ hành chính công phường Ngũ Hành Sơn",
    "post_office": "Bưu cục trung tâm Đà Nẵng",
    "reason": Text(vi="chưa xác minh được người nhận", en="identity was unclear"),
    "harm": Text(vi="niêm phong bị rách", en="the seal was broken"),
    "at": datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
    "until": datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
    "day": date(2026, 11, 24),
    "new_date": date(2026, 11, 24),
    "due_on": date(2026, 11, 24),
    "days": 10,
    "form_no": "02-2026-000123",
    "number": "KN-2026-000123",
}
SECRETS = {
    "link": "https://tannoi.example.vn/theo-doi/" + "a" * 24,
    "pin": "123456",
    "code": "123456",
}
MOST_PARTS = 5
"""Parts of a text message that one notice may take, at worst."""


@pytest.fixture(params=TEMPLATES.values(), ids=lambda template: template.name)
def template(request: pytest.FixtureRequest) -> Template:
    found: Template = request.param
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_can_be_written_and_is_short(template: Template, language: str) -> None:
    facts = {name: LONGEST[name] for name in template.facts}
    text = fill(render(template, facts, language), SECRETS)
    assert "{" not in text
    assert "}" not in text
    assert unicodedata.is_normalized("NFC", text)
    assert count_parts(text) <= MOST_PARTS, text


def test_both_languages_say_the_same_facts(template: Template) -> None:
    vietnamese = Text(vi=template.text.vi, en="").placeholders()
    english = Text(vi="", en=template.text.en).placeholders()
    assert vietnamese == english


def test_vietnamese_has_its_marks(template: Template) -> None:
    assert any(ord(letter) > 0x7F for letter in template.text.vi.replace("Tận Nơi", ""))


def test_a_text_with_a_secret_hides_it_until_it_leaves() -> None:
    text = render(TEMPLATES["delivery_pin"], {"item_code": "EX1"}, "vi")
    assert "{pin}" in text
    assert "739204" in fill(text, {"pin": "739204"})


@pytest.mark.parametrize("facts", [{}, {"item_code": "a", "more": "b"}])
def test_a_notice_without_its_facts_is_a_defect(facts: dict[str, Fact]) -> None:
    with pytest.raises(ValueError, match="delivery_pin needs"):
        render(TEMPLATES["delivery_pin"], facts, "vi")


def test_a_fact_cannot_ask_for_a_secret_nor_break_the_line() -> None:
    assert words("a\n{pin}\r b", "vi") == "a (pin) b"
    assert len(words("x" * 500, "vi")) == 120


def test_times_are_those_of_the_service() -> None:
    assert words(datetime(2026, 11, 22, 18, 5, tzinfo=UTC), "vi") == "01:05 23/11/2026"
    assert words(date(2026, 11, 3), "en") == "03/11/2026"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ậ" * 70, 1),
        ("ậ" * 71, 2),
        ("ậ" * 134, 2),
        ("ậ" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
    ],
)
def test_parts_of_a_text_message_are_counted_as_carriers_do(text: str, parts: int) -> None:
    assert count_parts(text) == parts


def calls() -> Iterator[tuple[str, str, str, set[str]]]:
    """(where, function, template, facts given) of everything in the program that tells."""
    for path in sorted((ROOT / "backend").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in TELLERS or len(node.args) <= TELLERS[node.func.id]:
                continue
            named = node.args[TELLERS[node.func.id]]
            if isinstance(named, ast.Name) and named.id == "template":
                continue  # a teller that hands on what it was given
            value = constants.get(named.id) if isinstance(named, ast.Name) else None
            value = named.value if isinstance(named, ast.Constant) else value
            given = _given(node) - OPTIONS
            yield f"{path.name}:{node.lineno}", node.func.id, str(value), given


def _given(call: ast.Call) -> set[str]:
    """Names of the facts of one call: as keywords, or in a dict called `facts`."""
    named = {keyword.arg for keyword in call.keywords if keyword.arg}
    for keyword in call.keywords:
        if keyword.arg == "facts" and isinstance(keyword.value, ast.Dict):
            named |= {str(key.value) for key in keyword.value.keys if isinstance(key, ast.Constant)}
    return named


def test_whatever_is_told_has_a_text_and_says_what_the_text_needs() -> None:
    found = list(calls())
    assert len(found) > 15, "the search for calls is blind"
    for where, teller, name, given in found:
        assert name in TEMPLATES, f"{where}: there is no text named {name}"
        needed = set(TEMPLATES[name].facts | TEMPLATES[name].secrets) - {"link"}
        if teller != "tell_secret":
            needed -= TEMPLATES[name].secrets
        known = KNOWN_BY_TELLER[teller] & needed
        assert given | known == needed, f"{where}: {name}"


def test_no_text_lies_unused() -> None:
    told = {name for _, _, name, _ in calls()} | ONLY_FROM_BELOW
    assert set(TEMPLATES) == told


def test_the_page_lists_every_notice() -> None:
    page = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    listed = {line.split("`")[1]: ("yes" in line) for line in rows}
    assert listed == {
        template.name: template.urgent or template.optional for template in TEMPLATES.values()
    }

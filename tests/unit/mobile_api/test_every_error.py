"""Whatever goes wrong is said in Vietnamese and in English, with what to do next."""

import ast
import inspect
import unicodedata
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import marshmallow as ma
import pytest
from flask import Flask

from backend.errors import TanNoiError, Text, list_error_classes
from backend.settings import Settings
from mobile_api import create_app
from mobile_api.field_messages import field_messages, in_vietnamese
from mobile_api.problems import problem, status_of
from tests.docs.reference import import_everything

ROOT = Path(__file__).parents[3]
import_everything()
CLASSES = list_error_classes()


def made(kind: type[TanNoiError]) -> TanNoiError:
    """The error with some value for each of its placeholders."""
    names = kind.detail.placeholders() | kind.action.placeholders()
    return kind(**{name: f"<{name}>" for name in names})


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings())


def test_there_are_errors_to_walk() -> None:
    assert len(CLASSES) > 100


TOO_OFTEN = [kind for kind in CLASSES if status_of(kind) == HTTPStatus.TOO_MANY_REQUESTS]


@pytest.mark.parametrize("kind", TOO_OFTEN, ids=lambda kind: kind.code)
def test_whoever_tries_too_often_reads_no_name_of_a_header(kind: type[TanNoiError]) -> None:
    """Citizens meet these where they sign in; pages and programs read the header itself."""
    assert "Retry-After" not in kind.action.vi + kind.action.en


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.code)
def test_every_code_is_answered_in_the_caller_s_language(
    app: Flask, kind: type[TanNoiError]
) -> None:
    error = made(kind)
    for accept, language in (
        ("", "vi"),
        ("fr", "vi"),
        ("vi-VN,en;q=0.9", "vi"),
        ("en-GB,vi;q=0.5", "en"),
    ):
        with app.test_request_context(headers={"Accept-Language": accept} if accept else {}):
            answer = problem(error)
        body = answer.get_json()
        assert answer.status_code == body["status"] == status_of(kind)
        assert answer.content_type == "application/problem+json"
        assert (answer.headers["Content-Language"], body["code"]) == (language, kind.code)
        assert body["detail"] == error.detail.in_language(language)
        assert body["action"] == error.action.in_language(language)
        assert body["title"] not in {"", "Lỗi"}, f"status {answer.status_code} has no title"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.code)
def test_every_code_says_why_and_what_next_in_both_languages(kind: type[TanNoiError]) -> None:
    for text in (kind.detail, kind.action):
        assert text.vi != text.en
        for sentence in (text.vi, text.en):
            assert sentence == sentence.strip()
            assert len(sentence) >= 8
            assert unicodedata.is_normalized("NFC", sentence)
        handed_on = text.vi.startswith("{")  # the words of what failed
        assert handed_on or any(ord(letter) > 0x7F for letter in text.vi), "without marks"


def _sentences() -> Iterator[tuple[str, str]]:
    """(where, sentence) of every check that a field of marshmallow can make."""
    filled = {"choices": "A, B", "awareness": "aware", "obj_type": "datetime"}
    for name, kind in inspect.getmembers(ma.fields, inspect.isclass):
        if not issubclass(kind, ma.fields.Field):
            continue
        for sentence in getattr(kind, "default_error_messages", {}).values():
            if "cannot be formatted" in sentence:
                continue  # said when an answer is written, never to a caller
            obj_type = getattr(kind, "OBJ_TYPE", "datetime")
            yield name, sentence.format(**filled | {"obj_type": obj_type})
    for sentence in ma.Schema._default_error_messages.values():
        yield "Schema", sentence
    a_range = ma.validate.Range
    checks: list[tuple[object, object]] = [
        (ma.validate.Length(min=2), "a"),
        (ma.validate.Length(max=2), "abc"),
        (ma.validate.Length(1, 2), ""),
        (ma.validate.Length(equal=2), ""),
        (a_range(min=2), 1),
        (a_range(max=2), 3),
        (a_range(1, 2), 3),
        (a_range(min=2, min_inclusive=False), 1),
        (a_range(max=2, max_inclusive=False), 3),
        (a_range(1, 2, min_inclusive=False, max_inclusive=False), 3),
        (ma.validate.OneOf(["a", "b"]), "c"),
        (ma.validate.NoneOf(["c"]), "c"),
        (ma.validate.Equal(1), 2),
        (ma.validate.Regexp("x"), "y"),
        (ma.validate.ContainsOnly(["a"]), ["b"]),
        (ma.validate.ContainsNoneOf(["b"]), ["b"]),
        (ma.validate.Email(), "?"),
        (ma.validate.URL(), "?"),
    ]
    for check, value in checks:
        with pytest.raises(ma.ValidationError) as refused:
            check(value)
        yield type(check).__name__, str(refused.value.messages[0])


def test_whatever_a_field_refuses_is_said_in_vietnamese() -> None:
    unsaid = [(where, sentence) for where, sentence in _sentences() if not in_vietnamese(sentence)]
    assert unsaid == []


def test_whatever_our_own_schemas_refuse_is_said_in_vietnamese() -> None:
    """Sentences given to ValidationError, and custom `error=` texts of validators."""
    found = []
    for path in sorted((ROOT / "mobile_api").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = [each.value for each in node.keywords if each.arg == "error"]
            if getattr(node.func, "attr", getattr(node.func, "id", "")) == "ValidationError":
                given += node.args[:1]
            found += [
                (f"{path.name}:{node.lineno}", part.value)
                for each in given
                for part in ast.walk(each)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
    assert len(found) >= 3, "the search is blind"
    assert [(where, text) for where, text in found if not in_vietnamese(text)] == []


def test_values_of_a_check_stay_in_its_sentence() -> None:
    fields = field_messages({"json": {"days": ["Must be less than or equal to 5."]}})
    assert fields["days"] == Text(vi="Nhiều nhất là 5.", en="Must be less than or equal to 5.")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("case", "status", "code"),
    [
        ("unknown path", 404, "not_found"),
        ("wrong method", 405, "method_not_allowed"),
        ("too large", 413, "too_large"),
        ("not json", 422, "invalid"),
        ("broken json", 400, "malformed_request"),
        ("nul in path", 404, "not_found"),
        ("nul in query", 422, "invalid"),
        ("nul in body", 422, "invalid"),
        ("half a letter in body", 422, "invalid"),
        ("nul in a body that claims a coding", 422, "invalid"),
        ("half a letter in bytes", 422, "invalid"),
        ("nul in UTF-16", 422, "invalid"),
    ],
)
def test_what_the_framework_refuses_is_a_problem_too(
    app: Flask, case: str, status: int, code: str, language: str
) -> None:
    client = app.test_client()
    headers = {"Accept-Language": language}
    slots, json = "/v1/citizen/slots", "application/json"
    answer = {
        "unknown path": lambda: client.get("/nothing/here", headers=headers),
        "wrong method": lambda: client.patch("/healthz", headers=headers),
        "too large": lambda: client.post(
            slots, data=b"1" * 2_000_000, content_type=json, headers=headers
        ),
        "not json": lambda: client.post(slots, data="a", headers=headers),
        "broken json": lambda: client.post(slots, data="{", content_type=json, headers=headers),
        "nul in path": lambda: client.get("/v1/citizen/chains/a%00b", headers=headers),
        "nul in query": lambda: client.get("/v1/citizen/procedures?q=a%00b", headers=headers),
        "nul in body": lambda: client.post(
            slots, data=rb'{"address": "a\u0000"}', content_type=json, headers=headers
        ),
        "half a letter in body": lambda: client.post(
            slots, data=rb'{"address": "\ud83d"}', content_type=json, headers=headers
        ),
        "nul in a body that claims a coding": lambda: client.post(
            slots,
            data=rb'{"address": "a\u0000"}',
            content_type=json,
            headers=headers | {"Content-Encoding": "identity"},
        ),
        "half a letter in bytes": lambda: client.post(
            slots, data=b'{"address": "\xed\xa0\x80"}', content_type=json, headers=headers
        ),
        "nul in UTF-16": lambda: client.post(
            slots,
            data=r'{"address": "a\u0000"}'.encode("utf-16"),
            content_type=json,
            headers=headers,
        ),
    }[case]()
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Content-Language"] == language
    if status == 405:
        assert "GET" in answer.headers["Allow"]
    if case == "nul in body":
        said = {"vi": "Có ký tự không được phép.", "en": "This character is not allowed here."}
        assert body["fields"]["address"] == said[language]


def test_letters_outside_of_the_first_plane_are_no_halves(app: Flask) -> None:
    answer = app.test_client().post(
        "/v1/citizen/slots", data=rb'{"address": "\ud83d\ude42"}', content_type="application/json"
    )
    assert "address" not in answer.get_json()["fields"]

"""Files of every kind are told apart by what they hold, packed or not."""

import gzip
import json
from pathlib import Path

import pytest

from routing.formats.content import kind_of_problem, parse_json, read_text
from routing.formats.errors import FormatError
from routing.formats.files import json_text, read_problem
from routing.formats.own import problem_to_json
from tests.builders.routing_problems import a_problem
from tests.unit.routing.formats.public_texts import LILIM, SARTORI, SOLOMON
from tests.unit.routing.formats.test_vroom import EXAMPLE

TEXTS = {
    "own": json.dumps(problem_to_json(a_problem())),
    "vroom": json.dumps(EXAMPLE),
    "lilim": LILIM,
    "sartori": SARTORI,
    "solomon": SOLOMON,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_kind_is_found_by_content_packed_or_not(kind, tmp_path):
    plain, packed = tmp_path / "plain.txt", tmp_path / "packed.gz"
    plain.write_text(TEXTS[kind], encoding="utf-8-sig")
    packed.write_bytes(gzip.compress(TEXTS[kind].encode()))
    assert read_problem(plain).kind == read_problem(packed).kind == kind
    assert read_problem(plain).problem == read_problem(packed).problem


@pytest.mark.parametrize("text", ["", "hello", "{}", "[]", '{"jobs": []}', "1 2\n"])
def test_a_file_of_no_kind_is_told_so(text):
    with pytest.raises(FormatError, match=r"own|known here"):
        kind_of_problem(text, Path("file.txt"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1,\n "b" 2}', "line 2 column 6: is no JSON: Expecting ':' delimiter"),
        ('{"a": 1, "a": 2}', "a: is given twice"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_mistake_in_json_is_told_with_its_place(text, told):
    with pytest.raises(FormatError, match=told):
        parse_json(text, Path("file.json"))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (gzip.compress(b"0123456789" * 9, mtime=0)[:-9], "is no whole gzip file"),
        (b"caf\xe9", "is no UTF-8 text: byte 3"),
    ],
)
def test_bytes_that_are_no_text_are_told(raw, told, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(raw)
    with pytest.raises(FormatError, match=told):
        read_text(file)


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        [1, None, "Đà Nẵng"],
        {
            "name": "Đà Nẵng",
            "routes": [{"steps": [1, 2]}, {"steps": []}],
            "none": [],
            "in": {"a": [1]},
        },
    ],
)
def test_json_that_is_written_is_read_again(document):
    assert json.loads(json_text(document)) == document


def test_each_item_of_a_list_has_its_line():
    written = json_text({"cost": 7, "routes": [{"vehicle": "BT-1"}, {"vehicle": "BT-2"}]})
    assert written == (
        '{\n "cost": 7,\n "routes": [\n  {"vehicle": "BT-1"},\n  {"vehicle": "BT-2"}\n ]\n}\n'
    )

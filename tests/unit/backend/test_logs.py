"""A log may be shown to support: ids stay, people do not."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from backend.logs import REDACTED, bind_request, configure_logs, get_logger, masked, unbind_request


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs(level="INFO", as_json=True, stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_name(written: io.StringIO) -> None:
    get_logger("backend.planning").info("plan_published", plan="p1")
    (line,) = lines(written)
    assert line["event"] == "plan_published"
    assert (line["level"], line["logger"], line["plan"]) == ("info", "backend.planning", "p1")
    assert line["at"].endswith("Z")


def test_the_request_id_stands_on_every_line_until_the_request_ends(written: io.StringIO) -> None:
    bind_request("r-1")
    get_logger("a").info("one")
    logging.getLogger("library").warning("two")
    unbind_request()
    get_logger("a").info("three")
    assert [line.get("request_id") for line in lines(written)] == ["r-1", "r-1", None]


def test_personal_keys_are_dropped_at_any_depth(written: io.StringIO) -> None:
    get_logger("a").info(
        "booked",
        phone="0900 000 123",
        booking={"applicant_name": "Nguyễn Văn Mẫu 12", "home": [{"lat": 16.06, "ward": "HC"}]},
    )
    text = written.getvalue()
    for secret in ("0900", "Nguyễn", "16.06"):
        assert secret not in text
    (line,) = lines(written)
    assert line["phone"] == REDACTED
    assert line["booking"]["home"][0] == {"lat": REDACTED, "ward": "HC"}


@pytest.mark.parametrize(
    "sentence",
    [
        "gọi 0900000123 không được",
        "gọi 0900 000 123",
        "gọi 0900.000.123",
        "gọi +84900000123",
        "gọi 84 900 000 123",
        "CCCD 048099000123",
        "máy bàn 02363000123",
    ],
)
def test_phone_and_identity_numbers_inside_a_sentence_are_masked(sentence: str) -> None:
    assert REDACTED in masked(sentence)
    assert "000" not in masked(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "plan 0199a3f2-7c41-7d3e-9a55-0123456789ab",
        "dossier H17.12-261122-0041",
        "2026-11-22T07:58:40.003+07:00",
        "took 1234 ms for 300 visits",
        "item EA473124829VN",
    ],
)
def test_ids_codes_and_times_stay_readable(sentence: str) -> None:
    assert masked(sentence) == sentence


def test_rows_quoted_by_the_database_do_not_reach_the_log() -> None:
    message = (
        'duplicate key value violates unique constraint "uq_person_phone"\n'
        "DETAIL:  Key (full_name)=(Nguyễn Văn Mẫu) already exists.\n"
        "[SQL: INSERT INTO person VALUES (%(p)s)]\n"
        "[parameters: {'p': 'Nguyễn Văn Mẫu'}]"
    )
    assert "Mẫu" not in masked(message)
    assert "uq_person_phone" in masked(message)


def test_the_traceback_of_an_exception_is_masked_too(written: io.StringIO) -> None:
    try:
        raise ValueError("số 0900 000 123")
    except ValueError:
        get_logger("a").exception("broke")
    assert "0900" not in written.getvalue()
    assert "ValueError" in written.getvalue()


def test_messages_of_libraries_are_masked_too(written: io.StringIO) -> None:
    logging.getLogger("rq.worker").error("failed for %s", "0900 000 123")
    assert "0900" not in written.getvalue()

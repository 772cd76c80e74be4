"""How long finding one among 2,000 procedures takes, in processor time of a whole call.

`python -m pytest --long tests/bench/test_finding_procedures.py -s` prints the figures. The names
are the pack's own and those with what other authorities' lists could add; a question is such a name
with marks, without them, or with a slip of the finger.
"""

import random
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from geodata.packs import open_pack
from geodata.vietnamese_text import fold
from tests.bench.demo_day import print_spent
from tests.builders.catalogue import a_procedure

PROCEDURES = 2_000
QUESTIONS = 300
MATTERS = (
    *("đất đai", "lao động", "giao thông", "hộ tịch", "thuế", "y tế", "xây dựng", "giáo dục"),
    *("văn hóa", "du lịch"),
)
PLACES = (
    *("cấp xã", "cấp tỉnh", "khu kinh tế", "ở nước ngoài", "vùng biên giới", "cho cá nhân"),
    *("cho tổ chức", "theo ủy quyền"),
)
FIELDS = tuple(f"lĩnh vực {matter} {place}" for matter in MATTERS for place in PLACES)


def a_slip(drawn: random.Random, words: str) -> str:
    """Two neighbouring letters of the longest word exchanged."""
    longest = max(words.split(), key=len)
    at = drawn.randrange(len(longest) - 1)
    slipped = longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :]
    return words.replace(longest, slipped, 1)


@pytest.mark.long
def test_finding_among_two_thousand(session: Session, client: FlaskClient) -> None:
    drawn = random.Random(1)
    known = sorted({row["name"] for row in open_pack("da_nang").rows("procedures")})
    names = known + [f"{name} {field}" for field in FIELDS for name in known]
    for name in names[:PROCEDURES]:
        a_procedure(session, name=name)
    assert len(names) >= PROCEDURES
    spent: dict[str, list[float]] = {}
    missed = 0
    for kind, changed in (
        ("with marks", str),
        ("without marks", fold),
        ("with a slip", lambda words: a_slip(drawn, words)),
    ):
        for _ in range(QUESTIONS):
            name = drawn.choice(names[:PROCEDURES])
            begun = time.process_time()
            answer = client.get("/v1/citizen/procedures", query_string={"q": changed(name)})
            spent.setdefault(kind, []).append(time.process_time() - begun)
            assert answer.status_code == 200, answer.text
            missed += name not in [each["name"] for each in answer.get_json()["procedures"]]
    print_spent(f"{PROCEDURES} procedures", spent)
    print(f"what was meant is not in the answer: {missed} of {3 * QUESTIONS}")
    assert missed <= QUESTIONS // 10

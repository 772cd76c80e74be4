"""Item codes are issued once, whoever asks at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend import database
from backend.dossiers.item_codes import ItemCodesUsedUp, issue_item_codes, parse_item_code
from backend.dossiers.models import CodeSeries


def test_codes_of_two_provinces_never_meet_and_all_are_valid(session: Session) -> None:
    codes = issue_item_codes(session, "48", 3) + issue_item_codes(session, "01", 3)
    assert len(set(codes)) == 6
    assert [parse_item_code(code) for code in codes] == codes
    assert issue_item_codes(session, "48", 1)[0] not in codes


def test_many_callers_at_once_get_different_codes(committed_database: Engine) -> None:
    def issue(_: int) -> list[str]:
        with database.unit_of_work() as session:
            return issue_item_codes(session, "48", 5)

    with ThreadPoolExecutor(4) as threads:
        codes = [code for issued in threads.map(issue, range(8)) for code in issued]
    assert len(codes) == len(set(codes)) == 40


def test_numbers_of_a_rolled_back_booking_are_given_back(committed_database: Engine) -> None:
    with database.unit_of_work() as session:
        (first,) = issue_item_codes(session, "48", 1)
    with pytest.raises(ValueError, match="cut off"), database.unit_of_work() as session:
        (lost,) = issue_item_codes(session, "48", 1)
        raise ValueError("cut off")
    with database.unit_of_work() as session:
        assert issue_item_codes(session, "48", 1) == [lost] != [first]


def test_a_used_up_prefix_moves_on_and_the_end_is_an_error(session: Session) -> None:
    issue_item_codes(session, "48", 1)
    (series,) = session.scalars(select(CodeSeries))
    series.next_number = 1_000_000
    assert [code[:2] for code in issue_item_codes(session, "48", 2)] == ["RH", "RI"]
    series.next_number = 26_000_001
    with pytest.raises(ItemCodesUsedUp):
        issue_item_codes(session, "48", 1)

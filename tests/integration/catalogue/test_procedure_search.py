"""The search follows the rows: versions by date, and what was written since the last question."""

from datetime import date

from sqlalchemy.orm import Session

from backend.catalogue.procedure_search import ProcedureSearch
from tests.builders.catalogue import a_procedure
from tests.builders.places import PROVINCE

DAY = date(2026, 11, 23)


def test_a_row_written_since_is_found_at_once(session: Session) -> None:
    search = ProcedureSearch()
    assert search.search(session, PROVINCE, "khai sinh", day=DAY, limit=5) == []
    born = a_procedure(session, name="Đăng ký khai sinh")
    assert search.search(session, PROVINCE, "khai sinh", day=DAY, limit=5) == [born]
    born.name = "Đăng ký khai tử"
    session.flush()
    assert search.search(session, PROVINCE, "khai tử", day=DAY, limit=5) == [born]
    session.delete(born)
    session.flush()
    assert search.search(session, PROVINCE, "khai tử", day=DAY, limit=5) == []


def test_the_version_in_force_on_the_day_answers(session: Session) -> None:
    old = a_procedure(session, code="1.5", name="Đổi bằng lái", valid_to=date(2025, 6, 30))
    new = a_procedure(session, code="1.5", name="Đổi bằng lái", valid_from=date(2025, 7, 1))
    search = ProcedureSearch()
    assert search.search(session, PROVINCE, "doi bang", day=date(2020, 1, 1), limit=5) == [old]
    assert search.search(session, PROVINCE, "doi bang", day=DAY, limit=5) == [new]


def test_another_province_is_another_list(session: Session) -> None:
    a_procedure(session, name="Đăng ký khai sinh", province_code="44")
    assert ProcedureSearch().search(session, PROVINCE, "khai sinh", day=DAY, limit=5) == []


def test_an_empty_question_lists_by_name(session: Session) -> None:
    later, first = a_procedure(session, name="Bé"), a_procedure(session, name="An")
    assert ProcedureSearch().search(session, PROVINCE, " ", day=DAY, limit=5) == [first, later]


def test_many_days_keep_few_indexes(session: Session) -> None:
    a_procedure(session, name="Đăng ký khai sinh")
    search = ProcedureSearch()
    for number in range(1, 21):
        assert search.search(session, PROVINCE, "khai", day=date(2026, 1, number), limit=1)
    assert len(search._kept) == 8

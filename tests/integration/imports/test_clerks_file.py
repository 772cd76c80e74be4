"""Clerks from a file: at a post office, at an office, or seconded from one to the other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.places.clerks import Clerk
from backend.places.models import Office
from backend.tabular.imports import Outcome
from tests.builders.imports import Importing, defects
from tests.builders.places import a_post_office


def test_clerks_sit_somewhere_and_a_second_import_changes_only_what_differs(
    session: Session, importing: Importing
) -> None:
    a_post_office(session, code="550000")
    importing(
        "offices",
        "code,name,tier,address,lat,lon,post_office_code,seconded_filing\n"
        "MC-A,Một cửa A,COMMUNE,1 Mẫu,16.06,108.22,550000,yes\n"
        "MC-B,Một cửa B,COMMUNE,2 Mẫu,16.06,108.22,999999,no\n",
    )
    text = """code,name,post_office_code,office_code
GDV-1,Cán bộ Mẫu 1,550000,
CB-1,Cán bộ Mẫu 2,,MC-A
BP-1,Cán bộ Mẫu 3,550000,MC-A
X-1,Cán bộ Mẫu 4,,
X-2,Cán bộ Mẫu 5,550000,MC-KHONG-CO
GDV-1,Cán bộ Mẫu 6,550000,
"""
    report = importing("clerks", text)
    assert report.counts == {Outcome.CREATED: 3}
    assert defects(report) == [(5, "post_office_code"), (6, "office_code"), (7, "code")]
    seconded = {row.code: row.is_seconded for row in session.scalars(select(Clerk))}
    assert seconded == {"GDV-1": False, "CB-1": False, "BP-1": True}
    again = importing("clerks", text.replace("Cán bộ Mẫu 2", "Cán bộ Mẫu 22"))
    assert again.counts == {Outcome.UNCHANGED: 2, Outcome.UPDATED: 1}
    (office,) = session.scalars(select(Office))
    assert (office.code, office.seconded_filing) == ("MC-A", True)
    assert office.post_office_id is not None

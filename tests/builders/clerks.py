"""Clerks with obviously invented names."""

from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.places.clerks import Clerk
from backend.places.models import Office, PostOffice
from tests.builders.numbers import next_number
from tests.builders.places import PROVINCE, SOURCED


def a_clerk(
    session: Session, *, post_office: PostOffice | None = None, office: Office | None = None
) -> Clerk:
    """A clerk of a post office, of an office, or (with both) seconded to the office."""
    number = next_number()
    person = Person(province_code=PROVINCE, full_name=f"Giao dịch viên Mẫu {number}")
    clerk = Clerk(
        **SOURCED,
        province_code=PROVINCE,
        code=f"GDV-{number:03d}",
        person=person,
        post_office_id=post_office.id if post_office else None,
        office_id=office.id if office else None,
    )
    session.add(clerk)
    session.flush()
    return clerk

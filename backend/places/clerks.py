"""Clerks: who sits at the counter of a post office or at the desk of a one-stop office."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backend.accounts.models import Person
from backend.database import Base, Identified, InProvince, Sourced
from backend.errors import NotFound, Text
from backend.places.models import Office, PostOffice
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import CODE, NAME, Column, Layout, sourced
from backend.tabular.reading import Table


class ClerkNotFound(NotFound):
    code = "clerk_not_found"
    detail = Text(
        vi="Tài khoản này không thuộc cán bộ nào đang làm việc tại {place}.",
        en="This account belongs to no clerk who works at {place}.",
    )
    action = Text(
        vi="Nhờ quản trị nạp danh sách bằng `tannoi import clerks` và gắn tài khoản với cán bộ.",
        en="Have the clerk loaded with `tannoi import clerks` and the account tied to the clerk.",
    )


class Clerk(Identified, InProvince, Sourced, Base):
    """A clerk of a post office, of a one-stop office, or of the post but seconded to an office."""

    __tablename__ = "clerk"
    __table_args__ = (
        UniqueConstraint("province_code", "code"),
        CheckConstraint("num_nonnulls(post_office_id, office_id) > 0", name="sits_somewhere"),
    )

    code: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    post_office_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("post_office.id"))
    office_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("office.id"))
    """With a post office as well: seconded by it to this office's desk."""
    active: Mapped[bool] = mapped_column(default=True)
    person: Mapped[Person] = relationship()
    post_office: Mapped[PostOffice | None] = relationship()
    office: Mapped[Office | None] = relationship()

    @property
    def is_seconded(self) -> bool:
        """Whether the clerk belongs to the post and sits at an office's desk."""
        return self.post_office_id is not None and self.office_id is not None


def get_clerk(session: Session, place: Office | PostOffice, person_id: uuid.UUID | None) -> Clerk:
    """The clerk that this person is at that place; raises ClerkNotFound.

    A seconded clerk sits at the office, not at the post office.
    """
    rows = session.scalars(
        select(Clerk).where(
            Clerk.province_code == place.province_code,
            Clerk.person_id == person_id,
            Clerk.active.is_(True),
        )
    )
    for clerk in rows:
        if (clerk.office_id or clerk.post_office_id) == place.id:
            return clerk
    raise ClerkNotFound(place=place.code)


CLERKS = Layout(
    kind="clerks",
    columns=sourced(
        Column(name="code", sample="GDV-001", required=True, aliases=(*CODE, "mã cán bộ")),
        Column(name="name", sample="Cán bộ Mẫu 1", required=True, aliases=(*NAME, "họ tên")),
        Column(name="post_office_code", sample="550000", aliases=("mã bưu cục",)),
        Column(name="office_code", sample="", aliases=("mã cơ quan",)),
        source="danh sách mẫu",
    ),
)


def import_clerks(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update clerks and the people behind them; the natural key is the code.

    Both places in one row: a clerk of the post office who is seconded to the office.
    """
    post_offices = {
        row.code: row.id
        for row in session.execute(
            select(PostOffice.code, PostOffice.id).where(PostOffice.province_code == province_code)
        )
    }
    offices = {
        row.code: row.id
        for row in session.execute(
            select(Office.code, Office.id).where(Office.province_code == province_code)
        )
    }
    known = {
        row.code: row
        for row in session.scalars(select(Clerk).where(Clerk.province_code == province_code))
    }
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        code = cells.text("code", longest=40)
        name = cells.text("name", longest=200)
        values = {
            "post_office_id": _place(cells, "post_office_code", post_offices),
            "office_id": _place(cells, "office_code", offices),
            **cells.sourced(),
        }
        if not values["post_office_id"] and not values["office_id"]:
            cells.wrong(
                "post_office_code",
                vi="cần mã bưu cục hoặc mã cơ quan",
                en="needs a post office or an office",
            )
        seen.claim(cells, "code", code)
        cells.finish()
        if clerk := known.get(code):
            outcomes = {
                update_row(clerk, values, cells),
                update_row(clerk.person, {"full_name": name}, cells),
            }
            return Outcome.UPDATED if Outcome.UPDATED in outcomes else Outcome.UNCHANGED
        person = Person(province_code=province_code, full_name=name)
        known[code] = Clerk(province_code=province_code, code=code, person=person, **values)
        session.add(known[code])
        return Outcome.CREATED

    return import_rows(session, table, CLERKS, store)


def _place(cells: Cells, column: str, known: dict[str, uuid.UUID]) -> uuid.UUID | None:
    code = cells.find_text(column, longest=40)
    if code is not None and code not in known:
        cells.wrong(column, vi=f"không có nơi {code}", en=f"there is no {code}")
    return known.get(code) if code else None

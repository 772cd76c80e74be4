"""Special-terrain areas: a promise of their own and fixed visit days (DOMAIN §5.8, §5.14b)."""

from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.database import Base, Identified, InProvince, Sourced, enum_column
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import Column, Layout, sourced
from backend.tabular.reading import Table

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class TerrainList(StrEnum):
    """Which published list an area stands on: A has 1 to 3 visits a week, B as possible."""

    A = "A"
    B = "B"


class RemoteArea(Identified, InProvince, Sourced, Base):
    """One zone of special terrain, as the province's table publishes it."""

    __tablename__ = "remote_area"
    __table_args__ = (
        UniqueConstraint("province_code", "zone_code"),
        CheckConstraint("transit_days > 0", name="transit_days_positive"),
    )

    zone_code: Mapped[str] = mapped_column(String(40))
    terrain: Mapped[TerrainList] = mapped_column(enum_column(TerrainList))
    visit_days: Mapped[list[str]] = mapped_column(ARRAY(String(3)))
    """Weekdays of `WEEKDAYS` on which a courier goes there; empty = any day, as possible."""
    transit_days: Mapped[int]
    """n of the promise J + n working days, one way."""
    postage_exempt: Mapped[bool] = mapped_column(default=False)
    """The province bears the postage of citizens here (DOMAIN §5.14b)."""

    def is_visited_on(self, day: date) -> bool:
        """Whether a courier goes there on that local date."""
        return not self.visit_days or WEEKDAYS[day.weekday()] in self.visit_days

    def next_visit(self, day: date) -> date:
        """The first visit day from `day` on."""
        return next(
            day + timedelta(days=ahead)
            for ahead in range(7)
            if self.is_visited_on(day + timedelta(days=ahead))
        )


REMOTE_AREAS = Layout(
    kind="remote-areas",
    columns=sourced(
        Column(name="zone_code", sample="HOA-BAC", required=True, aliases=("zone", "khu vực")),
        Column(name="list", sample="A", required=True, aliases=("danh mục",)),
        Column(name="visit_days", sample="mon;thu", aliases=("ngày phát",)),
        Column(name="transit_days", sample="4", required=True, aliases=("thời gian",)),
        Column(name="postage_exempt", sample="no", aliases=("miễn cước",)),
        source="bảng vùng sâu mẫu",
    ),
)


def find_remote_area(
    session: Session, province_code: str, zone_code: str | None
) -> RemoteArea | None:
    """The remote area of a zone, or None for an ordinary one."""
    if zone_code is None:
        return None
    return session.scalars(
        select(RemoteArea).where(
            RemoteArea.province_code == province_code, RemoteArea.zone_code == zone_code
        )
    ).first()


def list_remote_areas(session: Session, province_code: str) -> list[RemoteArea]:
    """All of a province, by zone."""
    return list(
        session.scalars(
            select(RemoteArea)
            .where(RemoteArea.province_code == province_code)
            .order_by(RemoteArea.zone_code)
        )
    )


def import_remote_areas(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update remote areas; the natural key is the zone."""
    known = {row.zone_code: row for row in list_remote_areas(session, province_code)}
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        zone_code = cells.text("zone_code", longest=40)
        visit_days = [word.lower() for word in cells.words("visit_days")]
        if unknown := [word for word in visit_days if word not in WEEKDAYS]:
            cells.wrong(
                "visit_days",
                vi=f"không phải thứ trong tuần: {', '.join(unknown)} (mon … sun)",
                en=f"no weekday: {', '.join(unknown)} (mon … sun)",
            )
        values = {
            "terrain": cells.choice("list", TerrainList),
            "visit_days": visit_days,
            "transit_days": cells.integer("transit_days", lowest=1, highest=60),
            "postage_exempt": cells.flag("postage_exempt"),
            **cells.sourced(),
        }
        seen.claim(cells, "zone_code", zone_code)
        cells.finish()
        if zone_code in known:
            return update_row(known[zone_code], values, cells)
        known[zone_code] = RemoteArea(province_code=province_code, zone_code=zone_code, **values)
        session.add(known[zone_code])
        return Outcome.CREATED

    return import_rows(session, table, REMOTE_AREAS, store)

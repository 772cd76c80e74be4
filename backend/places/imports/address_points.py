"""Known house numbers and streets, by which addresses are placed.

Building footprints without a number and a street do not belong here: they name no address.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.database import new_id
from backend.places.geocoding import address_point_key
from backend.places.models import AddressPoint
from backend.places.points import point_of, to_geometry
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import LAT, LON, Column, Layout, sourced
from backend.tabular.reading import Table
from geodata.point import Point

ADDRESS_POINTS = Layout(
    kind="address-points",
    columns=sourced(
        Column(name="house_number", sample="12", aliases=("housenumber", "số nhà")),
        Column(name="street", sample="Đường Mẫu", required=True, aliases=("đường", "tên đường")),
        Column(name="ward", sample="Hải Châu", aliases=("phường", "phường xã")),
        Column(name="lat", sample="16.06780", required=True, aliases=LAT),
        Column(name="lon", sample="108.22080", required=True, aliases=LON),
        source="khảo sát mẫu",
    ),
)

_SAME_PLACE_M = 150.0
"""Two points of one number this close are one door (gate and roof); the first one is kept."""


def import_address_points(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update known points; the natural key is street, house number and ward as folded
    by `geocoding`. A row without house number is a point of its street.
    """
    known = {
        (row.text_key, row.house_number, row.ward): row
        for row in session.scalars(
            select(AddressPoint).where(AddressPoint.province_code == province_code)
        )
    }
    seen = SeenKeys()
    first: dict[tuple[str, str, str], AddressPoint] = {}

    def store(cells: Cells) -> Outcome:
        point = cells.find_point()
        if point is None and not cells.errors:
            cells.wrong("lat", vi="thiếu toạ độ", en="there is no place")
        street = cells.text("street", longest=200)
        ward = cells.text("ward", longest=200, default="")
        key, house = address_point_key(cells.text("house_number", longest=120, default=""), street)
        if not key and street:
            cells.wrong("street", vi="không có tên đường", en="there is no street name")
        identity = (key, house, ward)
        earlier = first.get(identity)
        if earlier is None or point is None or _far(earlier, point):
            seen.claim(cells, "house_number", identity)
        values: dict[str, Any] = cells.sourced()
        cells.finish()
        if earlier is not None or point is None:
            return Outcome.UNCHANGED
        values |= {"street": street, "point": to_geometry(point)}
        row = known.get(identity)
        if row is None:
            row = AddressPoint(
                id=new_id(),
                province_code=province_code,
                text_key=key,
                house_number=house,
                ward=ward,
                **values,
            )
            session.add(row)
            outcome = Outcome.CREATED
        else:
            outcome = update_row(row, values, cells)
        first[identity] = row
        return outcome

    return import_rows(session, table, ADDRESS_POINTS, store)


def _far(row: AddressPoint, point: Point) -> bool:
    return point_of(row.point).distance_m(point) > _SAME_PLACE_M

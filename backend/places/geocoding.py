"""Find the door of an address among known points; never guess, never a ward's centre."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.places.models import Address, AddressPoint, Placement
from backend.places.points import point_of
from geodata.address import Address as ReadAddress
from geodata.address import normalise_address, street_key
from geodata.point import Point
from geodata.vietnamese_text import search_key

_ONE_PLACE_M = 150.0
"""Two known points of one number may differ like this (gate and roof); further apart they are two
doors, and a person decides."""

_NEIGHBOUR_NUMBERS = 10
"""A house number this close on the same street is at most a few fronts of 4–5 m away."""

_SHORT_STREET_M = 600.0
"""Below this reach around its point a street alone leads to the door by asking."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is. `placement` is HOUSE, STREET or a person's earlier answer; TO_PLACE has
    no point, and `note` says why in Vietnamese (for the dispatcher)."""

    point: Point | None
    placement: Placement
    note: str | None = None


def address_key(text: str) -> str:
    """What two spellings of one address have in common."""
    return normalise_address(text).key[:400]


def address_point_key(house_number: str, street: str) -> tuple[str, str]:
    """Street key and house number under which a known point is stored and found."""
    read = normalise_address(f"{house_number} {street}".strip())
    if not read.street:
        return street_key(street)[:400], house_number.strip().upper()[:40]
    return street_key(read.street)[:400], read.house_number.upper()[:40]


def locate_address(session: Session, province_code: str, text: str) -> Located:
    """Place an address by a person's earlier answer, its house number, or its street.

    In this order; anything less certain waits for a person as TO_PLACE.
    """
    if corrected := _corrected(session, province_code, text):
        return corrected
    read = normalise_address(text)
    if not read.street:
        return _waits("không đọc được tên đường")
    known = session.scalars(
        select(AddressPoint)
        .where(
            AddressPoint.province_code == province_code,
            AddressPoint.text_key == street_key(read.street)[:400],
        )
        .order_by(AddressPoint.id)
    ).all()
    if not known:
        return _waits(f"chưa có dữ liệu đường {read.street}")
    known = _in_ward(known, read)
    return _by_house(known, read) or _by_neighbour(known, read) or _by_street(known, read)


def _corrected(session: Session, province_code: str, text: str) -> Located | None:
    earlier = session.scalars(
        select(Address)
        .where(
            Address.province_code == province_code,
            Address.text_key == address_key(text),
            Address.placement.in_((Placement.BY_COURIER, Placement.BY_DISPATCHER)),
            Address.redacted_at.is_(None),
        )
        .order_by(Address.id.desc())
        .limit(1)
    ).first()
    if earlier is None or earlier.point is None:
        return None
    return Located(point_of(earlier.point), earlier.placement, "theo vị trí đã sửa trước đây")


def _in_ward(known: Sequence[AddressPoint], read: ReadAddress) -> Sequence[AddressPoint]:
    """Points of the ward that the address names, if any is known to lie there.

    Wards were merged and renamed in 2025, so another ward's name excludes nothing by itself.
    """
    named = {_unit_key(name) for name in (read.ward, *read.areas) if name}
    return [row for row in known if row.ward and _unit_key(row.ward) in named] or known


def _by_house(known: Sequence[AddressPoint], read: ReadAddress) -> Located | None:
    number = read.house_number.upper()
    if not read.house:
        return None  # a lane alone is a mouth on the street, not a door
    same = [row for row in known if row.house_number == number]
    if not same:
        return None
    if _spread_m(same) > _ONE_PLACE_M:
        return _waits(f"có {len(same)} nơi cùng số {number} đường {read.street}, cần hỏi phường")
    return Located(point_of(same[0].point), Placement.HOUSE)


def _by_neighbour(known: Sequence[AddressPoint], read: ReadAddress) -> Located | None:
    """The mouth of the lane, or the nearest number on the same side of the street."""
    if read.lanes:
        mouth = [row for row in known if row.house_number == f"K{read.lanes[0]}"]
        if mouth and _spread_m(mouth) <= _ONE_PLACE_M:
            note = f"đầu kiệt {read.lanes[0]} {read.street}"
            return Located(point_of(mouth[0].point), Placement.STREET, note)
    front = read.lanes[0] if read.lanes else read.house
    wanted = _leading_number(front)
    if wanted is None:
        return None
    near = [
        (abs(number - wanted), (number - wanted) % 2, row.house_number, row)
        for row in known
        if (number := _leading_number(row.house_number)) is not None
        and abs(number - wanted) <= _NEIGHBOUR_NUMBERS
        and "/" not in row.house_number
    ]
    if not near or _spread_m([row for _, _, _, row in near]) > _SHORT_STREET_M:
        return None
    nearest = min(near, key=lambda each: (each[1], each[0], each[2]))[3]
    note = f"gần số {nearest.house_number} {read.street}"
    return Located(point_of(nearest.point), Placement.STREET, note)


def _by_street(known: Sequence[AddressPoint], read: ReadAddress) -> Located:
    streets = [row for row in known if not row.house_number]
    if not streets:
        return _waits(f"chưa biết số {read.house_number or '?'} đường {read.street}")
    if _spread_m(known) > _SHORT_STREET_M:
        return _waits(f"đường {read.street} dài, chưa biết số {read.house_number or '?'}")
    return Located(point_of(streets[0].point), Placement.STREET, f"đường {read.street}")


def _waits(note: str) -> Located:
    return Located(None, Placement.TO_PLACE, note[:400])


def _spread_m(rows: Sequence[AddressPoint]) -> float:
    """Distance from the first point to the furthest other, metres."""
    first = point_of(rows[0].point)
    return max(first.distance_m(point_of(row.point)) for row in rows)


def _leading_number(house: str) -> int | None:
    found = re.match(r"K?(\d+)", house)
    return int(found[1]) if found else None


def _unit_key(name: str) -> str:
    return re.sub(r"^(phuong|xa|thi tran|dac khu|p) ", "", search_key(name))

"""What is closed on a day, as planning asks for it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from backend.places.models import Address, Office, PlaceKind
from backend.planning.closing.models import Closing
from routing import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPlaces:
    """Places as a problem names them (`OFFICE:id`), and codes of zones."""

    places: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.places or self.zones)

    def has(self, here: Location) -> bool:
        """Whether nothing can be done there."""
        return here.place in self.places or (here.area != "" and here.area in self.zones)

    def __or__(self, other: "ClosedPlaces") -> "ClosedPlaces":
        return ClosedPlaces(places=self.places | other.places, zones=self.zones | other.zones)


def closed_offices(ids: set[uuid.UUID]) -> ClosedPlaces:
    """Offices alone."""
    return ClosedPlaces(places=frozenset(f"{PlaceKind.OFFICE.value}:{each}" for each in ids))


def read_closed(session: Session, province_code: str, day: date) -> ClosedPlaces:
    """Everything that is closed on a day by a closing in force."""
    rows = session.execute(
        select(Closing.office_id, Closing.zone_code).where(
            Closing.province_code == province_code,
            Closing.service_date == day,
            Closing.reopened_at.is_(None),
        )
    ).all()
    offices = {row.office_id for row in rows if row.office_id is not None}
    zones = frozenset(row.zone_code for row in rows if row.zone_code is not None)
    return closed_offices(offices) | ClosedPlaces(zones=zones)


def select_places(
    province_code: str, closings: Iterable[Closing]
) -> tuple[Select[uuid.UUID], Select[uuid.UUID]]:
    """Offices and doors where some closings let nothing be done, whatever else is closed."""
    rows = list(closings)
    zones = [row.zone_code for row in rows if row.zone_code is not None]
    named = [row.office.id for row in rows if row.office is not None]
    offices = select(Office.id).where(
        Office.province_code == province_code,
        or_(Office.zone_code.in_(zones), Office.id.in_(named)),
    )
    homes = select(Address.id).where(
        Address.province_code == province_code, Address.zone_code.in_(zones)
    )
    return offices, homes

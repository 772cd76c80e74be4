"""What is closed on a day, as planning asks for it."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.places.models import PlaceKind
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

"""Zone codes that somebody typed: one that nothing bears would close nothing, in silence."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.places.errors import ZoneUnknown
from backend.places.models import Address, AdministrativeUnit, Office, PostOffice

_BEARERS = (AdministrativeUnit, Office, PostOffice, Address)


def demand_known_zones(
    session: Session, province_code: str, codes: Collection[str], *, field: str
) -> None:
    """Raises ZoneUnknown, naming the input field, for a code that nothing of the province bears."""
    unknown = set(codes)
    for table in _BEARERS:
        if unknown:
            borne = select(table.zone_code).where(
                table.province_code == province_code, table.zone_code.in_(unknown)
            )
            unknown -= {code for code in session.scalars(borne.distinct()) if code is not None}
    for code in codes:
        if code in unknown:
            raise ZoneUnknown(zone=code, fields={field: ZoneUnknown.action})

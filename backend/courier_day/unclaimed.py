"""Each night: what has waited at post offices for six months is noted as unclaimed."""

from datetime import date

from sqlalchemy import select

from backend import clock, database
from backend.courier_day.interventions.counter import declare_unclaimed
from backend.logs import get_logger
from backend.places.models import PostOffice

log = get_logger(__name__)


class NightRound:
    """Looks once a local day, at the first call of the day; a failed look is made again.

    A worker that starts again in the daytime looks again, which notes nothing twice.
    """

    def __init__(self) -> None:
        self._looked_on: date | None = None

    def look(self) -> int:
        """Every province in its own transaction; how many dossiers were noted."""
        today = clock.today_local()
        if self._looked_on == today:
            return 0
        with database.snapshot() as session:
            provinces = session.scalars(select(PostOffice.province_code).distinct()).all()
        noted = 0
        for province_code in sorted(provinces):
            with database.unit_of_work() as session:
                found = len(declare_unclaimed(session, province_code, today))
            if found:
                log.info("unclaimed_noted", province=province_code, dossiers=found)
            noted += found
        self._looked_on = today
        return noted

"""Tables of ways that a process keeps and grows: doors that somebody looked at once are not looked
at again, whether for an offer, an edit or a replan."""

import uuid
from threading import Lock

from geodata.growing_table import GrowingTable
from geodata.travel_tables import TravelTimes

TABLES_KEPT = 8
"""One an area and state of the roads, some 2 MB each at 400 places and 150 MB at most."""

_tables: dict[tuple[str, uuid.UUID], GrowingTable] = {}
"""Newest last."""
_guard = Lock()


def keep_table(travel: TravelTimes, area_id: uuid.UUID) -> GrowingTable:
    """The table of an area's places."""
    key = (travel.fingerprint, area_id)
    with _guard:
        table = _tables.pop(key, None) or GrowingTable(travel)
        _tables[key] = table
        while len(_tables) > TABLES_KEPT:
            del _tables[next(iter(_tables))]
    return table

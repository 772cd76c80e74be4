"""Places and roads: units, offices, addresses, calendars, travel times. Knows no database, no web.

Import from the modules: `geodata.point`, `geodata.calendar`, `geodata.offices`, `geodata.units`,
`geodata.address`, `geodata.address_index`, `geodata.travel_times`, `geodata.roads_build`.
"""

from geodata.errors import GeodataError, InvalidGeodata, NoRoute, RoadBuildFailed, RoadDataMissing
from geodata.point import Point

__all__ = [
    "GeodataError",
    "InvalidGeodata",
    "NoRoute",
    "Point",
    "RoadBuildFailed",
    "RoadDataMissing",
]

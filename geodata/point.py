"""A place on the Earth, and the distance between two of them.

WGS 84 degrees everywhere; latitude comes first in code, longitude first in GeoJSON.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.errors import InvalidGeodata

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), metres."""

M_PER_DEGREE_LAT = math.pi * EARTH_RADIUS_M / 180.0
"""Metres in one degree of latitude on the sphere used here."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place: latitude and longitude in WGS 84 degrees.

    Raises InvalidGeodata for numbers that are no place, and says so when latitude and longitude
    look swapped, which in Viet Nam always shows (no latitude is above 90).
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise InvalidGeodata(
                f"({self.lat}, {self.lon}) is not a place.", "Give two numbers in degrees."
            )
        if not -90.0 <= self.lat <= 90.0:
            swapped = -90.0 <= self.lon <= 90.0
            raise InvalidGeodata(
                f"Latitude {self.lat} is outside -90..90.",
                "Latitude and longitude look swapped." if swapped else "Give degrees.",
            )
        if not -180.0 <= self.lon <= 180.0:
            raise InvalidGeodata(f"Longitude {self.lon} is outside -180..180.", "Give degrees.")

    @classmethod
    def from_lon_lat(cls, coordinate: Sequence[float]) -> "Point":
        """The point of a GeoJSON position [lon, lat]."""
        if len(coordinate) < 2:
            raise InvalidGeodata(f"{list(coordinate)} is not a position.", "Give [lon, lat].")
        return cls(float(coordinate[1]), float(coordinate[0]))

    @property
    def lon_lat(self) -> tuple[float, float]:
        """The point as a GeoJSON position."""
        return (self.lon, self.lat)

    def distance_m(self, other: "Point") -> float:
        """Great-circle distance in metres."""
        return float(distances_m([self], [other])[0, 0])


def distances_m(origins: Sequence[Point], targets: Sequence[Point]) -> npt.NDArray[np.float64]:
    """Great-circle distances in metres: one row an origin, one column a target."""
    from_lat, from_lon = _radians(origins)
    to_lat, to_lon = _radians(targets)
    half_lat = (to_lat[None, :] - from_lat[:, None]) / 2.0
    half_lon = (to_lon[None, :] - from_lon[:, None]) / 2.0
    chord = (
        np.sin(half_lat) ** 2
        + np.cos(from_lat)[:, None] * np.cos(to_lat)[None, :] * np.sin(half_lon) ** 2
    )
    result: npt.NDArray[np.float64] = (
        2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    )
    return result


def _radians(points: Sequence[Point]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return (
        np.radians(np.array([point.lat for point in points], dtype=np.float64)),
        np.radians(np.array([point.lon for point in points], dtype=np.float64)),
    )


def to_plane(
    points: Sequence[Point], origin: Point
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Metres east and north of `origin`; true within a province (error under 0.2 % at 100 km)."""
    metres_per_lon = M_PER_DEGREE_LAT * math.cos(math.radians(origin.lat))
    east = np.array([(point.lon - origin.lon) * metres_per_lon for point in points])
    north = np.array([(point.lat - origin.lat) * M_PER_DEGREE_LAT for point in points])
    return east, north


def from_plane(east_m: float, north_m: float, origin: Point) -> Point:
    """The inverse of `to_plane` for one place."""
    metres_per_lon = M_PER_DEGREE_LAT * math.cos(math.radians(origin.lat))
    return Point(origin.lat + north_m / M_PER_DEGREE_LAT, origin.lon + east_m / metres_per_lon)

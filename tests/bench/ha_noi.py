"""Inner Hà Nội as a town of the bench: places on its real roads, rides as OSRM finds them.

The extract is found through TANNOI_TEST_DATA; its roads are built once and kept.
"""

import fcntl
import hashlib
from pathlib import Path

import numpy as np

from geodata.roads_build import PROFILE, build_roads
from geodata.travel_tables import UNREACHABLE
from geodata.travel_times import open_travel_times
from routing import TravelMatrix
from tests.bench.towns import Town, districts_of
from tests.builders.real_days import random_places_on_roads

HA_NOI = (105.78, 20.98, 105.88, 21.07)
"""West, south, east, north of the inner districts: 10 × 10 km, across the Tô Lịch to the Hồng."""

HA_NOI_FILE = "roads/hanoi_inner_drive.osm.pbf"

M_PER_DEGREE = (104_000, 110_700)
"""Metres a degree of longitude and of latitude at 21° N."""


def inner_ha_noi(
    test_data: Path, cache: Path, *, seed: int, counters: int, post_offices: int, homes: int
) -> Town:
    """Places drawn on the road network and the rides between them as OSRM finds them."""
    travel = open_travel_times(_roads(test_data / HA_NOI_FILE, cache))
    drawn = random_places_on_roads(travel, HA_NOI, 2 * (counters + post_offices + homes), seed)
    table = travel.matrix(drawn)
    # A place on a cut-off piece of road reaches nothing: the day is made of the others.
    reached = (table.duration_s < UNREACHABLE).sum(axis=0) > len(drawn) // 2
    kept = np.flatnonzero(reached)[: counters + post_offices + homes]
    durations = table.duration_s[np.ix_(kept, kept)]
    distances = table.distance_m[np.ix_(kept, kept)]
    if int(durations.max()) >= UNREACHABLE:
        raise RuntimeError("two places of the day have no way between them: choose another seed")
    west, south, east, north = HA_NOI
    x, y = M_PER_DEGREE
    points = [((drawn[i].lon - west) * x, (drawn[i].lat - south) * y) for i in kept.tolist()]
    width, height = (east - west) * x, (north - south) * y
    centres = [(width * (i + 0.5) / 3, height * (j + 0.5) / 2) for i in range(3) for j in range(2)]
    matrix = TravelMatrix(durations, distances)
    return Town(matrix, districts_of(points, centres), tuple(points), counters, post_offices)


def _roads(osm_file: Path, cache: Path) -> Path:
    """The folder of built roads that the tests keep too; one process builds, others wait."""
    content = hashlib.sha256(osm_file.read_bytes() + PROFILE.read_bytes()).hexdigest()[:12]
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{osm_file.name.partition('.')[0]}-{content}"
    with (cache / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_roads(osm_file, folder)
    return folder

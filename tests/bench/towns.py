"""Where a bench day happens: homes, counters and post offices, and the rides between them.

A generated town, or inner Hà Nội on its real roads (found through TANNOI_TEST_DATA).
"""

import fcntl
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.roads_build import PROFILE, build_roads
from geodata.travel_tables import UNREACHABLE
from geodata.travel_times import open_travel_times
from routing import TravelMatrix
from tests.builders.real_days import random_places_on_roads

HA_NOI = (105.78, 20.98, 105.88, 21.07)
"""West, south, east, north of the inner districts: 10 × 10 km, across the Tô Lịch to the Hồng."""

HA_NOI_FILE = "roads/hanoi_inner_drive.osm.pbf"

RADIUS_M = 6000
DISTRICTS = 6
DETOUR = 1.36
"""Way on the road per metre in a straight line, in a town with few bridges."""

SPEED_M_S = 25 / 3.6
"""A motorbike in town, all traffic."""


@dataclass(frozen=True, slots=True)
class Town:
    """Indices of the matrix: counters first, then post offices, then homes. `areas` has one name
    per index; `xy` are metres east and north of the middle."""

    matrix: TravelMatrix
    areas: tuple[str, ...]
    xy: tuple[tuple[float, float], ...]
    counters: int
    post_offices: int


def a_generated_town(chance: random.Random, counters: int, post_offices: int, homes: int) -> Town:
    """Homes around six district centres; straight line × 1.36 with one-way streets of up to 5 %."""
    centres = [_on_disc(chance, RADIUS_M * 0.75) for _ in range(DISTRICTS)]
    points = [_on_disc(chance, RADIUS_M * 0.7) for _ in range(counters + post_offices)]
    for _ in range(homes):
        x, y = chance.choice(centres)
        points.append((chance.gauss(x, RADIUS_M / 5), chance.gauss(y, RADIUS_M / 5)))
    x, y = np.array(points).T
    metres = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]) * DETOUR
    one_way = np.random.default_rng(chance.randrange(1 << 30)).random(metres.shape)
    metres *= 1 + 0.05 * one_way
    np.fill_diagonal(metres, 0)
    matrix = TravelMatrix((metres / SPEED_M_S).astype(int), metres.astype(int))
    return Town(matrix, _areas(points, centres), tuple(points), counters, post_offices)


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
    points = [
        ((drawn[i].lon - west) * 104_000, (drawn[i].lat - south) * 110_700) for i in kept.tolist()
    ]
    width, height = (east - west) * 104_000, (north - south) * 110_700  # metres a degree at 21° N
    centres = [(width * (i + 0.5) / 3, height * (j + 0.5) / 2) for i in range(3) for j in range(2)]
    matrix = TravelMatrix(durations, distances)
    return Town(matrix, _areas(points, centres), tuple(points), counters, post_offices)


def _on_disc(chance: random.Random, radius: float) -> tuple[float, float]:
    return chance.gauss(0, radius / 1.5), chance.gauss(0, radius / 1.5)


def _areas(
    points: Sequence[tuple[float, float]], centres: Sequence[tuple[float, float]]
) -> tuple[str, ...]:
    """Each point belongs to the nearest centre's district."""

    def district(point: tuple[float, float]) -> int:
        return min(
            range(len(centres)),
            key=lambda n: (centres[n][0] - point[0]) ** 2 + (centres[n][1] - point[1]) ** 2,
        )

    return tuple(f"district-{district(point)}" for point in points)


def _roads(osm_file: Path, cache: Path) -> Path:
    """The folder of built roads that the tests keep too; one process builds, others wait."""
    content = hashlib.sha256(osm_file.read_bytes() + PROFILE.read_bytes()).hexdigest()[:12]
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{osm_file.name.partition('.')[0]}-{content}"
    with (cache / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_roads(osm_file, folder)
    return folder

"""Where a bench day happens: homes, counters and post offices, and the rides between them.

Here a generated town; `ha_noi` has a real one.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing import TravelMatrix

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
    return Town(matrix, districts_of(points, centres), tuple(points), counters, post_offices)


def _on_disc(chance: random.Random, radius: float) -> tuple[float, float]:
    return chance.gauss(0, radius / 1.5), chance.gauss(0, radius / 1.5)


def districts_of(
    points: Sequence[tuple[float, float]], centres: Sequence[tuple[float, float]]
) -> tuple[str, ...]:
    """The district of each point: that of the nearest centre."""

    def district(point: tuple[float, float]) -> int:
        return min(
            range(len(centres)),
            key=lambda n: (centres[n][0] - point[0]) ** 2 + (centres[n][1] - point[1]) ** 2,
        )

    return tuple(f"district-{district(point)}" for point in points)

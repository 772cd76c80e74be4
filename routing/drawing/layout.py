"""Where to draw each place: its coordinates if known, else a plane that fits the ride times."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from routing.problem import Problem
from routing.solution import Solution

ROUNDS = 60
"""Of the power method: the two longest axes of a city are apart after a few dozen."""


def used_indices(problem: Problem, solution: Solution) -> list[int]:
    """Matrix indices that a picture shows: ends of used vehicles, every task, done or not."""
    used = {route.vehicle_id for route in solution.routes}
    found: set[int] = set()
    for vehicle in problem.vehicles:
        if vehicle.id in used:
            ends = (vehicle.start, vehicle.end)
            found |= {location.matrix_index for location in ends if location is not None}
    found |= {
        visit.location.matrix_index
        for route in solution.routes
        for visit in route.visits
        if visit.location is not None
    }
    return sorted(found)


def positions(
    problem: Problem, indices: Sequence[int], known: Mapping[int, tuple[float, float]]
) -> tuple[dict[int, tuple[float, float]], bool]:
    """(x, y) with y upwards per index, and whether they are real coordinates."""
    if indices and all(index in known for index in indices):
        return {index: known[index] for index in indices}, True
    matrix = next(iter(problem.matrices.values()))
    table = matrix.duration_s[np.ix_(indices, indices)].astype(np.float64)
    plane = _plane(np.where(table < 0, table.max(initial=0.0), table))
    return {
        index: (float(x), float(y)) for index, (x, y) in zip(indices, plane, strict=True)
    }, False


def _plane(rides: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Classical scaling (Torgerson, 1952): points of a plane about as far apart as the rides."""
    size = len(rides)
    squared = ((rides + rides.T) / 2) ** 2
    centred = squared - squared.mean(axis=0) - squared.mean(axis=1)[:, None] + squared.mean()
    products = -centred / 2
    axes = np.random.default_rng(1).standard_normal((size, 2))
    for _ in range(ROUNDS):
        axes, _ = np.linalg.qr(products @ axes)
        if axes.shape[1] < 2:  # a single place
            return np.zeros((size, 2))
    lengths = np.sqrt(np.maximum((axes * (products @ axes)).sum(axis=0), 0.0))
    return np.asarray(axes * lengths)

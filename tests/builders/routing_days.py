"""Seeded courier days for the routing library: homes, offices with a lunch gap, couriers."""

import random
from dataclasses import dataclass

import numpy as np

from routing import (
    Break,
    Costs,
    Location,
    Problem,
    Shipment,
    Task,
    TimeWindow,
    TravelMatrix,
    Vehicle,
)

HOUR = 3600
OFFICE_HOURS = (
    ((7, 30, 11, 30), (13, 0, 17, 0)),
    ((7, 30, 11, 30), (13, 30, 16, 45)),
    ((7, 0, 11, 0), (13, 0, 16, 30)),
)
SLOTS = ((7, 30), (8, 0), (9, 0), (9, 30), (10, 0), (13, 0), (13, 30), (14, 0), (14, 30))
SPEED_M_S = 25 / 3.6  # a motorbike in town, all traffic


@dataclass(frozen=True)
class DayShape:
    """How large a generated day is. One visit is one home: a shipment home ⇄ office."""

    visits: int = 300
    offices: int = 8
    post_offices: int = 3
    couriers: int = 20
    mixed_hours: bool = False
    radius_m: int = 6000


def _clock(hour: int, minute: int) -> int:
    return hour * HOUR + minute * 60


def _windows(hours: tuple[tuple[int, int, int, int], ...]) -> tuple[TimeWindow, ...]:
    return tuple(TimeWindow(start=_clock(a, b), end=_clock(c, d)) for a, b, c, d in hours)


def a_courier_day(seed: int = 1, shape: DayShape | None = None) -> Problem:
    """A day of one city: 60 % collections (home → office), 40 % returns (office → home)."""
    shape = shape or DayShape()
    chance = random.Random(seed)
    points = [
        (chance.gauss(0, shape.radius_m / 2), chance.gauss(0, shape.radius_m / 2))
        for _ in range(shape.offices + shape.post_offices + shape.visits)
    ]
    shipments = tuple(_visit(chance, shape, number) for number in range(shape.visits))
    vehicles = tuple(_courier(chance, shape, number) for number in range(shape.couriers))
    return Problem(
        vehicles=vehicles,
        shipments=shipments,
        matrices={"default": _matrix(chance, points)},
        load_dimensions=("dossiers", "cash_kvnd"),
    )


def _matrix(chance: random.Random, points: list[tuple[float, float]]) -> TravelMatrix:
    """Straight line × 1.36 with a little one-way asymmetry."""
    x, y = np.array(points).T
    metres = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]) * 1.36
    metres *= 1 + 0.05 * np.random.default_rng(chance.randrange(1 << 30)).random(metres.shape)
    np.fill_diagonal(metres, 0)
    return TravelMatrix((metres / SPEED_M_S).astype(int), metres.astype(int))


def _visit(chance: random.Random, shape: DayShape, number: int) -> Shipment:
    office = chance.randrange(shape.offices)
    hours = OFFICE_HOURS[office % len(OFFICE_HOURS)] if shape.mixed_hours else OFFICE_HOURS[0]
    start = _clock(*chance.choice(SLOTS))
    home = Location(matrix_index=shape.offices + shape.post_offices + number)
    counter = Location(matrix_index=office, place=f"office-{office}")
    slot = (TimeWindow(start=start, end=start + 2 * HOUR),)
    dossiers = chance.choice((1, 1, 1, 2, 3))
    fee = chance.choice((0, 0, 30, 60))
    if chance.random() < 0.6:
        pickup = Task(
            id=f"home-{number}",
            location=home,
            setup_s=120,
            service_s=300,
            windows=slot,
            load_change=(dossiers, fee),
        )
        delivery = Task(
            id=f"counter-{number}",
            location=counter,
            setup_s=300,
            service_s=60,
            windows=_windows(hours),
            load_change=(-dossiers, 0),
        )
    else:
        pickup = Task(
            id=f"counter-{number}",
            location=counter,
            setup_s=300,
            service_s=60,
            windows=_windows(hours),
            load_change=(dossiers, 0),
        )
        delivery = Task(
            id=f"home-{number}",
            location=home,
            setup_s=120,
            service_s=240,
            windows=slot,
            load_change=(-dossiers, fee),
        )
    return Shipment(
        id=f"visit-{number}",
        pickups=(pickup,),
        deliveries=(delivery,),
        priority=chance.choice((0, 0, 0, 5)),
    )


def _courier(chance: random.Random, shape: DayShape, number: int) -> Vehicle:
    home_base = Location(matrix_index=shape.offices + number % shape.post_offices)
    starts, ends = chance.choice(((7, 17), (7, 17), (7, 18), (8, 17)))
    lunch = Break(
        id="lunch",
        window=TimeWindow(start=_clock(11, 0), end=_clock(13, 0)),
        duration_s=45 * 60,
    )
    return Vehicle(
        id=f"courier-{number}",
        start=home_base,
        end=home_base if number % 5 else None,
        shift=TimeWindow(start=starts * HOUR, end=ends * HOUR),
        capacity=(35, 3000),
        breaks=(lunch,),
        costs=Costs(fixed=900, per_hour=3600),
    )

"""The problem of one day as a seeded generator: what all engines of the bench are given.

Few counters with two windows around the lunch gap, two-hour slots at home, couriers of several
post offices with 45 minutes off around noon, satchels, unfamiliar districts, releases, prices for
work left undone. A collection goes home → counter, a return counter → home.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from routing import (
    Break,
    Costs,
    Location,
    Problem,
    Shipment,
    Task,
    TimeWindow,
    Vehicle,
)
from tests.bench.towns import Town, a_generated_town

HOUR = 3600
FIXED = 900
"""Cost units (seconds of riding) for each courier called in."""

PRICE_UNDONE, PRICE_URGENT = 7_200, 14_400
"""Cost units for a visit left undone: two and four hours of riding, above what any visit costs."""

COLLECTIONS = 0.6
MORNING, AFTERNOON = (7.5, 11.5), (13.0, 17.0)
LAST_HAND_IN = (11.5, 16.5)
"""Hours after which a counter takes no more papers. The morning's is the gap's, so that peers with
one window a task lose little by leaving the gap out."""

SLOTS = (7.5, 8.0, 9.0, 9.5, 10.0, 13.0, 13.5, 14.0, 14.5)
RETURN_SLOTS = (*SLOTS, 15.0)
SHIFTS = ((7.0, 17.0), (7.0, 17.0), (7.0, 17.5), (7.5, 17.5), (8.0, 18.0), (7.0, 12.0))
"""The last one is a half day, without a break."""


@dataclass(frozen=True, slots=True)
class DaySize:
    """How many of what; one visit is one shipment between a home and a counter."""

    visits: int
    counters: int
    post_offices: int
    couriers: int


def size_of(visits: int) -> DaySize:
    """A town of that many visits a day: couriers enough that some stay at home."""
    return DaySize(
        visits=visits,
        counters=max(3, min(12, round(visits / 40)), visits // 100),
        post_offices=max(2, min(8, round(visits / 100))),
        couriers=max(4, round(visits * 0.075) + 1),
    )


def a_bench_day(visits: int, seed: int, town: Town | None = None) -> Problem:
    """A day of that many visits; the same numbers give the same problem. Raises ValueError when
    `town` was made for another size."""
    size = size_of(visits)
    chance = random.Random(seed)
    if town is None:
        town = a_generated_town(chance, size.counters, size.post_offices, visits)
    if len(town.xy) != size.counters + size.post_offices + visits:
        raise ValueError(f"the town has {len(town.xy)} places, not those of {visits} visits")
    return Problem(
        vehicles=tuple(_courier(chance, town, number) for number in range(size.couriers)),
        shipments=tuple(_visit(chance, town, number) for number in range(visits)),
        matrices={"default": town.matrix},
        load_dimensions=("dossiers",),
    )


def _s(hours: float) -> int:
    return round(hours * HOUR)


def _window(start: float, end: float) -> TimeWindow:
    return TimeWindow(start=_s(start), end=_s(end))


def _location(town: Town, index: int) -> Location:
    return Location(matrix_index=index, area=town.areas[index])


def _visit(chance: random.Random, town: Town, number: int) -> Shipment:
    home_index = town.counters + town.post_offices + number
    dossiers = chance.choice((1, 1, 1, 2, 3))
    urgent = chance.random() < 0.15
    collected = chance.random() < COLLECTIONS
    slot = chance.choice(SLOTS if collected else RETURN_SLOTS)
    counter_index = chance.choice(_nearest(town, home_index, range(town.counters))[:3])
    released = not collected and chance.random() < 0.3
    home = Task(
        id=f"home-{number}",
        location=_location(town, home_index),
        setup_s=120,
        service_s=300 if collected else 240,
        windows=(_window(slot, slot + 2),),
        load_change=(dossiers if collected else -dossiers,),
    )
    ends = LAST_HAND_IN if collected else (MORNING[1], AFTERNOON[1])
    counter = Task(
        id=f"counter-{number}",
        location=_location(town, counter_index),
        setup_s=300,
        service_s=60,
        windows=(_window(MORNING[0], ends[0]), _window(AFTERNOON[0], ends[1])),
        load_change=(-dossiers if collected else dossiers,),
        release_s=_s(max(8.0, slot - chance.choice((0.5, 1.5)))) if released else 0,
    )
    return Shipment(
        id=f"visit-{number}",
        pickups=(home if collected else counter,),
        deliveries=(counter if collected else home,),
        priority=5 if urgent else 0,
        penalty=PRICE_URGENT if urgent else PRICE_UNDONE,
    )


def _courier(chance: random.Random, town: Town, number: int) -> Vehicle:
    base_index = town.counters + number % town.post_offices
    base = Location(matrix_index=base_index)
    starts, ends = SHIFTS[0] if number < town.post_offices else chance.choice(SHIFTS)
    lunch = Break(id=f"lunch-{number}", window=_window(11.0, 12.5), duration_s=45 * 60)
    return Vehicle(
        id=f"courier-{number}",
        start=base,
        end=None if number % 5 == 4 else base,
        shift=_window(starts, ends),
        capacity=(chance.choice((30, 35, 40)),),
        breaks=(lunch,) if ends > 12.5 else (),
        familiar_areas=_familiar(town, base_index),
        unfamiliar_setup_s=60,
        costs=Costs(fixed=FIXED, per_hour=HOUR),
    )


def _familiar(town: Town, base: int) -> frozenset[str]:
    """The two districts that hold most of the third of all homes nearest to the post office."""
    homes = range(town.counters + town.post_offices, len(town.xy))
    near = [town.areas[index] for index in _nearest(town, base, homes)[: len(homes) // 3]]
    by_count = sorted(set(near), key=lambda area: (-near.count(area), area))
    return frozenset(by_count[:2])


def _nearest(town: Town, origin: int, others: Sequence[int]) -> list[int]:
    row = town.matrix.duration_s[origin]
    return sorted(others, key=lambda index: (int(row[index]), index))

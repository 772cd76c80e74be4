"""Small random problems in VROOM's own JSON, with every field that we read at one time or other."""

import random
from typing import Any

SPEEDS = (1, 1, 1, 0.5, 2)
"""Factors at which whole seconds stay whole, for even rides."""


def a_vroom_problem(seed: int) -> dict[str, Any]:
    """A seeded problem: rides and distances on a plane, 1 to 3 vehicles, up to 8 tasks."""
    dice = random.Random(seed)
    size = dice.randint(3, 7)
    spots = [(dice.randint(0, 40), dice.randint(0, 40)) for _ in range(size)]
    durations = [[2 * (12 * abs(a - c) + 9 * abs(b - d)) for c, d in spots] for a, b in spots]
    distances = [
        [7 * cell + (0 if i == j else 3) for j, cell in enumerate(row)]
        for i, row in enumerate(durations)
    ]
    with_distances = dice.random() < 0.6
    amounts = dice.randint(0, 2)
    problem: dict[str, Any] = {
        "vehicles": [
            _vehicle(dice, number, size, amounts, with_distances)
            for number in range(1, dice.randint(1, 3) + 1)
        ],
        "jobs": [_job(dice, number, size, amounts) for number in range(1, dice.randint(1, 5) + 1)],
        "shipments": [
            _shipment(dice, number, size, amounts) for number in range(1, dice.randint(0, 3) + 1)
        ],
        "matrices": {"bike": {"durations": durations}},
    }
    if with_distances:
        problem["matrices"]["bike"]["distances"] = distances
    return problem


def _vehicle(
    dice: random.Random, number: int, size: int, amounts: int, with_distances: bool
) -> dict[str, Any]:
    vehicle: dict[str, Any] = {"id": number, "profile": "bike", "type": "van"}
    ends = dice.choice([("start",), ("end",), ("start", "end"), ("start", "end")])
    vehicle |= {f"{end}_index": dice.randrange(size) for end in ends}
    costs = {"fixed": dice.choice([0, 0, 900]), "per_hour": dice.choice([3600, 3600, 1234])}
    if with_distances:
        costs["per_km"] = dice.choice([0, 3, 50])
    vehicle["costs"] = costs
    vehicle["speed_factor"] = dice.choice(SPEEDS)
    if amounts:
        vehicle["capacity"] = [dice.randint(3, 6) for _ in range(amounts)]
    if dice.random() < 0.5:
        vehicle["skills"] = [1, 2]
    if dice.random() < 0.7:
        opens = dice.randint(0, 2000)
        vehicle["time_window"] = [opens, opens + dice.randint(6000, 12000)]
        if dice.random() < 0.6:
            vehicle["breaks"] = [
                {
                    "id": rank,
                    "service": dice.choice([0, 300, 900]),
                    "time_windows": [[at := opens + 1500 * rank, at + dice.randint(600, 2500)]],
                }
                for rank in range(1, dice.randint(1, 2) + 1)
            ]
    if dice.random() < 0.2:
        vehicle["max_tasks"] = dice.randint(2, 6)
    if dice.random() < 0.2:
        vehicle["max_travel_time"] = dice.randint(1500, 6000)
    if with_distances and dice.random() < 0.2:
        vehicle["max_distance"] = dice.randint(15000, 60000)
    return vehicle


def _action(dice: random.Random, size: int) -> dict[str, Any]:
    action: dict[str, Any] = {
        "location_index": dice.randrange(size),
        "setup": dice.choice([0, 60, 120]),
        "service": dice.choice([0, 45, 300]),
    }
    if dice.random() < 0.2:
        action["service_per_type"] = {"van": 77}
    if dice.random() < 0.5:
        opens = dice.randint(0, 6000)
        action["time_windows"] = [[opens, opens + dice.randint(300, 3000)]]
        if dice.random() < 0.4:
            later = action["time_windows"][0][1] + dice.randint(500, 1500)
            action["time_windows"].append([later, later + 1500])
    return action


def _job(dice: random.Random, number: int, size: int, amounts: int) -> dict[str, Any]:
    job = {"id": number, "priority": dice.choice([0, 0, 10]), **_action(dice, size)}
    if amounts:
        side = dice.choice(["delivery", "pickup", "both"])
        for name in ("delivery", "pickup"):
            if side in {name, "both"}:
                job[name] = [dice.randint(0, 2) for _ in range(amounts)]
    if dice.random() < 0.2:
        job["skills"] = [2]
    return job


def _shipment(dice: random.Random, number: int, size: int, amounts: int) -> dict[str, Any]:
    shipment: dict[str, Any] = {
        "pickup": {"id": number, **_action(dice, size)},
        "delivery": {"id": number, **_action(dice, size)},
    }
    if amounts:
        shipment["amount"] = [dice.randint(0, 2) for _ in range(amounts)]
    return shipment

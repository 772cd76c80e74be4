"""The temperature of the search: what a worse plan may cost more and still be kept for a while.

It falls by the same factor in equal shares of the budget (Kirkpatrick, Gelatt and Vecchi 1983).
"""

from collections.abc import Mapping

from routing.engines.ruin_recreate.columns import LENGTH, METRES, PER_METRE, PER_SECOND, RIDE
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.vehicles_first import Objective

WARMEST = 1.0
COOLEST: Mapping[Objective, float] = {"cost": 0.1, "vehicles-first": 0.03}
"""At the start and at the end, in parts of the average riding cost of a work. Bench days ended at
0.1 and at 0.04, the mean of one or two runs of each: after 30 s 600 visits (seeds 1-3) 130,599 and
130,753, 137,433 and 138,613, 130,216 and 131,704, 300 visits 86,244 and 84,971, 87,097 and 87,298,
86,480 and 89,260; after 10 s 600 visits 132,613 and 133,683, 141,852 and 140,522, 300 visits seed 2
87,397 and 88,346. On a busy machine 0.04 was up to 2 % better at 600 visits after 10 s of processor
time, 0.015 worse than both. With half as many rounds a second, 300 visits after 8 s: 1.0 to 0.1
125,464, 0.4 to 0.1 127,179, 1.0 to 0.2 125,737, 1.0 to 0.03 126,641, 0.1 to 0.004 134,289.
Vehicles first, distance above the best known after 3 s (seeds 1-2): bar-n200-3 2.1 % at 0.1, 0.8 %
at 0.03; lrc2_2_3 0.3 % and 0.7 %; in one run of 4 s lr1_4_3 9.6 % and 8.3 %, poa-n400-3 6.8 % and
5.1 %."""

LONG_ROUTE, LONG_WARMEST = 40, 15.0
"""Vehicles first, the start where routes hold so many tasks on average: much riding is shared, and
two plans differ by more than what riding for one work costs. Distance above the best known after
5 s of processor time (seed 2), begun at 1, 5 and 15: lrc2_2_3 (50 tasks a route) 11.3, 8.6 and
2.0 %, nyc-n400-3 (57) 4.6, 3.2 and 2.5 %; but bar-n200-3 (22) -0.3, 1.3 and 1.2 %, lrc1_2_3 (15)
0.2, 0.2 and 2.3 %."""

FLEET_WARMEST, FLEET_COOLEST = 0.4, 0.02
"""The same while vehicles are saved, where riding only breaks ties."""


class Cooling:
    """Falls from the warmest to the coolest by the same factor in equal shares of the budget."""

    def __init__(
        self, riding: float, warmest: float = WARMEST, coolest: float = COOLEST["cost"]
    ) -> None:
        """`riding`: cost of a work's riding, in 1/SCALE units."""
        self._warmest = warmest * riding
        self._part = coolest / warmest

    def at(self, share: float) -> float:
        """After a share of the budget, from 0 to 1."""
        return float(self._warmest * self._part**share)

    def stretch(self, begin: float, end: float) -> "Cooling":
        """As it falls between two shares of the budget."""
        return Cooling(1.0, self.at(begin), self.at(end))


def cooling_of(instance: Instance, plan: PlanState, objective: Objective) -> Cooling:
    """How a search that goes on from the plan cools."""
    lengths = plan.routes[:, LENGTH]
    has_long = int(lengths.sum()) >= LONG_ROUTE * max(1, int((lengths > 0).sum()))
    is_hot = objective == "vehicles-first" and has_long
    warmest = LONG_WARMEST if is_hot else WARMEST
    return Cooling(riding_per_work(instance, plan), warmest, COOLEST[objective])


def riding_per_work(instance: Instance, plan: PlanState) -> float:
    """What riding for one work costs on average (1/SCALE units); prices of calling a vehicle in
    say nothing about the differences between plans."""
    routes, vehicles = plan.routes, instance.vehicles
    riding = vehicles[:, PER_SECOND] * routes[:, RIDE] + vehicles[:, PER_METRE] * routes[:, METRES]
    return max(1.0, float(riding[routes[:, LENGTH] > 0].sum()) / max(1, len(instance.works)))

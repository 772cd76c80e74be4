"""Which sold windows lose their room to each courier who could take a visit: by the same search as
when that is tried, so that both say the same."""

from collections.abc import Mapping

from backend.planning.edits.rooms import Rooms, SoldWindow
from backend.planning.edits.rooms_judged import settle
from routing.editing.desk import Orders

type Found = Mapping[str, tuple[SoldWindow, ...]]
"""Vehicle → whose room its offer takes."""


def rooms_taken(rooms: Rooms, before: Orders, without: Orders, offered: Orders) -> Found:
    """`without`: the orders before, without the work that is asked about; `offered`: vehicle →
    its whole order with it. Only routes in which something was sold are looked at."""
    left = [v for v, order in without.items() if tuple(order) != tuple(before.get(v, ()))]
    found = {}
    for vehicle, order in offered.items():
        if not any(rooms.sold_in(v) for v in (vehicle, *left)):
            continue
        after = {**without, vehicle: order}
        _, homeless = settle(rooms, rooms.wide.desk, before, after, with_homeless=False)
        lost = sorted(homeless - rooms.homeless)
        found[vehicle] = tuple(rooms.sold[work] for work in lost)
    return found

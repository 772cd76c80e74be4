"""Where a plan is cut into parts: routes that lie beside each other stay together.

Grouping whole routes by where they lie: Santini, Schneider, Vidal and Vigo, "Decomposition
strategies for vehicle routing heuristics" (2023), by barycentres. Here there are no coordinates:
routes lie beside each other when many homes of one are near homes of the other.
"""

from collections.abc import Mapping

import numpy as np

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.nearness import homes_of

type Group = tuple[Ints, Ints]
"""Sorted numbers of vehicles and of works."""


NEAREST = 16
"""Neighbours of a work that tell which routes lie beside its own. Against cutting between the
middles of routes: 3,000 visits, 20 s of processor time, seed 1, cost after the parts and at the end
463,850 and 449,057 to 478,746 and 447,196, with a fifth fewer rounds on a busier machine."""


class Borders:
    """Cuts plans of one instance, each time elsewhere."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        home, _ = homes_of(instance.tasks, instance.works, instance.options)
        self._homes = instance.tasks[home, c.PLACE]
        self._ride = instance.ride[0]

    def cut(
        self,
        sequences: Mapping[int, Ints],
        left_out: Ints,
        most_works: int,
        chance: np.random.Generator,
    ) -> list[Group]:
        """Groups of at most about so many works. Every vehicle and every work is in one of them:
        idle vehicles are dealt out kind by kind, a work left out joins the nearest route that may
        have it."""
        if not sequences:
            return [(np.arange(len(self._instance.vehicles)), np.arange(len(self._instance.works)))]
        vehicles = np.array(sorted(sequences), dtype=np.int64)
        tasks = self._instance.tasks
        works = [np.unique(tasks[sequences[v], c.WORK]) for v in vehicles.tolist()]
        rows = self._linked(works, most_works, chance)
        middles = np.array([self._middle(each) for each in works], dtype=np.int64)
        group_of = np.empty(len(vehicles), dtype=np.int64)
        for number, group in enumerate(rows):
            group_of[group] = number
        riders = [[vehicles[group]] for group in rows]
        done = [[works[row] for row in group.tolist()] for group in rows]
        idle = np.setdiff1d(np.arange(len(self._instance.vehicles)), vehicles)
        idle = idle[np.argsort(self._instance.vehicles[idle, c.TWIN], kind="stable")]
        order = chance.permutation(len(rows))
        for turn, number in enumerate(order.tolist()):
            riders[number].append(idle[turn :: len(rows)])
        for work in left_out.tolist():
            apart = self._apart(self._homes[[work]], middles)[0]
            barred = ~self._instance.allowed[work, vehicles]
            nearest = int(np.lexsort((apart, barred))[0])
            done[int(group_of[nearest])].append(np.array([work]))
        return [
            (np.sort(np.concatenate(a)), np.sort(np.concatenate(b)))
            for a, b in zip(riders, done, strict=True)
        ]

    def _linked(self, works: list[Ints], most: int, chance: np.random.Generator) -> list[Ints]:
        """Routes in groups of about the same size, at most about `most` works: each begins beside
        the one before, and the route with most works near the group's joins next."""
        sizes = np.array([len(each) for each in works])
        route_of = np.full(len(self._instance.works), len(works), dtype=np.int64)
        for number, each in enumerate(works):
            route_of[each] = number
        here = np.concatenate(works)
        near = route_of[self._instance.near[0, here, :NEAREST]]
        links = np.zeros((len(works) + 1, len(works) + 1), dtype=np.int64)
        np.add.at(links, (np.repeat(route_of[here], near.shape[1]), near.ravel()), 1)
        links = (links + links.T)[:-1, :-1]
        parts = -(-int(sizes.sum()) // most)
        room = sizes.sum() / parts
        groups: list[Ints] = []
        is_open = np.ones(len(works), dtype=np.bool_)
        closed = np.zeros(len(works), dtype=np.int64)
        start = int(chance.integers(len(works)))
        filled = 0
        while is_open.any():
            if groups:
                start = int(np.argmax(np.where(is_open, closed, -1)))
            group, linked = [start], links[start].copy()
            is_open[start] = False
            filled += int(sizes[start])
            while is_open.any() and (filled < room * (len(groups) + 1) or len(groups) + 1 >= parts):
                best = int(np.argmax(np.where(is_open, linked, -1)))
                group.append(best)
                is_open[best] = False
                linked += links[best]
                filled += int(sizes[best])
            closed += linked
            groups.append(np.array(group))
        return groups

    def regions(self, most_works: int, chance: np.random.Generator) -> list[Group]:
        """Groups before there is any route: works by their homes, and vehicles, in proportion, by
        where they start."""
        works, vehicles = len(self._instance.works), self._instance.vehicles
        rows = self._halved(most_works, chance)
        middles = np.array([self._middle(group) for group in rows], dtype=np.int64)
        apart = self._apart(vehicles[:, c.START], middles)
        room = [-(-len(vehicles) * len(group) // works) for group in rows]
        riders: list[list[int]] = [[] for _ in rows]
        free = np.ones(len(vehicles), dtype=np.bool_)
        for at in np.argsort(apart, axis=None, kind="stable").tolist():
            v, number = divmod(at, len(rows))
            if free[v] and len(riders[number]) < room[number]:
                riders[number].append(v)
                free[v] = False
        return [
            (np.array(sorted(a), dtype=np.int64), np.sort(b))
            for a, b in zip(riders, rows, strict=True)
        ]

    def _halved(self, most: int, chance: np.random.Generator) -> list[Ints]:
        """The works in groups of at most so many, by their homes: halved again and again between
        one home and that which lies farthest from it, each on the side to which it lies nearer."""
        groups: list[Ints] = []
        open_groups = [np.arange(len(self._homes))]
        while open_groups:
            rows = open_groups.pop()
            parts = -(-len(rows) // most)
            if parts < 2:
                groups.append(rows)
                continue
            places = self._homes[rows]
            from_one = self._apart(places[[chance.integers(len(rows))]], places)[0]
            from_other = self._apart(places[[np.argmax(from_one)]], places)[0]
            order = rows[np.argsort(from_one - from_other, kind="stable")]
            behind = max(1, len(rows) * (parts // 2) // parts)
            open_groups += [order[behind:], order[:behind]]
        return groups

    def _middle(self, works: Ints) -> int:
        """The place that is reached soonest from all homes of a route, and back."""
        places = self._homes[works]
        return int(places[np.argmin(self._apart(places, places).sum(axis=0))])

    def _apart(self, some: Ints, others: Ints) -> Ints:
        """There and back from some places to others."""
        there: Ints = self._ride[np.ix_(some, others)].astype(np.int64)
        there += self._ride[np.ix_(others, some)].T
        return there

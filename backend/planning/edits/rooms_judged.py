"""Whose sold window would lose its room by a change: asked when somebody looks who can take a
visit, tries, saves, repairs or goes back, and answered each time by the same search for places.
Room is not taken silently, and not walled off (decision 0029)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.database import JsonObject
from backend.errors import Text
from backend.planning.edits.applying import Stage
from backend.planning.edits.errors import RoomSold
from backend.planning.edits.rooms import Rooms, SoldWindow
from backend.planning.edits.violations import Broken, give_way
from backend.planning.new_work import WITHOUT_ROOM
from routing import Problem
from routing.editing.desk import Desk, OpenPlan, Orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What becomes of the windows sold: `lost` had room before, `homeless` have none after, those
    that had none before among them. `orders` hold the others in their places."""

    lost: tuple[SoldWindow, ...]
    homeless: tuple[SoldWindow, ...]
    orders: Orders

    @property
    def told(self) -> JsonObject:
        """What a version notes of it, so that whoever looks at its new work reads it."""
        legs = [str(leg) for each in self.homeless for leg in each.leg_ids]
        return {WITHOUT_ROOM: legs} if legs else {}


def refuse_unread(lost: Iterable[SoldWindow], confirmed: Collection[str]) -> None:
    """Raises RoomSold with each whose loss nobody has confirmed."""
    unread = [each for each in lost if each.key not in confirmed]
    if unread:
        raise RoomSold(
            windows_vi="; ".join(each.words.vi for each in unread),
            windows_en="; ".join(each.words.en for each in unread),
            fields={f"confirmed.{each.key}": Text(vi=each.slot, en=each.slot) for each in unread},
        )


def judge(
    rooms: Rooms,
    first: Stage,
    last: Stage,
    broken: Iterable[Broken] = (),
    *,
    widen: Callable[[Problem], Problem] | None = None,
) -> Judged:
    """What a change does to them. `broken` may be confirmed, and its limits then give way; `widen`
    is what else gives way in the problem. The caller holds the lock of `rooms.wide`."""
    confirmed = [each for each in broken if each.confirmable and each.violation is not None]
    desk = rooms.wide.desk
    if confirmed or widen is not None or last.bench.locks != rooms.wide.locks:
        root = rooms.wide.root if widen is None else widen(rooms.wide.root)
        changed = rooms.wide.rebuilt(give_way(root, confirmed), last.bench.locks, last.orders)
        desk = changed.desk
    orders, homeless = settle(rooms, desk, first.orders, last.orders)
    return _judged(rooms, orders, homeless, rooms.homeless)


def judge_another(before: Rooms, after: Rooms) -> Judged:
    """What becomes of them where another version takes the place of one. The caller holds the lock
    of `after.wide`."""
    search = _Search(after, after.wide.desk, frozenset(after.sold), before.homeless)
    orders, homeless = search.lost_first(after.wide.orders, (after.orders, after.homeless))
    return _judged(after, orders, homeless, before.homeless)


def _judged(
    rooms: Rooms, orders: Orders, homeless: Collection[str], before: Collection[str]
) -> Judged:
    return Judged(
        lost=tuple(rooms.sold[work] for work in sorted(set(homeless) - set(before))),
        homeless=tuple(rooms.sold[work] for work in sorted(homeless)),
        orders=orders,
    )


def settle(
    rooms: Rooms, desk: Desk, before: Orders, after: Orders, *, with_homeless: bool = True
) -> tuple[Orders, frozenset[str]]:
    """Orders of a changed plan with what was sold in its places, and what has none.

    Each keeps its place, where the route still allows that. Whoever cannot looks for another one,
    first come first served, and if one finds none it looks first. `with_homeless`: what had no
    place before looks for one too, after all others.
    """
    ridden = rooms.among(after)
    waiting = frozenset(rooms.sold.keys() - ridden)
    if not with_homeless:
        waiting -= rooms.homeless
    orders: Orders = _in_their_places(rooms, desk, before, after, ridden)
    homeless = waiting - rooms.among(orders)
    if homeless:
        search = _Search(rooms, desk, waiting, rooms.homeless)
        found = search.placed(orders, search.in_turn(homeless))
        orders, homeless = search.lost_first(after, found)
    return orders, homeless | (rooms.sold.keys() - ridden - waiting)


type _Found = tuple[Orders, frozenset[str]]
"""Orders with places, and who has none."""


@dataclass(frozen=True, slots=True)
class _Search:
    """For places of those who wait. `before`: who had none to lose."""

    rooms: Rooms
    desk: Desk
    waiting: frozenset[str]
    before: frozenset[str]

    def in_turn(self, works: Collection[str]) -> list[str]:
        """As they were asked for; who had no room goes behind who has."""
        return sorted(works, key=lambda work: (work in self.before, work))

    def placed(self, orders: Orders, works: Iterable[str]) -> _Found:
        """Each at its cheapest place, one after the other."""
        rooms = self.rooms
        return self._placed(orders, works, (rooms.orders, lambda: rooms.open))

    def lost_first(self, without: Orders, found: _Found) -> _Found:
        """Once more where somebody would lose its room: those look for one first, in orders without
        any of them, then all others."""
        lost = found[1] - self.before
        if not lost:
            return found
        bare = self.rooms.wide.orders, lambda: self.rooms.bare
        orders, left = self._placed(without, sorted(lost), bare)
        if lost <= left:  # nobody who lost gains anything
            return found
        again = self._placed(orders, self.in_turn(self.waiting - lost), bare)
        return again if len(again[1] - self.before) < len(lost) else found

    def _placed(
        self, orders: Orders, works: Iterable[str], at_hand: tuple[Orders, Callable[[], OpenPlan]]
    ) -> _Found:
        """Where no rule has changed, a plan that lies open answers for the routes that it has."""
        wanted = [self.desk.lookup.works[work] for work in works]
        if self.desk is self.rooms.wide.desk:
            known, opened = at_hand
            other = {v: order for v, order in orders.items() if order != known.get(v, ())}
            got = opened().placed(wanted, instead=other)
        else:
            got = self.desk.open_for_questions(orders).placed(wanted)
        found = {**orders, **got}
        return found, self.waiting - self.rooms.among(found)


def _in_their_places(
    rooms: Rooms, desk: Desk, before: Orders, after: Orders, ridden: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The changed orders, each with what was sold in it where it stood, if no rule is broken by
    that. What is ridden by now has left its place."""
    gone = {task for work in ridden for task in rooms.tasks_of(work)}
    theirs = {task for work in rooms.sold.keys() - ridden for task in rooms.tasks_of(work)}
    found: dict[str, tuple[str, ...]] = {}
    for vehicle, changed in after.items():
        order, old = tuple(changed), tuple(rooms.orders.get(vehicle, ()))
        free = tuple(task for task in old if task not in gone)
        is_same = desk is rooms.wide.desk and order == tuple(before.get(vehicle, ()))
        if is_same and free == old:
            found[vehicle] = old
            continue
        tries = _beside_what_they_were(free, order, theirs)
        found[vehicle] = next((o for o in tries if _breaks_no_more(desk, vehicle, o, order)), order)
    return found


def _beside_what_they_were(
    old: Sequence[str], order: tuple[str, ...], theirs: set[str]
) -> Iterator[tuple[str, ...]]:
    """An order with some tasks of the old one: each behind what it stood behind, or else in front
    of what it stood in front of. Both differ only where something new came between."""
    if theirs.isdisjoint(old):
        return
    behind = _behind(old, order, theirs)
    yield behind
    before = tuple(reversed(_behind(old[::-1], order[::-1], theirs)))
    if before != behind:
        yield before


def _behind(old: Sequence[str], order: tuple[str, ...], theirs: set[str]) -> tuple[str, ...]:
    stays, at = set(order), ""
    after: dict[str, list[str]] = {}
    for task in old:
        if task in theirs:
            after.setdefault(at, []).append(task)
        elif task in stays:
            at = task
    return (*after.get("", ()), *(each for task in order for each in (task, *after.get(task, ()))))


def _breaks_no_more(
    desk: Desk, vehicle: str, order: tuple[str, ...], without: tuple[str, ...]
) -> bool:
    """Whether an order breaks no rule that it would not break as much without what was sold."""
    known: Mapping[object, int] = {
        (each.code, each.subject): each.amount for each in desk.route(vehicle, without).violations
    }
    return all(
        known.get((each.code, each.subject), -1) >= each.amount
        for each in desk.route(vehicle, order).violations
    )

"""One courier's day in order: opened, ridden stop by stop, brought back, counted and closed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from backend.phone_sim.desks import empty_bag, visit_office, visit_post_office
from backend.phone_sim.doors import set_out, visit_door
from backend.phone_sim.hands import PICK_UPS, Hands, Stop, Visit
from backend.phone_sim.road import STRAIGHT_M_PER_S, LonLat, Road, Way, distance_m

_AT = {"HOME": visit_door, "OFFICE": visit_office, "POST_OFFICE": visit_post_office}

COUNTING = timedelta(minutes=5)
"""Between two steps of the evening at the post office (estimate)."""

_READY = timedelta(minutes=10)
"""Before the first ride: identity, bags and seals (estimate)."""


class WorkingDay:
    """Yields the instants at which the courier does the next thing, and does it."""

    def __init__(self, hands: Hands, road: Road, now: Callable[[], datetime]) -> None:
        self._hands, self._road, self._now = hands, road, now
        self._ride: tuple[Way, datetime, datetime] | None = None
        self.on_shift = False

    def place(self) -> LonLat:
        """Where the courier is now."""
        if self._ride is None:
            return self._hands.place
        way, left_at, arrives_at = self._ride
        length = (arrives_at - left_at).total_seconds()
        return way.place_at((self._now() - left_at).total_seconds() / length if length else 1.0)

    def live(self, begins: datetime) -> Iterator[datetime]:
        """The whole day; the caller comes back at each instant that is yielded."""
        hands = self._hands
        yield max(begins - _READY, self._now())
        if (first := self._next_stop(None)) is not None:
            hands.place = _place(first) or hands.place
        hands.day_step("day.opened", stock={"slips": 40, "seals": 60, "bags": 30})
        hands.day_step("route.accepted")
        self.on_shift = True
        yield max(begins, self._now())
        hands.day_step("route.departed")
        before: Stop | None = None
        while (stop := self._next_stop(before)) is not None and stop["kind"] != "END":
            if stop["kind"] == "BREAK":
                yield from self._rest(stop)
            elif visits := self._to_do(stop):
                yield from self._ride_to(before, stop, visits)
                yield from self._work_at(stop, visits)
            before = stop
        yield from self._come_back(before, stop)

    def _ride_to(self, before: Stop | None, stop: Stop, visits: list[Visit]) -> Iterator[datetime]:
        set_out(self._hands, stop, visits)
        yield from self._ride_along(before, stop)
        self._hands.act("stop.arrived", {"stop": stop["id"]})
        opens = _instant(stop["starts_at"])
        waits = opens > _instant(stop["arrives_at"])  # the plan waits for a window or a desk
        if waits and self._now() < opens:
            yield opens

    def _ride_along(self, before: Stop | None, stop: Stop) -> Iterator[datetime]:
        goal = _place(stop) or self._hands.place
        way = self._road.way(self._hands.place, goal)
        planned = _instant(stop["arrives_at"]) - _instant(before["ends_at"]) if before else None
        followed = before is not None and stop["ordinal"] == before["ordinal"] + 1
        if planned is None or not followed:
            metres = distance_m(self._hands.place, goal)
            planned = timedelta(seconds=metres / STRAIGHT_M_PER_S)
        left_at = self._now()
        self._ride = way, left_at, left_at + self._about(planned)
        yield self._ride[2]
        self._hands.place, self._ride = goal, None

    def _work_at(self, stop: Stop, visits: list[Visit]) -> Iterator[datetime]:
        planned = _instant(stop["ends_at"]) - _instant(stop["starts_at"])
        each = planned / len(visits)
        visits = self._to_do(stop)  # a plan may have changed while the courier rode
        for waits in _AT[stop["place"]["kind"]](self._hands, stop, visits):
            yield self._now() + (waits or self._about(each))

    def _rest(self, stop: Stop) -> Iterator[datetime]:
        self._hands.day_step("break.started")
        yield self._now() + (_instant(stop["ends_at"]) - _instant(stop["starts_at"]))
        self._hands.day_step("break.ended")

    def _come_back(self, before: Stop | None, end: Stop | None) -> Iterator[datetime]:
        hands = self._hands
        hands.day_step("route.finishing")
        if end is not None:
            yield from self._ride_along(before, end)
        hands.day_step("route.back")
        post_office = self._post_office(end)
        for _ in empty_bag(hands, post_office):
            yield self._now() + timedelta(seconds=30)
        for kind in ("cash.counted", "cash.settled", "day.closed"):
            yield self._now() + COUNTING
            hands.day_step(kind)
        self.on_shift = False

    def _next_stop(self, before: Stop | None) -> Stop | None:
        """The stop after this one in today's route, as the phone shows it now."""
        after = -1 if before is None else before["ordinal"]
        ahead = [stop for stop in self._stops() if stop["ordinal"] > after]
        if before is None:
            return ahead[0] if ahead else None
        return next((stop for stop in ahead if stop["kind"] != "START"), None)

    def _stops(self) -> list[Stop]:
        """Of today's routes, in order."""
        today = self._hands.service_date
        routes = [r for r in self._hands.view().routes if r["service_date"] == today]
        return sorted(
            (stop for route in routes for stop in route["stops"]),
            key=lambda stop: int(stop["ordinal"]),
        )

    def _to_do(self, stop: Stop) -> list[Visit]:
        """Open visits of a stop that can be made: papers can only be dropped by who has them."""
        view = self._hands.view()
        return [
            visit
            for at, visit in view.open_visits()
            if at["id"] == stop["id"]
            and (visit["kind"] in PICK_UPS or visit["dossier"] in view.held())
        ]

    def _post_office(self, end: Stop | None) -> str:
        if end is not None and end["place"] and end["place"]["kind"] == "POST_OFFICE":
            return str(end["place"]["id"])
        return str(self._hands.view().day["post_offices"][0]["id"])

    def _about(self, planned: timedelta) -> timedelta:
        """As long as planned, more or less."""
        spread = self._hands.rates.unhurried
        return planned * self._hands.chance.lognormvariate(0.0, spread) if spread else planned


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _place(stop: Stop) -> LonLat | None:
    place = stop["place"]
    if place is None or place["lat"] is None:
        return None
    return place["lon"] / 1e7, place["lat"] / 1e7

"""A day made by hand for forecasts of arrival: three doors on a line, then the office."""

from datetime import datetime, timedelta
from typing import Any

from backend import clock, database
from backend.courier_day.arrivals.look import look_at_routes
from backend.courier_day.arrivals.shown import RouteArrivals, read_arrivals
from backend.courier_day.position_models import LastPosition
from backend.fleet.models import Courier
from backend.places.points import point_of
from backend.planning.models import Route, Stop, VisitStatus
from geodata.point import Point
from geodata.travel_times import GreatCircleTravelTimes
from tests.builders.booking import a_booking
from tests.builders.courier_days import a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import CENTRE, near
from tests.integration.courier_day.conftest import MORNING

SERVICE = timedelta(minutes=5)
"""Of every stop that `a_route` plans."""

OPENING = timedelta(minutes=30)
"""The route starts at 07:30, the tests at 07:00."""


class Ride:
    """A published route: three doors 2 km apart on a line to the north, then the office."""

    def __init__(self, frozen: clock.FrozenClock) -> None:
        self.clock = frozen
        with database.unit_of_work() as session:
            courier = a_courier(session)
            bookings = [
                a_booking(session, point=near(CENTRE, north_m=2_000 * n)) for n in range(1, 4)
            ]
            legs = schedule(*bookings)
            for leg in legs:
                leg.window_start = leg.window_end = None
            route = a_route(session, courier, legs)
            self.courier, self.route_id = courier, route.id
            self.stops = [stop.id for stop in route.stops]
            self.dossiers = [leg.dossier_id for leg in legs]

    def at(self, **later: float) -> None:
        """The time of day: after the route's start at 07:30."""
        self.clock.move_to(MORNING + OPENING + timedelta(**later))

    def look(self) -> RouteArrivals:
        with database.unit_of_work() as session:
            look_at_routes(session, "48", GreatCircleTravelTimes)
        with database.snapshot() as session:
            return read_arrivals(session, session.get_one(Route, self.route_id))

    def times(self) -> dict[int, datetime]:
        """Ordinal of each stop ahead → when the courier is likely there."""
        return {each.ordinal: each.likely_at for each in self.look().stops}

    def place(self, point: Point, *, ago: timedelta = timedelta(), coarse: bool = False) -> None:
        """Where the phone was last."""
        with database.unit_of_work() as session:
            device = self.device_id
            old = session.get(LastPosition, self.courier.id)
            if old is not None:
                session.delete(old)
                session.flush()
            session.add(
                LastPosition(
                    courier_id=self.courier.id,
                    device_id=device,
                    at=clock.now() - ago,
                    received_at=clock.now() - ago,
                    lat=round(point.lat * 1e7),
                    lon=round(point.lon * 1e7),
                    acc_m=10,
                    coarse=coarse,
                )
            )

    device_id: Any = None

    def done(self, ordinal: int, *, ago: timedelta = timedelta()) -> None:
        """Everything at a stop was done at that moment."""
        with database.unit_of_work() as session:
            stop = self.stop(session, ordinal)
            for visit in stop.visits:
                visit.status = VisitStatus.DONE
                visit.executed_at = clock.now() - ago
                visit.executed_by_id = self.courier.id

    def stop(self, session: Any, ordinal: int) -> Stop:
        found: Stop = session.get_one(Stop, self.stops[ordinal])
        return found

    def post_office(self, session: Any) -> Any:
        return session.get_one(Courier, self.courier.id).post_office

    def door(self, ordinal: int) -> Point:
        with database.snapshot() as session:
            return point_of(self.stop(session, ordinal).point)

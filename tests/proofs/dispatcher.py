"""A dispatcher who moves open stops between two couriers in one transaction."""

from uuid import UUID

from sqlalchemy import func, select

from backend import database
from backend.courier_day import revisions
from backend.planning.models import Route, Stop, StopStatus
from tests.proofs.world import World


class Numbering:
    """How a change of a day gets its number: under the courier's row lock, at the very end."""

    def draw(self, couriers: tuple[UUID, ...]) -> None:
        """A transaction begins; there is nothing to draw yet."""

    def write(self, session: database.DatabaseSession, couriers: tuple[UUID, ...]) -> None:
        """The transaction's last step."""
        revisions.raise_revisions(session, couriers)


class Dispatcher:
    """One change under way at most."""

    def __init__(self, world: World, numbering: Numbering) -> None:
        self.world, self.numbering = world, numbering
        self.began = False

    def begin(self) -> None:
        """The transaction begins; its writes come at its end."""
        if not self.began:
            self.numbering.draw(self.world.couriers)
            self.began = True

    def end(self, *, forth: bool) -> bool:
        """Open stops move to the end of the other's route; True if there were any."""
        self.begin()
        self.began = False
        giver, taker = self.world.couriers if forth else self.world.couriers[::-1]
        with database.unit_of_work() as session:
            routes = {
                route.courier_id: route
                for route in session.scalars(
                    select(Route).where(Route.plan_id == self.world.plan_id)
                )
            }
            stops = session.scalars(
                select(Stop)
                .where(
                    Stop.route_id == routes[giver].id,
                    Stop.status == StopStatus.OPEN,
                    Stop.visits.any(),
                )
                .order_by(Stop.id)
                .with_for_update()
            ).all()
            last = session.scalar(
                select(func.max(Stop.ordinal)).where(Stop.route_id == routes[taker].id)
            )
            for number, stop in enumerate(stops, start=(last or 0) + 1):
                stop.route_id, stop.ordinal = routes[taker].id, number
                stop.version += 1
            session.flush()
            self.numbering.write(session, self.world.couriers)
        return bool(stops)

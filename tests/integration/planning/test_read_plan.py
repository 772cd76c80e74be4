"""Routes are read as columns in a few statements, and tell what the rows hold."""

from geoalchemy2.shape import to_shape
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from backend.places.models import PlaceKind
from backend.places.points import point_of
from backend.planning.models import Plan, Route, StopKind
from backend.planning.plan_details import RouteDetail
from backend.planning.read_plan import read_routes
from backend.settings import Settings
from tests.builders.planning import a_day, make_plan
from tests.integration.imports.test_bookings_batches import statements

MOST = 7
"""Routes, stops, visits, legs, and a table for each kind of place."""


def told(route: Route) -> tuple[object, ...]:
    """What the objects of a route say, in the order of `shown`."""
    assert route.geometry is not None
    return (
        (route.id, route.number, route.version, route.ride_s, route.wait_s, route.distance_m),
        (route.courier.code, route.courier.revision, route.courier.person.full_name),
        (route.shift.start_post_office.name, route.starts_at, route.ends_at),
        [[round(x, 6), round(y, 6)] for x, y in to_shape(route.geometry).coords],
        [
            (
                (stop.id, stop.ordinal, stop.kind, stop.status, stop.place_kind, stop.place_id),
                (stop.arrives_at, stop.starts_at, stop.ends_at, stop.distance_m),
                None if stop.point is None else [*point_of(stop.point).lon_lat],
                [
                    (visit.id, visit.kind, visit.status, visit.starts_at, visit.ends_at)
                    for visit in stop.visits
                ],
            )
            for stop in route.stops
        ],
    )


def shown(route: RouteDetail) -> tuple[object, ...]:
    """What was read of a route."""
    return (
        (route.id, route.number, route.version, route.ride_s, route.wait_s, route.distance_m),
        (route.courier_code, route.courier_revision, route.courier_name),
        (route.start_post_office, route.starts_at, route.ends_at),
        route.geometry,
        [
            (
                (stop.id, stop.ordinal, stop.kind, stop.status, stop.place_kind, stop.place_id),
                (stop.arrives_at, stop.starts_at, stop.ends_at, stop.distance_m),
                stop.point,
                [
                    (visit.id, visit.kind, visit.status, visit.starts_at, visit.ends_at)
                    for visit in stop.visits
                ],
            )
            for stop in route.stops
        ],
    )


def test_routes_are_read_as_columns_in_a_few_statements_and_say_what_the_rows_hold(
    session: Session, engine: Engine, settings: Settings
) -> None:
    area = a_day(session)
    session.commit()
    plan = session.get_one(Plan, make_plan(area.id, settings))
    session.expunge_all()
    objects: list[object] = []
    event.listen(session, "loaded_as_persistent", lambda _session, each: objects.append(each))
    with statements(engine) as asked:
        found = read_routes(session, plan)
    assert len(asked) <= MOST, "\n".join(asked)
    assert objects == [], "thousands on a city's day"
    rows = session.scalars(select(Route).where(Route.plan_id == plan.id).order_by(Route.number))
    assert [shown(each) for each in found] == [told(each) for each in rows]
    halts = [stop for route in found for stop in route.stops]
    assert {PlaceKind.HOME, PlaceKind.OFFICE} <= {stop.place_kind for stop in halts}
    assert all(stop.place.address for stop in halts if stop.kind is StopKind.VISITS)
    assert all(stop.place.name for stop in halts if stop.kind is StopKind.VISITS)
    one = read_routes(session, plan, route_id=found[-1].id)
    assert one == found[-1:]

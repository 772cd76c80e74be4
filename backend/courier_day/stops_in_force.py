"""A phone that was offline names stops of a version that another one has replaced since."""

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit


def find_stop_in_force(session: Session, stop: Stop) -> Stop:
    """The stop of the published plan that has the same acts; the stop itself where none has.

    Of several (the acts were taken apart) the one with most of them.
    """
    if stop.route.plan.status is not PlanStatus.SUPERSEDED:
        return stop
    acts = [(visit.leg_id, visit.kind) for visit in stop.visits]
    found = session.execute(
        select(Visit.stop_id, func.count())
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .where(Plan.status == PlanStatus.PUBLISHED, tuple_(Visit.leg_id, Visit.kind).in_(acts))
        .group_by(Visit.stop_id)
        .order_by(func.count().desc(), Visit.stop_id)
        .limit(1)
    ).first()
    return stop if found is None else session.get_one(Stop, found.stop_id)

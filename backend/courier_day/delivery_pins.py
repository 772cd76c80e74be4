"""Makes the PINs of planned deliveries, tells each citizen, and puts the hash into the day.

A PIN that was guessed at too often comes to the dispatcher's list.
"""

import uuid

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend import clock, database
from backend.booking.models import Booking, BookingDossier, Contact
from backend.courier_day import revisions
from backend.courier_day.models import WorkItem
from backend.courier_day.notices import tell_secret
from backend.courier_day.work_items import open_work_item
from backend.dossiers.models import Dossier, Leg, LegPurpose
from backend.dossiers.pins import ITERATIONS, DeliveryPin, draw_pin, is_spent
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitKind, VisitStatus

TEMPLATE = "delivery_pin"

SPENT = "pin_spent"
"""Work item: wrong PINs until no more are looked at."""

ONE_AT_A_TIME = 7218450371
"""Number of the advisory lock under which spent PINs are looked for; ours alone."""

AT_ONCE = 5
"""In one round of the worker: a second of processor time."""


SPENT_UNASKED = (
    select(Dossier.id, Dossier.province_code)
    .join(DeliveryPin, DeliveryPin.dossier_id == Dossier.id)
    .where(is_spent(), ~exists().where(WorkItem.kind == SPENT, WorkItem.dossier_id == Dossier.id))
    .order_by(Dossier.id)
)


def ask_about_spent() -> int:
    """Whose PIN was guessed at until it was spent is somebody's work, once; how many.

    One worker asks at a time: nothing but the work item tells that it was asked.
    """
    with database.unit_of_work() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
            return 0
        spent = session.execute(SPENT_UNASKED).all()
        for row in spent:
            open_work_item(session, SPENT, province_code=row.province_code, dossier_id=row.id)
        return len(spent)


def make_pins(*, most: int = AT_ONCE) -> int:
    """A PIN for each planned delivery that has none and whose citizen can be told; how many.

    Opens its own transactions: the slow hash is computed between them.
    """
    with database.snapshot() as session:
        wanted = _list_wanting(session, most)
    made = 0
    for dossier_id in wanted:
        pin, salt, digest = draw_pin()
        with database.unit_of_work() as session:
            made += _keep(session, dossier_id, pin, salt, digest)
    return made


def _list_wanting(session: Session, most: int) -> list[uuid.UUID]:
    return list(
        session.scalars(
            select(Dossier.id)
            .join(Leg, Leg.dossier_id == Dossier.id)
            .join(Visit, Visit.leg_id == Leg.id)
            .join(Stop, Stop.id == Visit.stop_id)
            .join(Route, Route.id == Stop.route_id)
            .join(Plan, Plan.id == Route.plan_id)
            .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
            .join(Booking, Booking.id == BookingDossier.booking_id)
            .join(Contact, Contact.id == Booking.contact_id)
            .where(
                Plan.status == PlanStatus.PUBLISHED,
                Plan.service_date >= clock.today_local(),
                Leg.purpose == LegPurpose.RETURN,
                Visit.kind == VisitKind.DELIVERY,
                Visit.status == VisitStatus.OPEN,
                Contact.phone != "",
                ~exists().where(DeliveryPin.dossier_id == Dossier.id),
            )
            .group_by(Dossier.id)
            .order_by(Dossier.id)
            .limit(most)
        )
    )


def _keep(session: Session, dossier_id: uuid.UUID, pin: str, salt: bytes, digest: bytes) -> int:
    row = session.execute(
        insert(DeliveryPin)
        .values(
            dossier_id=dossier_id,
            salt=salt,
            iterations=ITERATIONS,
            digest=digest,
            made_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[DeliveryPin.dossier_id])
        .returning(DeliveryPin.dossier_id)
    ).first()
    if row is None:
        return 0  # another worker was quicker
    dossier = session.get_one(Dossier, dossier_id)
    tell_secret(session, dossier, TEMPLATE, pin=pin)
    couriers = session.scalars(
        select(Route.courier_id)
        .join(Plan, Plan.id == Route.plan_id)
        .join(Stop, Stop.route_id == Route.id)
        .join(Visit, Visit.stop_id == Stop.id)
        .join(Leg, Leg.id == Visit.leg_id)
        .where(
            Leg.dossier_id == dossier_id,
            Plan.status == PlanStatus.PUBLISHED,
            Visit.status == VisitStatus.OPEN,
        )
        .distinct()
    ).all()
    revisions.raise_revisions(session, couriers)
    return 1

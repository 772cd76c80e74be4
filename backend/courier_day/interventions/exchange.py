"""A courier falls sick or the vehicle breaks down: another one takes over, by order."""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day import visits
from backend.courier_day.errors import CourierNotFound
from backend.courier_day.revisions import raise_revisions
from backend.courier_day.shift_states import DayEvent
from backend.courier_day.work_days import take_step
from backend.courier_day.work_items import open_work_item
from backend.dossiers import custody
from backend.dossiers.custody import Evidence
from backend.dossiers.models import (
    Condition,
    CustodyEventType,
    Dossier,
    KeeperKind,
    Leg,
    LegStatus,
)
from backend.dossiers.offers import CustodyOffer, OfferStatus
from backend.errors import Invalid, Text
from backend.fleet.models import Courier
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus


class SameCourier(Invalid):
    code = "exchange_with_oneself"
    detail = Text(vi="Người giao và người nhận trùng nhau.", en="Giver and receiver are the same.")
    action = Text(vi="Chọn bưu tá khác.", en="Choose another courier.")


def order_exchange(
    session: Session, province_code: str, *, giver_code: str, receiver_code: str, reason: str
) -> CustodyOffer | None:
    """`open_exchange` between two couriers by their codes. Raises CourierNotFound, SameCourier."""
    giver = _courier(session, province_code, giver_code)
    receiver = _courier(session, province_code, receiver_code)
    return open_exchange(session, giver, receiver, reason=reason)


def order_bags(session: Session, plan: Plan) -> None:
    """A published replan gives the papers of one who dropped out to those who bring them now: an
    offer to each of them, as `open_exchange`."""
    for bag in plan.request.get("outcome", {}).get("bags", ()):
        legs = [uuid.UUID(leg) for leg in bag["leg_ids"]]
        dossiers = set(session.scalars(select(Leg.dossier_id).where(Leg.id.in_(legs))))
        open_exchange(
            session,
            _courier(session, plan.province_code, bag["giver"]),
            _courier(session, plan.province_code, bag["receiver"]),
            reason="REPLAN",
            only=dossiers,
            day=plan.service_date,
        )


def open_exchange(
    session: Session,
    giver: Courier,
    receiver: Courier,
    *,
    reason: str,
    only: Collection[uuid.UUID] | None = None,
    day: date | None = None,
) -> CustodyOffer | None:
    """Orders that everything `giver` holds (or `only` these dossiers of it) goes to `receiver`,
    who accepts by phone (DOMAIN §11).

    Until then the giver is the keeper. What the giver has not picked up yet on `day` (default
    today) is open to be planned again, other days stay; the giver's day is handed on. None when the
    bag was empty. Raises SameCourier.
    """
    if giver.id == receiver.id:
        raise SameCourier
    held = list(
        session.scalars(
            select(Dossier)
            .where(Dossier.keeper_kind == KeeperKind.COURIER, Dossier.keeper_id == giver.id)
            .order_by(Dossier.id)
            .with_for_update()
        )
    )
    moving = [
        dossier
        for dossier in held
        if dossier.condition is not Condition.LOST and (only is None or dossier.id in only)
    ]
    for dossier in moving:
        custody.record_event(
            session, dossier, CustodyEventType.OFFERED, evidence=Evidence(reason=reason)
        )
    day = day or clock.today_local()
    released = _release(session, giver, day)
    take_step(session, giver, day, DayEvent.HAND_TO_ANOTHER, at=clock.now(), reason=reason)
    offer = None
    if moving:
        offer = CustodyOffer(
            province_code=giver.province_code,
            giver_id=giver.id,
            receiver_id=receiver.id,
            dossier_ids=[dossier.id for dossier in moving],
            reason=reason,
            status=OfferStatus.OPEN,
            offered_at=clock.now(),
        )
        session.add(offer)
    open_work_item(
        session,
        "replan",
        province_code=giver.province_code,
        courier_id=receiver.id,
        detail={"from": giver.code, "offered": len(moving), "released": released},
    )
    raise_revisions(session, {giver.id, receiver.id})
    return offer


def _courier(session: Session, province_code: str, code: str) -> Courier:
    found = session.scalars(
        select(Courier).where(Courier.province_code == province_code, Courier.code == code)
    ).first()
    if found is None:
        raise CourierNotFound(courier=code)
    return found


def _release(session: Session, courier: Courier, day: date) -> int:
    """Legs of the courier's open visits of a day that were not begun are open again; how many."""
    planned = session.scalars(
        select(Leg)
        .join(Visit, Visit.leg_id == Leg.id)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .where(
            Route.courier_id == courier.id,
            Plan.status == PlanStatus.PUBLISHED,
            Plan.service_date == day,
            Visit.status == VisitStatus.OPEN,
            Leg.status == LegStatus.PLANNED,
        )
        .distinct()
    ).all()
    for leg in sorted(planned, key=lambda leg: leg.id):
        visits.cancel_open_visits(session, leg)
        leg.status = LegStatus.OPEN
        leg.version += 1
    return len(planned)

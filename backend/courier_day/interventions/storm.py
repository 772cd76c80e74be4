"""Storm and flood: zones close at short notice, shifts pause, promises move (DOMAIN §11)."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, String, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.booking.models import Booking
from backend.booking.next_visit import note_next_visits, put_way_on_day
from backend.booking.notices.telling import courier_of, tell
from backend.booking.of_dossiers import load_bookings
from backend.catalogue.operations import load_calendar
from backend.courier_day import visits
from backend.courier_day.devices import list_held
from backend.courier_day.locks import lock_dossiers
from backend.courier_day.notices import tell_citizen
from backend.courier_day.revisions import raise_revisions
from backend.courier_day.shift_states import DAY_MOVES, DayEvent, DayState
from backend.courier_day.work_days import find_work_day, take_step
from backend.courier_day.work_items import open_work_item
from backend.database import Base, Identified, InProvince, Instant
from backend.dossiers import legs
from backend.dossiers.models import Leg, LegStatus
from backend.errors import Invalid, Text
from backend.fleet.models import Courier
from backend.places.models import Address, Office, PlaceKind, PostOffice
from backend.places.points import find_point
from backend.places.zones import demand_known_zones
from backend.planning.models import Stop, Visit, VisitStatus


class ClosureTimesReversed(Invalid):
    code = "closure_times_reversed"
    detail = Text(vi="Giờ kết thúc phải sau giờ bắt đầu.", en="The end must lie after the start.")
    action = Text(vi="Sửa thời gian rồi gửi lại.", en="Correct the times.")


class ForceMajeure(Identified, InProvince, Base):
    """The stamp: which zones were closed, from when to when, and why."""

    __tablename__ = "force_majeure"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="in_order"),)

    zone_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    reason: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    declared_at: Mapped[Instant]


def close_zones(
    session: Session,
    province_code: str,
    zone_codes: Collection[str],
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
) -> ForceMajeure:
    """Puts off every leg with an end in the zones, and pauses couriers who would ride there.

    Legs of those days wait for the first working day after the end, and their promise moves by
    as many working days. Papers in a paused courier's hands: a work item names the nearest post
    office. Raises ClosureTimesReversed, ZoneUnknown.
    """
    if ends_at <= starts_at:
        raise ClosureTimesReversed
    demand_known_zones(session, province_code, zone_codes, field="zone_codes")
    stamp = ForceMajeure(
        province_code=province_code,
        zone_codes=sorted(set(zone_codes)),
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
        declared_at=clock.now(),
    )
    session.add(stamp)
    session.flush()
    couriers, telling = set[uuid.UUID](), list[Booking]()
    found = _legs_there(session, stamp)
    bookings = load_bookings(session, {leg.dossier_id for leg in found})
    for leg in found:
        booking = bookings[leg.dossier_id]
        if _put_off(session, leg, booking, stamp) and booking is not None:
            telling.append(booking)
        couriers |= visits.cancel_open_visits(session, leg)
    note_next_visits(session, telling)
    for courier_id in sorted(couriers):
        _pause(session, session.get_one(Courier, courier_id), stamp)
    raise_revisions(session, couriers)
    return stamp


def _legs_there(session: Session, stamp: ForceMajeure) -> list[Leg]:
    """Legs not begun, of the days of the closure, with a home or an office in the zones, as they
    are once their dossiers, stops and bookings are held: a citizen may move one until then."""
    homes = select(Address.id).where(Address.zone_code.in_(stamp.zone_codes))
    offices = select(Office.id).where(Office.zone_code.in_(stamp.zone_codes))
    there = or_(
        *(
            (kind == place) & column.in_(ids)
            for kind, column in ((Leg.from_kind, Leg.from_id), (Leg.to_kind, Leg.to_id))
            for place, ids in ((PlaceKind.HOME, homes), (PlaceKind.OFFICE, offices))
        )
    )
    meant = (
        Leg.province_code == stamp.province_code,
        Leg.status.in_((LegStatus.OPEN, LegStatus.PLANNED)),
        Leg.service_date >= clock.local_date(stamp.starts_at),
        Leg.service_date <= clock.local_date(stamp.ends_at),
        there,
    )
    lock_dossiers(session, session.scalars(select(Leg.dossier_id).where(*meant)).all())
    return list(
        session.scalars(
            select(Leg)
            .where(*meant)
            .order_by(Leg.dossier_id, Leg.ordinal)
            .execution_options(populate_existing=True)
        )
    )


def _put_off(session: Session, leg: Leg, booking: Booking | None, stamp: ForceMajeure) -> bool:
    """Whether the booking told of that visit."""
    calendar = load_calendar(session, stamp.province_code)
    next_day = calendar.add_working_days(clock.local_date(stamp.ends_at), 1)
    planned_for = leg.service_date
    tells = put_way_on_day(leg, booking, next_day)
    legs.move_promise(session, leg, since=planned_for)
    leg.failure_reason = "FORCE_MAJEURE"
    leg.status = LegStatus.OPEN
    tell_citizen(
        session,
        leg.dossier,
        "force_majeure",
        once_for=f"{stamp.id}:{leg.dossier_id}",
        day=next_day,
    )
    return tells


def _pause(session: Session, courier: Courier, stamp: ForceMajeure) -> None:
    today = clock.local_date(stamp.starts_at)
    day = find_work_day(session, courier.id, today)
    state = day.state if day else DayState.ROSTERED
    if (state, DayEvent.PAUSE) in DAY_MOVES:
        take_step(session, courier, today, DayEvent.PAUSE, at=clock.now(), reason="FORCE_MAJEURE")
    held = list_held(session, courier.id)
    if not held:
        return
    shelter = _nearest_post_office(session, courier)
    open_work_item(
        session,
        "secure_items",
        province_code=courier.province_code,
        courier_id=courier.id,
        detail={
            "post_office": shelter.code,
            "item_codes": [each.item_code for each in held],
            "until": clock.to_local(stamp.ends_at).isoformat(),
        },
    )
    tell(
        session,
        courier_of(courier),
        "courier.paused",
        cause=f"{stamp.id}:{courier.id}",
        facts={"until": stamp.ends_at, "post_office": shelter.name},
    )


def _nearest_post_office(session: Session, courier: Courier) -> PostOffice:
    """Nearest to the stop that the courier did last, else the courier's own."""
    last = session.scalars(
        select(Stop)
        .join(Visit, Visit.stop_id == Stop.id)
        .where(Visit.executed_by_id == courier.id, Visit.status == VisitStatus.DONE)
        .order_by(Visit.executed_at.desc())
        .limit(1)
    ).first()
    here = find_point(last.point) if last else None
    if here is None:
        return courier.post_office
    offices = session.scalars(
        select(PostOffice).where(
            PostOffice.planning_area_id == courier.post_office.planning_area_id
        )
    )
    placed = [(office, find_point(office.point)) for office in offices]
    return min(
        (pair for pair in placed if pair[1] is not None),
        key=lambda pair: (here.distance_m(pair[1]) if pair[1] else 0.0, pair[0].code),
        default=(courier.post_office, None),
    )[0]

"""Tells a citizen that the courier is near, once for each visit, from the newest forecast.

Not where the courier has said "on the way" already: that is the same news, with more weight.
"""

from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier
from backend.courier_day.arrivals.for_citizens import halts_before
from backend.courier_day.arrivals.models import ArrivalEstimate, Basis, RouteOutlook
from backend.courier_day.notices import expected_in_words, tell_citizen
from backend.dossiers.models import Dossier, Leg
from backend.outbox import OutboxMessage
from backend.places.models import PlaceKind
from backend.planning.models import Stop, StopStatus, Visit, VisitKind, VisitStatus

SOON = timedelta(minutes=15)
"""Whoever is likely there within this is near [G]: time to come to the door."""

LONGEST = timedelta(minutes=45)
"""The next halt is no news while it lies farther ahead than this [G], after a break say."""

TEMPLATE = "courier_near"


FRESH_FOR = timedelta(minutes=2)
"""What was forecast longer ago is left to the next look."""


def tell_near(session: Session, province_code: str) -> int:
    """Looks at what a province's routes were forecast last; how many people were told.

    A visit keeps its name when a new version of the plan gives it another stop, and gets a new one
    when it is moved to another day or window. Nobody is told from a plan alone, a stale place or a
    paused route.
    """
    now = clock.now()
    visit = func.coalesce(Booking.visit_id, Booking.id)
    window = Leg.service_date, ":", Leg.window_start
    cause = func.concat(*window, ":", Visit.kind, ":", visit)
    told_before = exists().where(
        OutboxMessage.dedupe_key == func.concat(f"{TEMPLATE}:", cause, ":CONTACT")
    )
    rows = session.execute(
        select(ArrivalEstimate, Dossier, cause.label("cause"), halts_before().label("before"))
        .join(Stop, Stop.id == ArrivalEstimate.stop_id)
        .join(RouteOutlook, RouteOutlook.route_id == ArrivalEstimate.route_id)
        .join(Visit, Visit.stop_id == Stop.id)
        .join(Leg, Leg.id == Visit.leg_id)
        .join(Dossier, Dossier.id == Leg.dossier_id)
        .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .join(Booking, Booking.id == BookingDossier.booking_id)
        .where(
            ArrivalEstimate.province_code == province_code,
            ArrivalEstimate.replaced_at.is_(None),
            ArrivalEstimate.arrived_at.is_(None),
            ArrivalEstimate.out_of_order.is_(False),
            ArrivalEstimate.likely_at <= now + LONGEST,
            ArrivalEstimate.latest_at > now,
            RouteOutlook.looked_at > now - FRESH_FOR,
            RouteOutlook.basis != Basis.PLAN,
            RouteOutlook.stale.is_(False),
            RouteOutlook.paused.is_(False),
            Stop.place_kind == PlaceKind.HOME,
            Stop.status == StopStatus.OPEN,
            Stop.set_out_at.is_(None),
            Stop.arrived_at.is_(None),
            Visit.status == VisitStatus.OPEN,
            Visit.kind.in_((VisitKind.COLLECTION, VisitKind.DELIVERY)),
            ~told_before,
        )
        .order_by(ArrivalEstimate.likely_at, Dossier.id)
    ).all()
    told = 0
    for row in rows:
        estimate = row.ArrivalEstimate
        if row.before == 0 or estimate.likely_at <= now + SOON:
            told += tell_citizen(
                session,
                row.Dossier,
                "courier_near",
                once_for=row.cause,
                expected=expected_in_words(estimate.earliest_at, estimate.latest_at),
            )
    return told

"""What waits on a plan's day and came after the plan was made: late bookings, results that became
ready, visits that were moved. No route has it, and no reason says why."""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.changes import BookingChange, ChangeKind
from backend.booking.models import BookingDossier
from backend.dossiers.models import Leg, LegPurpose, LegStatus
from backend.errors import Text
from backend.planning.models import Plan, Route, Stop, UnassignedLeg, Visit, VisitStatus
from backend.planning.plan_details import UnassignedDetail
from backend.planning.read_day import select_ridable_legs
from backend.planning.read_plan import left_details
from backend.planning.slots.confirmed_holds import find_legs_of_holds

BOOKED_SINCE = "BOOKED_SINCE"
RETURN_SINCE = "RETURN_SINCE"
MOVED_SINCE = "MOVED_SINCE"
NO_ROOM_LEFT = "NO_ROOM_LEFT"

WITHOUT_ROOM = "without_room"
"""Where a version's request names legs of windows sold for which it has no room."""

_WORDS = {
    BOOKED_SINCE: Text(
        vi="Đặt sau khi lập bản này: chọn bưu tá nhận, hoặc một cách xếp.",
        en="Booked since this version was made: choose who takes it, or a way to fit it in.",
    ),
    RETURN_SINCE: Text(
        vi="Kết quả có sau khi lập bản này: chọn bưu tá nhận, hoặc một cách xếp.",
        en="The result is ready since this version was made: choose who takes it, or a way.",
    ),
    MOVED_SINCE: Text(
        vi="Người dân đổi giờ hẹn sau khi lập bản này; bản đã phát hành tự nhận trong chốc lát.",
        en="Its citizen moved it since; a published version takes it up by itself in a moment.",
    ),
    NO_ROOM_LEFT: Text(
        vi="Đã bán sau khi lập, và bản này không còn chỗ: chọn một cách xếp, hoặc hẹn lại.",
        en="Sold since, and this version has no room for it: choose a way to fit it in, or another "
        "window.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWork:
    """Legs of a day that a version does not know. `mark` changes whenever they do."""

    plan: Plan
    leg_ids: tuple[uuid.UUID, ...]
    mark: str


def find_new_work(session: Session, plan: Plan) -> NewWork:
    """One question; who wants to read them goes on with `read_new_work`."""
    ridden = (
        select(Visit.leg_id)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .where(Route.plan_id == plan.id, Visit.status != VisitStatus.CANCELLED)
    )
    left = select(UnassignedLeg.leg_id).where(UnassignedLeg.plan_id == plan.id)
    ridable = select_ridable_legs(plan.planning_area_id, plan.service_date)
    rows = session.execute(
        ridable.with_only_columns(Leg.id, Leg.version).where(
            Leg.status == LegStatus.OPEN, Leg.id.not_in(ridden), Leg.id.not_in(left)
        )
    ).all()
    homeless = sorted(find_without_room(session, plan))
    said = " ".join((*(f"{row.id}:{row.version}" for row in rows), *homeless))
    return NewWork(
        plan=plan,
        leg_ids=tuple(row.id for row in rows),
        mark=hashlib.sha256(said.encode()).hexdigest()[:16],
    )


def find_without_room(session: Session, plan: Plan) -> set[str]:
    """Legs of windows sold for which a version has no room, as its dispatcher knows; those of a
    hold that was confirmed since among them."""
    noted = set(plan.request.get(WITHOUT_ROOM, ()))
    if not noted:
        return noted
    became = find_legs_of_holds(session, (uuid.UUID(leg) for leg in noted))
    return noted | {str(leg) for legs in became.values() for leg in legs}


def read_new_work(session: Session, found: NewWork) -> list[UnassignedDetail]:
    """The same for people, each with how it came, the most urgent first."""
    if not found.leg_ids:
        return []
    moved = _moved(session, found)
    purposes = session.execute(select(Leg.id, Leg.purpose).where(Leg.id.in_(found.leg_ids)))
    homeless = find_without_room(session, found.plan)
    reasons = {
        row.id: _told(NO_ROOM_LEFT) if str(row.id) in homeless else _reason(*row, moved)
        for row in purposes
    }
    return left_details(session, {leg: (reason,) for leg, reason in reasons.items()})


def _moved(session: Session, found: NewWork) -> set[uuid.UUID]:
    """Those that their citizens put on this day."""
    return set(
        session.scalars(
            select(Leg.id)
            .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
            .join(BookingChange, BookingChange.booking_id == BookingDossier.booking_id)
            .where(
                Leg.id.in_(found.leg_ids),
                BookingChange.kind == ChangeKind.RESCHEDULED,
                BookingChange.after_on == Leg.service_date,
            )
        )
    )


def _reason(
    leg_id: uuid.UUID, purpose: LegPurpose, moved: Collection[uuid.UUID]
) -> dict[str, object]:
    code = RETURN_SINCE if purpose is LegPurpose.RETURN else BOOKED_SINCE
    if leg_id in moved:
        code = MOVED_SINCE
    return _told(code)


def _told(code: str) -> dict[str, object]:
    words = _WORDS[code]
    return {"code": code, "detail_vi": words.vi, "detail_en": words.en, "evidence": {}}

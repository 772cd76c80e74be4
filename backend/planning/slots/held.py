"""Active holds of a day, read as the visits that they stand for."""

import uuid
from datetime import date

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.dossiers.promise import promise_state
from backend.places.points import find_point
from backend.planning.slots.asked import Asked, MorePapers
from backend.planning.slots.grid import Window
from backend.planning.slots.models import HoldStatus, SlotHold
from geodata.calendar import WorkingCalendar


def select_active_holds(area_id: uuid.UUID, day: date) -> Select[SlotHold]:
    """Holds that bind now, first come first."""
    return (
        select(SlotHold)
        .where(
            SlotHold.planning_area_id == area_id,
            SlotHold.service_date == day,
            SlotHold.status == HoldStatus.HELD,
            SlotHold.expires_at > clock.now(),
        )
        .order_by(SlotHold.id)
    )


def list_active_holds(session: Session, area_id: uuid.UUID, day: date) -> list[SlotHold]:
    """The same as rows."""
    return list(session.scalars(select_active_holds(area_id, day)))


def as_visit(hold: SlotHold, calendar: WorkingCalendar) -> tuple[Asked, Window] | None:
    """The visit of a hold and its window; None once the door was removed with the hold's end."""
    door = find_point(hold.point)
    if door is None:
        return None
    left = promise_state(hold.due_on, hold.service_date, calendar).working_days_left
    visit = Asked(
        work_id=hold.id,
        area=hold.planning_area,
        day=hold.service_date,
        mode=hold.mode,
        procedure=hold.procedure,
        office=hold.office,
        door=door,
        zone_code=hold.zone_code,
        dossier_count=hold.dossier_count,
        more=tuple(
            MorePapers(procedure_code=each["procedure_code"], dossier_count=each["dossiers"])
            for each in hold.more
        ),
        due_on=hold.due_on,
        days_left=left,
    )
    return visit, Window(hold.window_start, hold.window_end)


def end_over(session: Session, area_id: uuid.UUID, day: date) -> None:
    """Says of every hold of a day whose time is over that it is, and forgets its door."""
    session.execute(
        update(SlotHold)
        .where(
            SlotHold.planning_area_id == area_id,
            SlotHold.service_date == day,
            SlotHold.status == HoldStatus.HELD,
            SlotHold.expires_at <= clock.now(),
        )
        .values(status=HoldStatus.EXPIRED, point=None)
        .execution_options(synchronize_session="fetch")
    )

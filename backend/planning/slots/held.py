"""Active holds of a day, read as the visits that they stand for."""

import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.dossiers.promise import promise_state
from backend.places.points import find_point
from backend.planning.day_rows import DayRows
from backend.planning.models import Plan
from backend.planning.read_day import read_day
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


def read_day_with_holds(session: Session, plan: Plan) -> DayRows:
    """The day's rows with every active hold, as if booked: its legs bear the hold's id as that of
    their booking."""
    area, day = plan.planning_area, plan.service_date
    calendar = load_calendar(session, area.province_code)
    holds = [as_visit(hold, calendar) for hold in list_active_holds(session, area.id, day)]
    visits = [held for held in holds if held is not None]
    rows = read_day(session, area, day, offices={each.office.id for each, _ in visits})
    legs = [leg for each, window in visits for leg in each.legs(window.span)]
    homes = {each.work_id: each.home() for each, _ in visits}
    return replace(rows, legs=(*rows.legs, *legs), homes={**rows.homes, **homes})

"""Where papers could be handed in instead: accepting offices to which somebody rides that day."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from sqlalchemy.orm import Session

from backend.booking.acceptance import list_accepting_offices
from backend.booking.lookups import Lookups
from backend.catalogue.models import Procedure
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Leg
from backend.places.models import PlaceKind
from backend.planning.day_rows import OfficeRow
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan, VisitKind
from backend.planning.read_places import read_offices
from backend.planning.service_times import service_s, setup_s
from backend.planning.windows import hand_over_windows
from geodata.calendar import WorkingCalendar
from routing import Location, Shipment, Task


class OtherOffices:
    """Of one open plan; what procedures of the day have in common is read once."""

    def __init__(self, session: Session, plan: Plan, bench: Workbench) -> None:
        self._session, self._plan, self._bench = session, plan, bench
        self._lookups = Lookups(session, plan.province_code)
        self._accepting: dict[uuid.UUID, frozenset[uuid.UUID]] = {}
        self._rows: dict[uuid.UUID, OfficeRow] = {}
        self._numbers = {place: n for n, place in enumerate(bench.legend.places)}

    def tasks(self, work: Shipment, *, zones: Collection[str] = ()) -> tuple[Task, ...]:
        """The hand-over of a carriage at each of them, but for those in some zones; none where it
        does not lead to an office."""
        main = self._bench.meanings.get(work.deliveries[0].id)
        if main is None or main.kind is not VisitKind.HAND_OVER:
            return ()
        ids = self._accepting_of(main.leg_ids[0]) - {main.place[1]}
        rows = sorted((self._row(each) for each in ids), key=lambda row: row.code)
        tried = (self._task(work, row) for row in rows if row.zone_code not in {*zones} - {""})
        return tuple(task for task in tried if task.windows)

    def name_of(self, task_id: str) -> str:
        """The name of the office of such a task; empty for others."""
        row = self._rows.get(_office_in(task_id)) if task_id.count(":") > 1 else None
        return "" if row is None else row.name

    def _accepting_of(self, leg_id: uuid.UUID) -> frozenset[uuid.UUID]:
        """Open on the day, with a service that has begun, and with a place in the plan."""
        procedure = self._session.get_one(Leg, leg_id).dossier.procedure
        known = self._accepting.get(procedure.id)
        if known is None:
            known = self._accepting[procedure.id] = self._read_accepting(procedure)
        return known

    def _read_accepting(self, procedure: Procedure) -> frozenset[uuid.UUID]:
        day = self._plan.service_date
        found = list_accepting_offices(self._lookups, procedure, point=None, unit=None, day=day)
        return frozenset(
            each.office.id
            for each in found
            if each.open_on == day
            and each.service_start is None
            and (PlaceKind.OFFICE, each.office.id) in self._numbers
        )

    def _row(self, office_id: uuid.UUID) -> OfficeRow:
        known = self._rows.get(office_id)
        if known is None:
            day = self._plan.service_date
            known = next(read_offices(self._session, day, self._calendar, {office_id}))
            self._rows[office_id] = known
        return known

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        return load_calendar(self._session, self._plan.province_code)

    def _task(self, work: Shipment, row: OfficeRow) -> Task:
        place = (PlaceKind.OFFICE, row.id)
        service = service_s(VisitKind.HAND_OVER, len(self._bench.legend.works[work.id]))
        return replace(
            work.deliveries[0],
            id=f"{work.id}:{VisitKind.HAND_OVER.value}:{row.id}",
            location=Location(
                matrix_index=self._numbers[place],
                place=f"{place[0].value}:{place[1]}",
                area=row.zone_code,
            ),
            setup_s=setup_s(VisitKind.HAND_OVER, row.queue_minutes),
            service_s=service,
            windows=hand_over_windows(row, service),
        )


def office_of(task: Task) -> uuid.UUID:
    """The office at which such a task is done."""
    return _office_in(task.id)


def _office_in(task_id: str) -> uuid.UUID:
    return uuid.UUID(task_id.rpartition(":")[2])

"""What a replan may plan: the day without what is closed or was taken out, and where papers that
were to go to a closed office may go instead."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backend.places.operations import get_office
from backend.planning.closing.in_force import ClosedPlaces, closed_offices, read_closed
from backend.planning.edits.left_legs import CLOSED, TAKEN_OUT, Why
from backend.planning.edits.other_offices import OtherOffices
from backend.planning.edits.replan_asked import ReplanAsked
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan
from routing import Problem, Shipment, Task, TimeWindow

_NEVER = (TimeWindow(start=0, end=0),)
"""The midnight before: papers on board that no place takes stay on board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """`bench` knows also the offices that may take papers instead; `problem` is what is left to be
    planned of it. `touched`: works that a closed place takes something from; `why`: legs that are
    left on purpose."""

    bench: Workbench
    problem: Problem
    touched: frozenset[str]
    why: Mapping[uuid.UUID, Why]


def open_day(session: Session, base: Plan, bench: Workbench, asked: ReplanAsked) -> OpenDay:
    """Without what the dispatcher took out, which does not come back by itself, and without what
    leads to closed places; papers go where else they may. Raises OfficeNotFound."""
    closed = _closed(session, base, asked)
    out = {bench.legend.work_of[leg] for leg in _taken_out(bench, asked)}
    shut = _Shut(bench, closed, OtherOffices(session, base, bench))
    found = {each.id: shut.left_of(each) for each in bench.root.shipments}
    root = replace(
        bench.root,
        shipments=tuple(_kept(each, found[each.id]) for each in bench.root.shipments),
    )
    left = {work for work, shipment in found.items() if shipment is None}
    kept = (found[each.id] for each in bench.root.shipments if each.id not in out)
    problem = _with_open(bench.root, [each for each in kept if each is not None])
    why = {leg: CLOSED for work in left for leg in bench.legend.works.get(work, ())}
    return OpenDay(
        bench=replace(bench, root=root, meanings={**bench.meanings, **bench.legend.meanings(root)}),
        problem=problem,
        touched=frozenset(e.id for e in bench.root.shipments if found[e.id] is not e),
        why={**why, **dict.fromkeys(_taken_out(bench, asked), TAKEN_OUT)},
    )


def _with_open(root: Problem, shipments: Sequence[Shipment]) -> Problem:
    """With these works only; pins hold what is left of what they held."""
    known = {task.id for each in shipments for task in (*each.pickups, *each.deliveries)}
    held = ((pin, tuple(t for t in pin.task_ids if t in known)) for pin in root.pins)
    pins = tuple(replace(pin, task_ids=tasks) for pin, tasks in held if tasks)
    return replace(root, shipments=tuple(shipments), pins=pins)


def _closed(session: Session, base: Plan, asked: ReplanAsked) -> ClosedPlaces:
    """What was asked about, and what really is closed."""
    offices = {get_office(session, base.province_code, code).id for code in asked.closed_offices}
    wished = closed_offices(offices) | ClosedPlaces(zones=frozenset(asked.closed_zones))
    return wished | read_closed(session, base.province_code, base.service_date)


def _kept(shipment: Shipment, left: Shipment | None) -> Shipment:
    """What the version stores of a work: other ways to end it, but nothing that cannot be undone by
    opening the place again."""
    return shipment if left is None or left.deliveries[0].windows == _NEVER else left


class _Shut:
    """Works of a day on which some places are closed."""

    def __init__(self, bench: Workbench, closed: ClosedPlaces, elsewhere: OtherOffices) -> None:
        self._closed = closed
        self._elsewhere = elsewhere
        self._executed = bench.desk.executed

    def left_of(self, shipment: Shipment) -> Shipment | None:
        """The work as it can still be done; None where it cannot."""
        if not self._closed or self._is_done(shipment.deliveries):
            return shipment
        begun = self._is_done(shipment.pickups)
        if not begun and any(self._closed.has(task.location) for task in shipment.pickups):
            return None
        ends = tuple(task for task in shipment.deliveries if not self._closed.has(task.location))
        if len(ends) == len(shipment.deliveries):
            return shipment
        if self._closed.has(shipment.deliveries[0].location):
            ends = (*self._elsewhere.tasks(shipment, zones=self._closed.zones), *ends)
        if ends:
            return replace(shipment, deliveries=ends)
        if not begun:
            return None
        return replace(shipment, deliveries=(replace(shipment.deliveries[0], windows=_NEVER),))

    def _is_done(self, tasks: tuple[Task, ...]) -> bool:
        return any(task.id in self._executed for task in tasks)


def _taken_out(bench: Workbench, asked: ReplanAsked) -> set[uuid.UUID]:
    """Legs that the dispatcher took out of a version before, and does not ask for now."""
    wanted = {bench.legend.work_of.get(leg) for leg in asked.urgent}
    return {
        leg
        for leg, reasons in bench.reasons.items()
        if any(reason.get("code") == TAKEN_OUT.code for reason in reasons)
        and bench.legend.work_of.get(leg, "") not in {*wanted, ""}
    }

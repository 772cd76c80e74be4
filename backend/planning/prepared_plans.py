"""A stored plan open for questions: who could take one more visit, in milliseconds.

Plans are content: what was made ready for one problem and solution serves until others are stored.
"""

import json
import threading
import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from backend.places.models import PlaceKind
from backend.planning.day_rows import Span
from backend.planning.errors import PlanHasNoRoutesYet
from backend.planning.models import VisitKind
from backend.planning.operations import get_plan
from backend.planning.service_times import service_s, setup_s
from backend.planning.stored_problems import read_problem
from backend.planning.windows import home_windows
from backend.storage import BlobStore, ContentFolder
from routing import Location, NewPlace, Offers, PreparedPlan, Shipment, Task, prepare, schedule
from routing.formats.own import solution_from_json

KEPT = 4
"""Plans kept ready in one process, some 20 MB each at 300 visits: the areas that are booked now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionDraft:
    """A home visit that a citizen might book: papers to be carried to an office. `home` are the
    rides between the door and the plan's places, in the order of its matrix."""

    office_id: uuid.UUID
    slot: Span | None
    dossiers: int
    zone_code: str
    home: NewPlace


def find_offers(
    session: Session, blobs: BlobStore, plan_id: uuid.UUID, draft: CollectionDraft
) -> Offers | None:
    """Who can take the visit, cheapest first, and who cannot.

    None if the plan brings nothing to that office: its hours are not known here. Raises
    PlanNotFound, PlanHasNoRoutesYet.
    """
    ready = open_plan(session, blobs, plan_id)
    work = _as_work(ready.plan, draft)
    if work is None:
        return None
    with ready.lock:
        return ready.plan.insert(work, places=(draft.home,))


@dataclass(frozen=True, slots=True)
class ReadyPlan:
    """A prepared plan answers one question at a time."""

    plan: PreparedPlan
    lock: threading.Lock


def open_plan(session: Session, blobs: BlobStore, plan_id: uuid.UUID) -> ReadyPlan:
    """The plan as it was stored. Raises PlanNotFound, PlanHasNoRoutesYet."""
    plan = get_plan(session, plan_id)
    if plan.problem_sha256 is None or plan.solution_sha256 is None:
        raise PlanHasNoRoutesYet(plan=plan_id, status=plan.status.value)
    return _ready(blobs.folder, plan.problem_sha256, plan.frame_sha256, plan.solution_sha256)


@lru_cache(maxsize=KEPT)
def _ready(
    folder: Path, problem_sha256: str, frame_sha256: str | None, solution_sha256: str
) -> ReadyPlan:
    blobs = ContentFolder(folder)
    problem = read_problem(folder, problem_sha256, frame_sha256)
    solution = solution_from_json(json.loads(blobs.read_file(solution_sha256)))
    if frame_sha256 is not None:  # its past is not in the problem: times as if it were not begun
        known = {t.id for s in problem.shipments for t in (*s.pickups, *s.deliveries)}
        orders = {r.vehicle_id: [t for t in r.task_ids if t in known] for r in solution.routes}
        solution = schedule(problem, orders, place_breaks=True)
    return ReadyPlan(prepare(problem, solution), threading.Lock())


def _as_work(plan: PreparedPlan, draft: CollectionDraft) -> Shipment | None:
    """The visit as work of this plan: the office's counter is as open as for its other papers."""
    counter = f"{PlaceKind.OFFICE.value}:{draft.office_id}"
    like = next(
        (s for s in plan.problem.shipments if s.deliveries[0].location.place == counter), None
    )
    if like is None:
        return None
    places = max(matrix.size for matrix in plan.problem.matrices.values())
    load = (draft.dossiers, 0)
    home = Location(matrix_index=places, place="draft", area=draft.zone_code)
    pickup = Task(
        id="draft:home",
        location=home,
        setup_s=setup_s(VisitKind.COLLECTION),
        service_s=service_s(VisitKind.COLLECTION, draft.dossiers),
        windows=home_windows(draft.slot),
        load_change=load,
    )
    deliveries = tuple(
        replace(
            task,
            id=f"draft:{number}",
            service_s=service_s(_kind(task), draft.dossiers),
            load_change=tuple(-amount for amount in load),
        )
        for number, task in enumerate(like.deliveries)
    )
    return Shipment(id="draft", pickups=(pickup,), deliveries=deliveries, priority=like.priority)


def _kind(task: Task) -> VisitKind:
    """Papers are handed over at an office; elsewhere they rest overnight."""
    at_office = task.location.place.startswith(f"{PlaceKind.OFFICE.value}:")
    return VisitKind.HAND_OVER if at_office else VisitKind.DEPOSIT

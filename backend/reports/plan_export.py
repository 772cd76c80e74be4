"""A plan as files for people and other programs: map, table, figures, one sheet per courier.

The folder of a day is complete or absent: it is written beside its place and moved there.
"""

import csv
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject
from backend.planning.models import Plan
from backend.planning.operations import get_finished_plan
from backend.planning.plan_details import RouteDetail, StopDetail, UnassignedDetail
from backend.planning.read_plan import read_routes, read_unassigned
from backend.reports.plan_map import plan_map
from backend.reports.route_sheet import render_route_sheet
from backend.reports.route_sheet_data import sheet_of

ROUTES_COLUMNS = (
    "route",
    "courier_code",
    "stop",
    "kind",
    "place",
    "address",
    "arrives_at",
    "starts_at",
    "ends_at",
    "distance_m",
    "act",
    "item_code",
    "procedure_code",
    "booking_reference",
    "slot",
    "due_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Where the files lie, and which."""

    folder: Path
    files: tuple[Path, ...]


def export_plan(session: Session, plan_id: uuid.UUID, output_dir: Path) -> Export:
    """Writes `output_dir/<service date>/`: plan.geojson, routes.csv, summary.json and a PDF route
    sheet per courier. An earlier export of the same day is replaced as a whole.

    Raises PlanNotFound, PlanHasNoRoutesYet.
    """
    plan = get_finished_plan(session, plan_id)
    routes = read_routes(session, plan)
    left = read_unassigned(session, plan)
    output_dir.mkdir(parents=True, exist_ok=True)
    target = output_dir / plan.service_date.isoformat()
    draft = Path(tempfile.mkdtemp(dir=output_dir, prefix=".partial-"))
    try:
        for name, content in _files(plan, routes, left).items():
            (draft / name).write_bytes(content)
        draft.chmod(0o755)
        _replace_folder(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Export(folder=target, files=tuple(sorted(target.iterdir())))


def summary_document(
    plan: Plan, routes: Sequence[RouteDetail], left: Iterable[UnassignedDetail]
) -> JsonObject:
    """What summary.json holds."""
    return {
        "plan_id": str(plan.id),
        "number": plan.number,
        "status": plan.status.value,
        "planning_area": plan.planning_area.code,
        "service_date": plan.service_date.isoformat(),
        "problem_sha256": plan.problem_sha256,
        "summary": plan.summary,
        "baseline": plan.baseline,
        "routes": [
            {
                "number": route.number,
                "courier_code": route.courier_code,
                "stops": sum(stop.label is not None for stop in route.stops),
                "visits": len(route.visits),
                "distance_m": route.distance_m,
                "ride_s": route.ride_s,
                "wait_s": route.wait_s,
                "starts_at": _local(route.starts_at),
                "ends_at": _local(route.ends_at),
            }
            for route in routes
        ],
        "unassigned": [
            {
                "item_code": item.leg.item_code,
                "booking_reference": item.leg.booking_reference,
                "address": item.address,
                "reasons": list(item.reasons),
            }
            for item in left
        ],
    }


def _files(
    plan: Plan, routes: Sequence[RouteDetail], left: Sequence[UnassignedDetail]
) -> dict[str, bytes]:
    files = {
        "plan.geojson": _json(plan_map(routes, left)),
        "routes.csv": _table(routes),
        "summary.json": _json(summary_document(plan, routes, left), indent=2),
    }
    for route in routes:
        name = f"ban-ke-{route.number:02}-{_safe(route.courier_code)}.pdf"
        files[name] = render_route_sheet(sheet_of(plan, route))
    return files


def _table(routes: Iterable[RouteDetail]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets show Vietnamese right."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(ROUTES_COLUMNS)
    for route in routes:
        for stop in route.stops:
            writer.writerows(_lines(route, stop))
    return out.getvalue().encode("utf-8-sig")


def _lines(route: RouteDetail, stop: StopDetail) -> Iterable[tuple[object, ...]]:
    """One line a visit; starts, breaks and ends have one of their own."""
    head = (
        route.number,
        route.courier_code,
        stop.ordinal,
        stop.kind.value,
        stop.place.name,
        stop.place.address,
        _local(stop.arrives_at),
        _local(stop.starts_at),
        _local(stop.ends_at),
        stop.distance_m,
    )
    if not stop.visits:
        yield (*head, "", "", "", "", "", "")
    for visit in stop.visits:
        leg = visit.leg
        yield (
            *head,
            visit.kind.value,
            leg.item_code,
            leg.procedure_code,
            leg.booking_reference,
            leg.slot,
            leg.due_on.isoformat(),
        )


def _replace_folder(draft: Path, target: Path) -> None:
    """Two renames: who looks in between sees no folder, never half of one."""
    old = draft.with_name(draft.name + "-old")
    if target.exists():
        target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _local(instant: datetime) -> str:
    return clock.to_local(instant).isoformat()


def _json(document: JsonObject, indent: int | None = None) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=indent).encode()


def _safe(code: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in code)

"""A plan's figures for people: couriers, visits, ways, promises, and what is left with reasons."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.planning.baseline import RULE
from backend.planning.day_rows import LegRow
from backend.planning.models import AT_HOME, Plan, VisitKind
from backend.planning.problem_builder import BuiltProblem
from backend.planning.reasons import reason_json, set_aside_json
from backend.planning.tasks import TaskMeaning
from geodata.travel_tables import OSRM_MOTORBIKE
from routing import Result, Route, Solution, Visit
from routing import VisitKind as StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftLegs:
    """Legs of one carriage that the plan does not hold, with reasons in their stored form."""

    leg_ids: tuple[uuid.UUID, ...]
    reasons: tuple[dict[str, Any], ...]


def left_legs(built: BuiltProblem, solution: Solution) -> tuple[LeftLegs, ...]:
    """Everything that is not planned: found impossible before the search, then left by it."""
    courier_of = {vehicle_id: shift.courier_code for vehicle_id, shift in built.shifts.items()}
    before = [
        LeftLegs(leg_ids=aside.leg_ids, reasons=(set_aside_json(aside),))
        for aside in built.set_aside
    ]
    searched = [
        LeftLegs(
            leg_ids=built.carriages[left.id].leg_ids,
            reasons=tuple(reason_json(reason, courier_of) for reason in left.reasons),
        )
        for left in solution.unassigned
    ]
    return (*before, *searched)


def summarise(
    built: BuiltProblem, legs: Iterable[LegRow], result: Result, left: Iterable[LeftLegs]
) -> dict[str, Any]:
    """The stored summary of a plan: what `PlanSchema.summary` hands out and the table prints."""
    solution, left = result.solution, tuple(left)
    legs = tuple(legs)
    return {
        **_riding(built, solution),
        "legs": {"asked": len(legs), "planned": len(legs) - sum(len(x.leg_ids) for x in left)},
        "promises": _promises(built.meanings, legs, solution),
        "unassigned": {"legs": sum(len(x.leg_ids) for x in left), "by_reason": _by_reason(left)},
        "stranded_shifts": [shift.courier_code for shift in built.stranded_shifts],
        "travel": {
            "source": built.travel_source,
            "measured": built.travel_source == OSRM_MOTORBIKE,
            "note": built.travel_note,
            "estimated_places": built.estimated_places,
        },
        "search": {
            "engine": result.engine,
            "seed": result.seed,
            "seconds": round(result.runtime_s, 1),
            "iterations": result.iterations,
            "stopped": result.stopped,
            "cost": solution.cost,
        },
    }


def summarise_baseline(built: BuiltProblem, solution: Solution) -> dict[str, Any]:
    """The same figures for the plan by hand, with its rule in words."""
    left = sum(built.carriages[work.id].dossiers for work in solution.unassigned)
    return {
        **_riding(built, solution),
        "rule_vi": RULE.vi,
        "rule_en": RULE.en,
        "cost": solution.cost,
        "unassigned_legs": left + sum(len(aside.leg_ids) for aside in built.set_aside),
    }


def costs_more_than_by_hand(plan: Plan) -> int | None:
    """By how many per cent a finished plan is dearer than its baseline; None if it is not."""
    if not plan.summary or not plan.baseline:
        return None
    cost, by_hand = plan.summary["search"]["cost"], plan.baseline["cost"]
    return None if cost <= by_hand else max(1, 100 * (cost - by_hand) // max(1, by_hand))


def _riding(built: BuiltProblem, solution: Solution) -> dict[str, Any]:
    routes = solution.routes
    return {
        "couriers": {"used": len(routes), "available": len(built.shifts)},
        "visits": _visits(built, routes),
        "stops": sum(len(halts(route)) for route in routes),
        "distance_km": round(solution.distance_m / 1000, 1),
        "ride_h": _hours(solution.ride_s),
        "wait_h": _hours(sum(visit.wait_s for route in routes for visit in route.visits)),
        "work_h": _hours(sum(route.end_s - route.start_s for route in routes)),
    }


def halts(route: Route) -> list[list[Visit]]:
    """The route's visits, those at one place in a row together; no start, break or end."""
    groups: list[list[Visit]] = []
    open_at = ""
    for visit in route.visits:
        if visit.kind in (StepKind.START, StepKind.END, StepKind.BREAK) or visit.location is None:
            open_at = ""
        elif visit.location.place_key == open_at:
            groups[-1].append(visit)
        else:
            groups.append([visit])
            open_at = visit.location.place_key
    return groups


def _visits(built: BuiltProblem, routes: Iterable[Route]) -> dict[str, int]:
    kinds = Counter(built.meanings[task_id].kind for route in routes for task_id in route.task_ids)
    by_kind = {kind.value.lower(): kinds[kind] for kind in VisitKind}
    return {"homes": sum(kinds[kind] for kind in AT_HOME), "all": kinds.total(), **by_kind}


def _promises(
    meanings: Mapping[str, TaskMeaning], legs: Iterable[LegRow], solution: Solution
) -> dict[str, int]:
    """kept: the leg ends today and in time. at_risk: not today, but tomorrow is still in time.
    broken: it will be late whatever happens tomorrow."""
    rests: set[uuid.UUID] = set()
    arrives: set[uuid.UUID] = set()
    for route in solution.routes:
        for visit in route.visits:
            if visit.kind is StepKind.DELIVERY and visit.task_id is not None:
                meaning = meanings[visit.task_id]
                (rests if meaning.overnight else arrives).update(meaning.leg_ids)
    counts = {"kept": 0, "at_risk": 0, "broken": 0}
    for leg in legs:
        if leg.id in arrives:
            counts["kept" if leg.days_left >= 0 else "broken"] += 1
        else:
            counts["at_risk" if leg.days_left >= 1 else "broken"] += 1
    return {**counts, "overnight": len(rests)}


def _by_reason(left: Iterable[LeftLegs]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for item in left:
        first = item.reasons[0] if item.reasons else {"code": "UNKNOWN"}
        group = groups.setdefault(first["code"], {"code": first["code"], "legs": 0})
        group["legs"] += len(item.leg_ids)
    return sorted(groups.values(), key=lambda group: (-group["legs"], group["code"]))


def _hours(seconds: int) -> float:
    return round(seconds / 3600, 2)

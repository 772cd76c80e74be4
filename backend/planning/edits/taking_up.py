"""Legs that came after a plan was made become works of it, to be added or replanned."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.planning.carriages import Carriage
from backend.planning.closing.models import Closing
from backend.planning.day_rows import DayRows, LegRow
from backend.planning.edits.errors import LegCannotBeRidden
from backend.planning.edits.references import list_references
from backend.planning.edits.workbench import Workbench
from backend.planning.fingerprint import digests
from backend.planning.grown_problem import add_legs, with_added
from backend.planning.kept_tables import keep_table
from backend.planning.legend import legend_of
from backend.planning.models import Plan
from backend.planning.problem_builder import BuiltProblem
from backend.planning.read_day import read_day
from backend.planning.reasons import set_aside_json
from geodata.travel_tables import TravelTimes
from routing import Problem


def take_up(
    session: Session,
    plan: Plan,
    bench: Workbench,
    leg_ids: Collection[uuid.UUID],
    travel: TravelTimes,
    *,
    refuse: bool = True,
    from_other_day: bool = False,
) -> Workbench:
    """The open plan with some legs as works that no route has yet; those that it knows, or that are
    not of its day, change nothing, but `from_other_day` reads the latter as if they were.

    What nobody can ride raises LegCannotBeRidden with the reason, or stays out (`refuse=False`).
    """
    new = set(leg_ids) - bench.legend.work_of.keys()
    if not new:
        return bench
    also = new if from_other_day else ()
    day = read_day(session, plan.planning_area, plan.service_date, also=also)
    legs = [leg for leg in day.legs if leg.id in new]
    if not legs:
        return bench
    return with_legs(
        plan, bench, day, legs, travel, refuse=refuse, references=list_references(session, new)
    )


def with_legs(
    plan: Plan,
    bench: Workbench,
    day: DayRows,
    legs: Sequence[LegRow],
    travel: TravelTimes,
    *,
    refuse: bool,
    references: Mapping[uuid.UUID, str],
) -> Workbench:
    """As `take_up`, of legs that `day` has with their ends."""
    built = built_of(plan, bench, bench.root)
    added = add_legs(built, day, legs, keep_table(travel, plan.planning_area_id))
    if added.set_aside and refuse:
        reason = set_aside_json(added.set_aside[0])
        raise LegCannotBeRidden(
            leg=added.set_aside[0].leg_ids[0],
            why_vi=reason["detail_vi"],
            why_en=reason["detail_en"],
        )
    grown = with_added(built, added)
    with_them = replace(
        bench,
        legend=legend_of(grown),
        legs={**bench.legs, **{leg.id: leg for leg in legs}},
        references={**bench.references, **references},
        grown=bench.grown or bool(added.places),
    )
    return with_them.rebuilt(grown.problem, bench.locks, bench.orders, only_grown=True)


def built_of(plan: Plan, bench: Workbench, problem: Problem) -> BuiltProblem:
    """An open plan as if it had just been built."""
    return BuiltProblem(
        problem=problem,
        meanings=bench.meanings,
        carriages={
            work: Carriage(legs=tuple(bench.legs[leg] for leg in legs))
            for work, legs in bench.legend.works.items()
            if all(leg in bench.legs for leg in legs)
        },
        shifts=bench.shifts,
        set_aside=(),
        stranded_shifts=(),
        places=bench.legend.places,
        points=bench.legend.points,
        travel_source=plan.travel_source or "",
        travel_note=plan.travel_note or "",
        estimated_places=plan.summary.get("travel", {}).get("estimated_places", 0),
    )


def digests_of_legs(
    session: Session, plan: Plan, legs: Collection[LegRow], *, shifts: Collection[str] = ()
) -> tuple[Mapping[str, str], frozenset[str]]:
    """Digests of legs, of where they lead (before and now) and of some shifts, as they are now;
    and the names of those that are not of this day any more."""
    day = read_day(session, plan.planning_area, plan.service_date)
    ids = {leg.id for leg in legs}
    ends = {
        place_id
        for leg in (*legs, *(leg for leg in day.legs if leg.id in ids))
        for _, place_id in (leg.origin, leg.destination)
    }
    wanted = {f"leg:{leg}" for leg in ids} | {f"shift:{shift}" for shift in shifts}
    wanted |= {f"{kind}:{end}" for end in ends for kind in ("home", "office", "post_office")}
    table = digests(day)
    return {key: table[key] for key in wanted & table.keys()}, frozenset(wanted - table.keys())


def digests_of_closings(
    session: Session, plan: Plan, closings: Collection[uuid.UUID]
) -> Mapping[str, str]:
    """Digests of what some closings wrote: the offices' hours, and the day's closed zones."""
    if not closings:
        return {}
    rows = session.scalars(select(Closing.shut_office_ids).where(Closing.id.in_(closings)))
    offices = {f"office:{office}" for ids in rows for office in ids}
    table = digests(read_day(session, plan.planning_area, plan.service_date))
    return {
        key: digest for key, digest in table.items() if key in offices or key.startswith("day:")
    }

"""The versions of a day: which grew from which, how two of them differ, and going back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Leg, LegStatus
from backend.dossiers.promise import promise_state
from backend.errors import Text
from backend.fleet.models import Courier
from backend.places.models import PlaceKind
from backend.planning.carried_over import OUTCOMES
from backend.planning.edits.effects import PromiseChange, Touched, promise_of
from backend.planning.edits.references import list_references
from backend.planning.errors import PlansOfDifferentDays
from backend.planning.models import (
    Plan,
    PlanOrigin,
    PlanStatus,
    Route,
    Stop,
    Visit,
    VisitKind,
    VisitStatus,
)
from backend.planning.operations import get_finished_plan
from backend.planning.staleness import Staleness

ORIGINS: Mapping[PlanOrigin, Text] = {
    PlanOrigin.SEARCH: Text(vi="lập mới", en="searched"),
    PlanOrigin.EDIT: Text(vi="sửa tay", en="edited"),
    PlanOrigin.REPAIR: Text(vi="xếp thêm việc còn lại", en="repaired"),
    PlanOrigin.REPLAN: Text(vi="lập lại giữa ngày", en="replanned"),
    PlanOrigin.UNDO: Text(vi="hoàn tác", en="undone"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """One figure of two versions."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """What another version does otherwise."""

    before_id: uuid.UUID
    after_id: uuid.UUID
    figures: tuple[FigureChange, ...]
    visits: tuple[Touched, ...]
    promises: tuple[PromiseChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One act as a version has it."""

    courier: str
    starts_at: datetime
    ends_leg: bool
    is_over: bool
    """It has an outcome: nothing of it is to be decided any more."""


def list_versions(session: Session, plan_id: uuid.UUID) -> list[Plan]:
    """All finished versions of the plan's day, the newest first. Raises PlanNotFound,
    PlanHasNoRoutesYet."""
    plan = get_finished_plan(session, plan_id)
    return list(
        session.scalars(
            select(Plan)
            .where(
                Plan.planning_area_id == plan.planning_area_id,
                Plan.service_date == plan.service_date,
                Plan.status.in_((PlanStatus.DRAFT, PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)),
            )
            .order_by(Plan.number.desc())
        )
    )


def compare_versions(session: Session, before_id: uuid.UUID, after_id: uuid.UUID) -> PlanDifference:
    """Visit by visit, of what is still open. Raises PlanNotFound, PlanHasNoRoutesYet,
    PlansOfDifferentDays."""
    before, after = get_finished_plan(session, before_id), get_finished_plan(session, after_id)
    if (before.planning_area_id, before.service_date) != (
        after.planning_area_id,
        after.service_date,
    ):
        raise PlansOfDifferentDays
    old, new = _held(session, before), _held(session, after)
    legs = _legs(session, {leg for leg, _ in (*old, *new)})
    old, new = ({key: acts[key] for key in acts if key[0] in legs} for acts in (old, new))
    return PlanDifference(
        before_id=before.id,
        after_id=after.id,
        figures=tuple(_figures(before, after)),
        visits=_visits(old, new, legs),
        promises=_promises(session, after, old, new, legs),
    )


def describe_moved(session: Session, plan: Plan, staleness: Staleness | None) -> Text:
    """What happened to a plan since somebody looked at it, as far as rows can tell."""
    grown = session.scalars(
        select(Plan).where(Plan.derived_from_id == plan.id).order_by(Plan.number)
    ).all()
    told = [
        Text(
            vi=f"bản số {each.number} ({ORIGINS[each.origin].vi}) lưu lúc {_clock(each)}",
            en=f"version {each.number} ({ORIGINS[each.origin].en}) was saved at {_clock(each)}",
        )
        for each in grown
    ]
    if plan.status is PlanStatus.PUBLISHED:
        told.append(Text(vi="đã phát hành", en="it is published"))
    if plan.status is PlanStatus.SUPERSEDED:
        told.append(Text(vi="đã được thay bằng bản khác", en="another version took its place"))
    if staleness is not None and staleness.stale:
        told.append(staleness.in_words())
    told.append(Text(vi=f"phiên bản dữ liệu {plan.version}", en=f"its row is at {plan.version}"))
    return Text(vi=", ".join(t.vi for t in told), en=", ".join(t.en for t in told))


def _clock(plan: Plan) -> str:
    return f"{clock.to_local(plan.requested_at):%H:%M}"


type _Acts = dict[tuple[uuid.UUID, VisitKind], _Held]


def _held(session: Session, plan: Plan) -> _Acts:
    """The acts of a version. One that was superseded held also what was cancelled then."""
    query = (
        select(Visit, Courier.code, Leg.to_kind)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Courier, Courier.id == Route.courier_id)
        .join(Leg, Leg.id == Visit.leg_id)
        .where(Route.plan_id == plan.id)
        .order_by(Route.number, Stop.ordinal, Visit.ordinal)
    )
    if plan.status is not PlanStatus.SUPERSEDED:
        query = query.where(Visit.status != VisitStatus.CANCELLED)
    return {
        (visit.leg_id, visit.kind): _Held(
            courier=code,
            starts_at=visit.starts_at,
            is_over=visit.status in OUTCOMES,
            ends_leg=visit.kind in (VisitKind.DELIVERY, VisitKind.HAND_OVER)
            or (visit.kind is VisitKind.DEPOSIT and to_kind is PlaceKind.POST_OFFICE),
        )
        for visit, code, to_kind in session.execute(query)
    }


def _legs(session: Session, leg_ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[Leg, str]]:
    """But for those that nobody rides any more, whatever a version said."""
    references = list_references(session, leg_ids)
    open_legs = Leg.id.in_(leg_ids), Leg.status != LegStatus.CANCELLED
    rows = session.scalars(select(Leg).where(*open_legs))
    return {leg.id: (leg, references.get(leg.id, "")) for leg in rows}


def _visits(
    old: _Acts, new: _Acts, legs: Mapping[uuid.UUID, tuple[Leg, str]]
) -> tuple[Touched, ...]:
    found = []
    for key in (*new, *(key for key in old if key not in new)):
        was, now = old.get(key), new.get(key)
        if was == now or any(held is not None and held.is_over for held in (was, now)):
            continue
        leg, reference = legs[key[0]]
        slot = ""
        if leg.window_start is not None and leg.window_end is not None:
            slot = f"{leg.window_start:%H:%M}–{leg.window_end:%H:%M}"
        found.append(
            Touched(
                leg_ids=(leg.id,),
                kind=key[1],
                booking_reference=reference,
                slot=slot,
                courier_before=was.courier if was else None,
                courier_after=now.courier if now else None,
                starts_before=was.starts_at if was else None,
                starts_after=now.starts_at if now else None,
            )
        )
    return tuple(found)


def _promises(
    session: Session,
    plan: Plan,
    old: _Acts,
    new: _Acts,
    legs: Mapping[uuid.UUID, tuple[Leg, str]],
) -> tuple[PromiseChange, ...]:
    calendar = load_calendar(session, plan.province_code)
    found = []
    ended = [{leg for (leg, _), held in acts.items() if held.ends_leg} for acts in (old, new)]
    for leg, reference in legs.values():
        left = promise_state(leg.due_on, plan.service_date, calendar).working_days_left
        was, now = (promise_of(ends_today=leg.id in ends, days_left=left) for ends in ended)
        if was != now:
            found.append(
                PromiseChange(
                    leg_id=leg.id,
                    booking_reference=reference,
                    due_on=leg.due_on,
                    before=was,
                    after=now,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.after, each.due_on, each.leg_id)))


_FIGURES: Sequence[tuple[str, str, str]] = (
    ("cost", "search", "cost"),
    ("distance_km", "distance_km", ""),
    ("ride_h", "ride_h", ""),
    ("work_h", "work_h", ""),
    ("couriers", "couriers", "used"),
    ("stops", "stops", ""),
    ("promises_kept", "promises", "kept"),
    ("promises_at_risk", "promises", "at_risk"),
    ("promises_broken", "promises", "broken"),
    ("unassigned_legs", "unassigned", "legs"),
)


def _figures(before: Plan, after: Plan) -> list[FigureChange]:
    found = []
    for name, key, inner in _FIGURES:
        was, now = (_figure(plan.summary, key, inner) for plan in (before, after))
        found.append(FigureChange(name=name, before=was, after=now))
    return found


def _figure(summary: Mapping[str, object], key: str, inner: str) -> float:
    value = summary.get(key, 0)
    if inner:
        value = value.get(inner, 0) if isinstance(value, Mapping) else 0
    return float(value) if isinstance(value, int | float) else 0.0

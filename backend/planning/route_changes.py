"""Why a courier's published route became another one, in a sentence for the courier's phone.

It names acts, times, offices and couriers' codes, and nobody's name, phone or door.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import Base, Instant
from backend.places.models import Office, PlaceKind
from backend.planning.closing.models import Closing
from backend.planning.locks import Act
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

WORTH_TELLING = timedelta(minutes=15)
"""Smaller shifts of an act are no news, as for citizens."""

NAMED = 3
"""Acts named one by one; the others are counted."""

SHOWN = 5
"""Sentences of a day that a phone gets, the newest."""


class RouteChange(Base):
    """One courier's sentence about one published version."""

    __tablename__ = "route_change"
    __table_args__ = (
        Index("ix_route_change_courier_id_service_date", "courier_id", "service_date"),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True
    )
    courier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"), primary_key=True)
    service_date: Mapped[date]
    changed_at: Mapped[Instant]
    text: Mapped[str] = mapped_column(String(800))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """One act that is still open in a version."""

    courier_id: uuid.UUID
    kind: VisitKind
    starts_at: datetime
    place: tuple[PlaceKind | None, uuid.UUID | None]


type _Acts = dict[Act, _Planned]

_WORDS: Mapping[VisitKind, str] = {
    VisitKind.COLLECTION: "thu gom",
    VisitKind.HAND_OVER: "bàn giao",
    VisitKind.FETCH: "nhận kết quả",
    VisitKind.DELIVERY: "phát",
    VisitKind.TAKE_FROM_POST_OFFICE: "lấy hồ sơ ở bưu cục",
    VisitKind.DEPOSIT: "gửi hồ sơ ở bưu cục",
}


def note_route_changes(session: Session, plan: Plan, before: Plan) -> None:
    """Tells every courier whose open acts differ between the version in force and the one that
    takes its place; called while the former is still in force."""
    old, new = _open_acts(session, before), _open_acts(session, plan)
    offices = _offices(session, new.values())
    now = clock.now()
    cause = ""
    for courier_id in sorted({each.courier_id for each in (*old.values(), *new.values())}):
        told = _differences(courier_id, old, new, offices)
        if not told:
            continue
        cause = cause or _cause(session, plan, before)
        session.add(
            RouteChange(
                plan_id=plan.id,
                courier_id=courier_id,
                service_date=plan.service_date,
                changed_at=now,
                text=f"Tuyến đổi lúc {_clock(now)} vì {cause}: {'; '.join(told)}."[:800],
            )
        )


def list_route_changes(
    session: Session, courier_id: uuid.UUID, day_from: date | None
) -> list[RouteChange]:
    """The newest sentences of the days that a phone shows, the oldest of them first."""
    query = (
        select(RouteChange)
        .where(RouteChange.courier_id == courier_id)
        .order_by(RouteChange.changed_at.desc(), RouteChange.plan_id.desc())
        .limit(SHOWN)
    )
    if day_from is not None:
        query = query.where(RouteChange.service_date >= day_from)
    return list(reversed(session.scalars(query).all()))


def _open_acts(session: Session, plan: Plan) -> _Acts:
    rows = session.execute(
        select(Visit, Stop.place_kind, Stop.place_id, Route.courier_id)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .where(Route.plan_id == plan.id, Visit.status == VisitStatus.OPEN)
        .order_by(Route.number, Stop.ordinal, Visit.ordinal)
    )
    return {
        (visit.leg_id, visit.kind): _Planned(
            courier_id=courier_id,
            kind=visit.kind,
            starts_at=visit.starts_at,
            place=(place_kind, place_id),
        )
        for visit, place_kind, place_id, courier_id in rows
    }


def _offices(session: Session, acts: Iterable[_Planned]) -> dict[uuid.UUID, str]:
    ids = {each.place[1] for each in acts if each.place[0] is PlaceKind.OFFICE}
    rows = session.execute(select(Office.id, Office.name).where(Office.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _differences(
    courier_id: uuid.UUID, old: _Acts, new: _Acts, offices: Mapping[uuid.UUID, str]
) -> list[str]:
    """What is added, taken away, done elsewhere or at another time; dossiers that go together are
    one act."""
    mine = {act: each for act, each in new.items() if each.courier_id == courier_id}
    had = {act: each for act, each in old.items() if each.courier_id == courier_id}
    added = {_named(each): None for act, each in mine.items() if act not in had}
    gone = {_named(each): None for act, each in had.items() if act not in mine}
    kept = [(had[act], each) for act, each in mine.items() if act in had]
    elsewhere = {
        f"{_named(now)} tại {offices.get(now.place[1], 'bưu cục')}": None
        for was, now in kept
        if was.place != now.place and now.place[1] is not None
    }
    moved = {
        f"{_WORDS[now.kind]} {_clock(was.starts_at)} → {_clock(now.starts_at)}": None
        for was, now in kept
        if was.place == now.place and abs(now.starts_at - was.starts_at) > WORTH_TELLING
    }
    parts = (("thêm", added), ("bớt", gone), ("chuyển", elsewhere), ("đổi giờ", moved))
    return [f"{verb} {_listed([*acts])}" for verb, acts in parts if acts]


def _listed(acts: Sequence[str]) -> str:
    more = len(acts) - NAMED
    shown = ", ".join(acts[:NAMED])
    return f"{shown} và {more} việc khác" if more > 0 else shown


def _named(act: _Planned) -> str:
    return f"{_WORDS[act.kind]} {_clock(act.starts_at)}"


def _clock(at: datetime) -> str:
    return f"{clock.to_local(at):%H:%M}"


def _cause(session: Session, plan: Plan, before: Plan) -> str:
    """Of the version and of the drafts that it grew from."""
    found: dict[str, None] = {}
    row: Plan | None = plan
    while row is not None and row.id != before.id:
        if row.id == plan.id or row.status is PlanStatus.DRAFT:
            found.update(dict.fromkeys(reversed(list(_causes(session, row)))))
        row = None if row.derived_from_id is None else session.get(Plan, row.derived_from_id)
    return ", ".join(reversed(found))


def _causes(session: Session, plan: Plan) -> Iterable[str]:
    if plan.origin is not PlanOrigin.REPLAN:
        yield _ORIGINS[plan.origin]
        return
    asked = plan.request.get("replan", {})
    closings = [uuid.UUID(each) for each in asked.get("closings", ())]
    found = [*_dropped(asked.get("dropped", ())), *_closed(session, closings)]
    if asked.get("rescheduled"):
        found.append("người dân đổi giờ hẹn")
    elif asked.get("urgent") and not closings:
        found.append("có việc gấp")
    yield from found or ("lập lại tuyến giữa ngày",)


_ORIGINS: Mapping[PlanOrigin, str] = {
    PlanOrigin.SEARCH: "kế hoạch ngày được lập lại",
    PlanOrigin.EDIT: "điều phối viên sửa tuyến",
    PlanOrigin.REPAIR: "điều phối viên xếp thêm việc còn lại",
    PlanOrigin.UNDO: "điều phối viên hoàn tác thay đổi trước",
}


def _dropped(codes: Collection[str]) -> Iterable[str]:
    if codes:
        yield f"bưu tá {', '.join(codes)} nghỉ giữa ca"


def _closed(session: Session, ids: Sequence[uuid.UUID]) -> Iterable[str]:
    for row in session.scalars(select(Closing).where(Closing.id.in_(ids)).order_by(Closing.id)):
        yield f"{row.name} {'đóng cửa' if row.reopened_at is None else 'mở cửa lại'}"

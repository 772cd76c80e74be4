"""Money at the counter: payments item by item, and the settlement list of whoever took some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.cash.entries import CashEntry, PaidBy, list_unsettled, settle
from backend.courier_day import form_contents
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.scans import get_scanned
from backend.courier_day.counters.scene import CounterScene, Seat, meet_courier, sit_down
from backend.courier_day.payments import Payment, take_payments
from backend.courier_day.work_days import WorkDay, list_to_settle, settle_day
from backend.dossiers.forms import Form, FormKind
from backend.dossiers.models import Dossier
from backend.errors import Conflict, Text
from backend.places.models import Office


class NothingToSettle(Conflict):
    code = "nothing_to_settle"
    detail = Text(
        vi="{taker} không có khoản thu nào chưa lên bảng kê.",
        en="{taker} has taken nothing that is not on a list already.",
    )
    action = Text(vi="Không cần lập bảng kê.", en="There is nothing to list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Payments for one item, each with its numbered receipt."""

    act: CounterAct
    dossier: Dossier
    entries: tuple[CashEntry, ...]
    receipts: tuple[Form, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One settlement list; `difference_vnd` is counted less due, and a person's to explain.

    `service_dates`: days of the courier that are settled by it.
    """

    act: CounterAct
    form: Form
    due_vnd: int
    counted_vnd: int
    service_dates: tuple[date, ...] = ()

    @property
    def difference_vnd(self) -> int:
        return self.counted_vnd - self.due_vnd


def pay(
    session: Session,
    seat: Seat,
    *,
    item: str,
    payments: Sequence[Payment],
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> Paid:
    """A citizen pays at the counter. Raises what `sit_down` raises, ItemNotFound."""
    scene = sit_down(session, seat, signatures=signatures)
    dossier = scene.dossier(get_scanned(session, seat.province_code, item))
    entries = take_payments(scene, dossier, payments, clerk_id=scene.clerk.id)
    flags = tuple(scene.take_flags())
    outcome = {"dossier": str(dossier.id), "entries": [str(entry.id) for entry in entries]}
    act, forms = scene.finish(ActKind.CASH, asked=asked, outcome=outcome)
    return Paid(
        act=act, dossier=dossier, entries=tuple(entries), receipts=tuple(forms), flags=flags
    )


def settle_cash(
    session: Session,
    seat: Seat,
    *,
    courier_code: str | None,
    counted_vnd: int,
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> Settled:
    """Lists everything one taker took and has not settled, against the cash that was counted.

    courier_code: whose; None = the clerk's own till. Purses and offices stand apart and are never
    netted. A difference is on the dispatcher's list. A courier's days that wait for it are settled,
    also where no cash was taken. Raises what `sit_down` and `meet_courier` raise, NothingToSettle.
    """
    days: list[WorkDay] = []
    if courier_code is None:
        scene = sit_down(session, seat, signatures=signatures)
        taker = {"code": scene.clerk.code, "name": scene.clerk.person.full_name}
        entries = list_unsettled(session, clerk_id=scene.clerk.id)
    else:
        meeting = meet_courier(session, seat, courier_code, signatures=signatures)
        scene, taker = meeting, form_contents.of_courier(meeting.courier)
        entries = list_unsettled(session, courier_id=meeting.courier.id)
        days = list_to_settle(session, meeting.courier.id, clock.local_date(meeting.origin.at))
        for day in days:
            settle_day(session, meeting.courier, day, at=meeting.origin.at)
            meeting.changed_couriers.add(meeting.courier.id)
    if not entries and not days:
        raise NothingToSettle(taker=taker["name"])
    due = sum(entry.amount_vnd for entry in entries if entry.paid_by is PaidBy.CASH)
    difference = counted_vnd - due
    content = _content(scene, entries) | {
        "taker": taker,
        "due_vnd": due,
        "counted_vnd": counted_vnd,
        "difference_vnd": difference,
    }
    dossiers = _dossiers(session, entries)
    scene.draft(FormKind.CASH_SETTLEMENT, content, *dossiers.values())
    settle(session, entries, scene.forms[-1].id)
    if difference:
        scene.flag("cash_differs", detail={"taker": taker["code"], "difference_vnd": difference})
    outcome = {"due_vnd": due, "counted_vnd": counted_vnd, "entries": len(entries)}
    act, forms = scene.finish(ActKind.SETTLEMENT, asked=asked, outcome=outcome)
    return Settled(
        act=act,
        form=forms[0],
        due_vnd=due,
        counted_vnd=counted_vnd,
        service_dates=tuple(day.service_date for day in days),
    )


def _content(scene: CounterScene, entries: Sequence[CashEntry]) -> dict[str, Any]:
    dossiers = _dossiers(scene.session, entries)
    by_purse: dict[str, int] = {}
    by_office: dict[str, int] = {}
    for entry in entries:
        by_purse[entry.purse.value] = by_purse.get(entry.purse.value, 0) + entry.amount_vnd
        if entry.purse.is_held_for_office:
            name = scene.session.get_one(Office, dossiers[entry.dossier_id].filing_office_id).name
            by_office[name] = by_office.get(name, 0) + entry.amount_vnd
    return form_contents.of_scene(scene) | {
        "entries": [
            {
                "taken_at": clock.to_local(entry.taken_at).isoformat(timespec="minutes"),
                "item_code": dossiers[entry.dossier_id].item_code,
                "purse": entry.purse.value,
                "paid_by": entry.paid_by.value,
                "amount_vnd": entry.amount_vnd,
            }
            for entry in entries
        ],
        "by_purse": by_purse,
        "by_office": [
            {"office": name, "amount_vnd": amount} for name, amount in sorted(by_office.items())
        ],
    }


def _dossiers(session: Session, entries: Sequence[CashEntry]) -> dict[Any, Dossier]:
    ids = {entry.dossier_id for entry in entries}
    rows = session.scalars(select(Dossier).where(Dossier.id.in_(ids)).order_by(Dossier.item_code))
    return {row.id: row for row in rows}

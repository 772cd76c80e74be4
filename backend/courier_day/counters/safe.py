"""The overnight safe of a post office by scan: put in, handed out, counted against the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.items import (
    BatchDone,
    ItemDone,
    ItemOutcome,
    Sealed,
    as_json,
    done,
    go_through,
    unknown,
)
from backend.courier_day.counters.scans import find_scanned
from backend.courier_day.counters.scene import CounterScene, Seat, meet_courier, sit_down
from backend.courier_day.hand_overs import find_desk_of
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.courier_day.moves import confirm_move
from backend.courier_day.safes import put_in, take_out
from backend.courier_day.work_items import close_for_dossier
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEvent, CustodyEventType, Dossier, KeeperKind
from backend.dossiers.seals import parse_seal
from backend.places.models import PlaceKind, PostOffice

SAFE_MISSING = "safe_missing"
SAFE_EXTRA = "safe_extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeCount:
    """A count against the log: what lies there as it should, and every difference."""

    act: CounterAct
    agreed: int
    missing: tuple[str, ...]
    """Item codes that the log puts here and nobody scanned."""
    extra: tuple[ItemDone, ...]
    """Scanned here, but the log puts them elsewhere or knows no such code."""


def deposit(
    session: Session,
    seat: Seat,
    *,
    courier_code: str,
    items: Sequence[Sealed],
    asked: Mapping[str, Any],
) -> BatchDone:
    """A courier leaves items overnight; the scan proves it, whatever the log said before.

    Raises what `meet_courier` raises.
    """
    scene = meet_courier(session, seat, courier_code)
    post_office = _post_office(scene)
    here = Keeper.post_office(post_office.id)

    def put(dossier: Dossier, item: Sealed) -> ItemOutcome:
        if Keeper.of(dossier) == here:
            confirmed = confirm_move(
                scene,
                dossier,
                CustodyEventType.DEPOSITED,
                giver=scene.me,
                receiver=here,
                evidence=scene.here(seal=item.seal),
            )
            return ItemOutcome.CONFIRMED if confirmed else ItemOutcome.ALREADY
        _watch_seal(scene, dossier, item)
        moved = put_in(scene, dossier, post_office, seal=item.seal)
        return ItemOutcome.DONE if moved else ItemOutcome.LATE

    lines = go_through(scene, items, put)
    act, _ = scene.finish(ActKind.DEPOSIT, asked=asked, outcome={"items": as_json(lines)})
    return BatchDone(act=act, items=tuple(lines))


def hand_out(
    session: Session,
    seat: Seat,
    *,
    courier_code: str,
    items: Sequence[Sealed],
    asked: Mapping[str, Any],
) -> BatchDone:
    """A courier takes items in the morning. What the log does not put here stays NOT_HERE.

    Raises what `meet_courier` raises.
    """
    scene = meet_courier(session, seat, courier_code)
    post_office = _post_office(scene)
    here = Keeper.post_office(post_office.id)

    def give(dossier: Dossier, item: Sealed) -> ItemOutcome:
        if Keeper.of(dossier) == scene.me:
            confirmed = confirm_move(
                scene,
                dossier,
                CustodyEventType.TAKEN_FROM_POST_OFFICE,
                giver=here,
                receiver=scene.me,
                evidence=scene.here(seal=item.seal),
            )
            return ItemOutcome.CONFIRMED if confirmed else ItemOutcome.ALREADY
        if Keeper.of(dossier) != here or find_desk_of(session, dossier):
            return ItemOutcome.NOT_HERE
        _watch_seal(scene, dossier, item)
        moved = take_out(scene, dossier, post_office, seal=item.seal)
        return ItemOutcome.DONE if moved else ItemOutcome.LATE

    lines = go_through(scene, items, give)
    act, _ = scene.finish(ActKind.HAND_OUT, asked=asked, outcome={"items": as_json(lines)})
    return BatchDone(act=act, items=tuple(lines))


def count_safe(
    session: Session, seat: Seat, *, items: Sequence[str], asked: Mapping[str, Any]
) -> SafeCount:
    """Compares everything that was scanned in the safe with what the log puts there.

    Each difference is one entry on the dispatcher's list, however often it is counted; an item
    that is there again closes its entry. Nothing is moved. Raises what `sit_down` raises.
    """
    scene = sit_down(session, seat)
    post_office = _post_office(scene)
    found = find_scanned(session, seat.province_code, items)
    expected = {dossier.id: dossier for dossier in list_in_safe(session, post_office)}
    scanned = set(found.values())
    missing = [dossier for key, dossier in expected.items() if key not in scanned]
    for dossier in missing:
        _note_once(scene, SAFE_MISSING, dossier)
    for agreed_id in scanned & expected.keys():
        for kind in (SAFE_MISSING, SAFE_EXTRA):
            close_for_dossier(session, agreed_id, kind)
    extra = []
    for text in dict.fromkeys(items):
        if text not in found:
            extra.append(unknown(scene, text))
        elif found[text] not in expected:
            dossier = scene.dossier(found[text])
            _note_once(scene, SAFE_EXTRA, dossier)
            extra.append(done(scene, text, dossier, ItemOutcome.NOT_HERE))
    codes = tuple(dossier.item_code for dossier in missing)
    agreed = len(scanned & expected.keys())
    outcome = {"agreed": agreed, "missing": list(codes), "extra": as_json(extra)}
    act, _ = scene.finish(ActKind.COUNT, asked=asked, outcome=outcome)
    return SafeCount(act=act, agreed=agreed, missing=codes, extra=tuple(extra))


def list_in_safe(session: Session, post_office: PostOffice) -> list[Dossier]:
    """What the log puts into the safe of a post office, by item code.

    Papers that a seconded clerk of this post office keeps lie at that office's desk, not here.
    """
    hands = (
        select(CustodyEvent.dossier_id, func.max(CustodyEvent.n).label("n"))
        .join(Dossier, Dossier.id == CustodyEvent.dossier_id)
        .where(
            Dossier.keeper_kind == KeeperKind.POST_OFFICE,
            Dossier.keeper_id == post_office.id,
            (CustodyEvent.from_id != CustodyEvent.to_id)
            | (CustodyEvent.type == CustodyEventType.ANNOUNCED),
        )
        .group_by(CustodyEvent.dossier_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(Dossier)
            .join(hands, hands.c.dossier_id == Dossier.id)
            .join(
                CustodyEvent,
                (CustodyEvent.dossier_id == hands.c.dossier_id) & (CustodyEvent.n == hands.c.n),
            )
            .where(CustodyEvent.place_kind.is_distinct_from(PlaceKind.OFFICE))
            .order_by(Dossier.item_code)
        )
    )


def _watch_seal(scene: CounterScene, dossier: Dossier, item: Sealed) -> None:
    """Another seal than the log's is a person's to explain; the papers are counted first."""
    read = parse_seal(item.seal) if item.seal else None
    if read is not None and dossier.seal_no is not None and read != dossier.seal_no:
        detail = {"read": read, "was": dossier.seal_no}
        scene.flag("seal_differs", dossier=dossier, detail=detail)


def _note_once(scene: CounterScene, kind: str, dossier: Dossier) -> None:
    known = scene.session.scalars(
        select(WorkItem.id)
        .where(
            WorkItem.dossier_id == dossier.id,
            WorkItem.kind == kind,
            WorkItem.status == WorkItemStatus.OPEN,
        )
        .limit(1)
    ).first()
    if known is None:
        detail = {"keeper_kind": dossier.keeper_kind.value, "keeper": str(dossier.keeper_id)}
        scene.ask_person(kind, dossier=dossier, detail=detail)


def _post_office(scene: CounterScene) -> PostOffice:
    if not isinstance(scene.place, PostOffice):
        raise TypeError("only a post office has a safe")
    return scene.place

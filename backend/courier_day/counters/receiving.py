"""The desk of an office receives by scan: one count, one signature, exceptions item by item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.courier_day import form_contents
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.items import ItemDone, ItemOutcome, as_json, go_through
from backend.courier_day.counters.scene import CourierAtCounter, Seat, meet_courier
from backend.courier_day.hand_overs import (
    DeskForm,
    DeskSignature,
    hand_over,
    keep_for_office,
    refuse,
    send_to_right_office,
    to_the_minute,
    write_minutes,
)
from backend.courier_day.moves import confirm_move, report_note
from backend.courier_day.notices import HARM, tell_citizen
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import Form, FormKind
from backend.dossiers.models import CustodyEventType, Dossier, DossierState, KeeperKind
from backend.dossiers.seals import parse_seal
from backend.fleet.models import Courier
from backend.places.models import Office
from backend.places.operations import get_office

EXPECTED = (DossierState.WITH_COURIER, DossierState.PRESENTED)


class Finding(StrEnum):
    """What the receiver found when counting."""

    COUNTED = "COUNTED"
    SEAL_DIFFERS = "SEAL_DIFFERS"
    """Counted and taken, but the seal is another one than the log's, or broken."""
    MISSING = "MISSING"
    REFUSED = "REFUSED"
    SUPPLEMENT = "SUPPLEMENT"
    WRONG_OFFICE = "WRONG_OFFICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedItem:
    """One item as it was scanned and found."""

    item: str
    finding: Finding = Finding.COUNTED
    seal: str | None = None
    """As read; another one than the log's counts as SEAL_DIFFERS."""
    form_no: str | None = None
    """Number of the office's form 02 or 03."""
    right_office_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one batch left behind; `minutes` is None when nothing changed hands under it."""

    act: CounterAct
    items: tuple[ItemDone, ...]
    filed_at: datetime | None
    minutes: Form | None


def receive(
    session: Session,
    seat: Seat,
    *,
    courier_code: str,
    items: Sequence[ScannedItem],
    signature: DeskSignature = DeskSignature.SIGNED,
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> Received:
    """Counts what a courier brings; the signature is the legal filing time of what was counted.

    A scan proves that the papers lie on the desk, so it counts even where the log knows no
    pick-up: a GAP line bridges it (SYNC §7). Papers given to a seconded clerk are filed by that
    only where the office's row says so; else they wait for the office's own receiver. Raises
    what `meet_courier` raises, and OfficeNotFound for a wrong `right_office_code`.
    """
    scene = meet_courier(session, seat, courier_code, signatures=signatures)
    desk = _Desk(scene, signature)
    lines = go_through(scene, items, desk.take)
    if desk.filed:
        write_minutes(scene, desk.office, desk.filed, signature)
    outcome_json = {"items": as_json(lines)}
    act, forms = scene.finish(ActKind.RECEIPT, asked=asked, outcome=outcome_json)
    minutes = next((form for form in forms if form.kind is FormKind.HAND_OVER_MINUTES), None)
    signed = minutes is not None and signature is not DeskSignature.NONE
    return Received(
        act=act,
        items=tuple(lines),
        filed_at=to_the_minute(scene.origin.at) if signed else None,
        minutes=minutes,
    )


def list_expected(session: Session, office: Office, courier_code: str | None) -> list[Dossier]:
    """What couriers carry to an office now, by item code; of one courier if it is named."""
    query = select(Dossier).where(
        Dossier.filing_office_id == office.id,
        Dossier.keeper_kind == KeeperKind.COURIER,
        Dossier.state.in_(EXPECTED),
    )
    if courier_code is not None:
        named = select(Courier.id).where(
            Courier.province_code == office.province_code, Courier.code == courier_code
        )
        query = query.where(Dossier.keeper_id.in_(named))
    return list(session.scalars(query.order_by(Dossier.item_code)))


class _Desk:
    """One batch at one desk; `filed` is what the signature covers."""

    def __init__(self, scene: CourierAtCounter, signature: DeskSignature) -> None:
        if not isinstance(scene.place, Office):
            raise TypeError("only a one-stop office receives")
        self.scene = scene
        self.office = scene.place
        self.signature = signature
        self.filed: list[Dossier] = []
        seconded = scene.clerk.is_seconded and not self.office.seconded_filing
        self._waits_with = scene.clerk.post_office if seconded else None
        self._mine = {Keeper.office(self.office.id)}
        """Keepers in whose hands this desk has papers: the office, the post of a seconded clerk."""
        if self._waits_with is not None:
            self._mine.add(Keeper.post_office(self._waits_with.id))

    def take(self, dossier: Dossier, item: ScannedItem) -> ItemOutcome:
        """One item as it was found."""
        match item.finding:
            case Finding.COUNTED | Finding.SEAL_DIFFERS:
                return self._count(dossier, item)
            case Finding.MISSING:
                return self._miss(dossier)
            case Finding.WRONG_OFFICE:
                return self._send_on(dossier, item)
            case Finding.REFUSED | Finding.SUPPLEMENT:
                form = DeskForm.REFUSAL if item.finding is Finding.REFUSED else DeskForm.SUPPLEMENT
                taken = refuse(self.scene, dossier, self.office, form, item.form_no)
                return ItemOutcome(item.finding.value) if taken else ItemOutcome.LATE

    def _count(self, dossier: Dossier, item: ScannedItem) -> ItemOutcome:
        holder = Keeper.of(dossier)
        if holder in self._mine:
            by_office = holder.kind is KeeperKind.OFFICE
            confirmed = confirm_move(
                self.scene,
                dossier,
                CustodyEventType.HANDED_OVER if by_office else CustodyEventType.DEPOSITED,
                giver=self.scene.me,
                receiver=holder,
                evidence=self.scene.here(reason=self.signature.reason),
            )
            return ItemOutcome.CONFIRMED if confirmed else ItemOutcome.ALREADY
        self._compare_seal(dossier, item)
        if self._waits_with is not None:
            kept = keep_for_office(self.scene, dossier, self.office, self._waits_with)
            return ItemOutcome.DONE if kept else ItemOutcome.LATE
        if not hand_over(self.scene, dossier, self.office, self.signature, seal=item.seal):
            return ItemOutcome.LATE
        self.filed.append(dossier)
        return ItemOutcome.DONE

    def _compare_seal(self, dossier: Dossier, item: ScannedItem) -> None:
        """Another seal than the log's: inventoried, recorded, and both sides are told."""
        read = parse_seal(item.seal) if item.seal else None
        differs = read is not None and dossier.seal_no is not None and read != dossier.seal_no
        if not differs and item.finding is not Finding.SEAL_DIFFERS:
            return
        if Keeper.of(dossier).kind is not KeeperKind.COURIER:
            return  # nobody had told that it was sealed
        old_seal = dossier.seal_no
        evidence = self.scene.here(seal=item.seal, reason="SEAL_DIFFERS")
        if not report_note(self.scene, dossier, CustodyEventType.SEAL_BROKEN, evidence=evidence):
            return
        content = form_contents.about(
            self.scene,
            dossier,
            irregularity="SEAL_BROKEN",
            old_seal=old_seal,
            new_seal=None,
            inventory=[],
            circumstances=f"Niêm phong đọc được tại bàn tiếp nhận: {read or '—'}",
        )
        self.scene.draft(FormKind.IRREGULARITY, content, dossier)
        self.scene.flag("seal_differs", dossier=dossier, detail={"read": read, "was": old_seal})
        tell_citizen(self.scene.session, dossier, "seal_broken", harm=HARM["SEAL_BROKEN"])

    def _miss(self, dossier: Dossier) -> ItemOutcome:
        """On the courier's list and not in the bag: the courier still answers for it."""
        if Keeper.of(dossier) != self.scene.me:
            return ItemOutcome.NOT_HERE
        evidence = self.scene.here(reason="MISSING_AT_DESK/POST")
        report_note(self.scene, dossier, CustodyEventType.ATTEMPT_FAILED, evidence=evidence)
        self.scene.flag("missing_at_desk", dossier=dossier)
        return ItemOutcome.MISSING

    def _send_on(self, dossier: Dossier, item: ScannedItem) -> ItemOutcome:
        right = None
        if item.right_office_code is not None:
            right = get_office(self.scene.session, self.scene.province_code, item.right_office_code)
        sent = send_to_right_office(self.scene, dossier, self.office, right)
        return ItemOutcome.WRONG_OFFICE if sent else ItemOutcome.LATE

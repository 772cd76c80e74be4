"""At the one-stop office: papers are handed over, results are fetched."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from backend.booking.models import BookingMode, BookingStatus
from backend.courier_day import form_contents, visits
from backend.courier_day.handlers.bodies import (
    AtPlace,
    Count,
    Papers,
    Seal,
    WithDossier,
    listed,
)
from backend.courier_day.handlers.papers import watch_seal
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_move
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.case_status import CaseEvent, find_next_status
from backend.dossiers.cases import file_case, move_case
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType, Dossier, DossierState, Leg, LegStatus
from backend.dossiers.papers import PaperList, write_papers
from backend.dossiers.transitions import is_result
from backend.places.models import Office, PlaceKind
from backend.planning.models import VisitKind


class DeskSignature(StrEnum):
    """How the office confirmed that it counted (DOMAIN §11: someone refuses to sign)."""

    SIGNED = "SIGNED"
    STAMP = "STAMP"
    WITNESS = "WITNESS"
    """A second person signed instead."""
    NONE = "NONE"


class HandedOver(WithDossier, frozen=True, kw_only=True):
    """Both sides counted and signed the minutes."""

    office: uuid.UUID
    seal: Seal | None = None
    minutes_no: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    signature: DeskSignature = DeskSignature.SIGNED


class AllHandedOver(AtPlace, frozen=True, kw_only=True):
    """Many dossiers of one visit under one signature; exceptions are commands of their own."""

    office: uuid.UUID
    dossiers: Annotated[tuple[uuid.UUID, ...], msgspec.Meta(min_length=1, max_length=200)]
    signature: DeskSignature = DeskSignature.SIGNED


class Fetched(WithDossier, frozen=True, kw_only=True):
    """The result was counted, listed and sealed at the office."""

    office: uuid.UUID
    seal: Seal
    originals: Count = 0
    items: tuple[Papers, ...] = ()
    """The result's own paper list."""


@handles("dossier.handed_over", v=1, body=HandedOver)
def handed_over(scene: Scene, body: HandedOver) -> None:
    """The office has the papers; the signature is the legal filing time, to the minute."""
    office = scene.office(body.office)
    dossier = scene.dossier(body.dossier)
    if _hand_over(scene, dossier, office, body.signature, seal=body.seal):
        _write_minutes(scene, office, [dossier], body.signature)


@handles("dossiers.handed_over", v=1, body=AllHandedOver)
def all_handed_over(scene: Scene, body: AllHandedOver) -> None:
    """One count, one signature, one filing time for everything that is named."""
    office = scene.office(body.office)
    named = [scene.dossier(dossier_id) for dossier_id in dict.fromkeys(body.dossiers)]
    moved = [each for each in named if _hand_over(scene, each, office, body.signature)]
    if moved:
        _write_minutes(scene, office, moved, body.signature)


def _hand_over(
    scene: Scene,
    dossier: Dossier,
    office: Office,
    signature: DeskSignature,
    *,
    seal: str | None = None,
) -> bool:
    leg = legs.find_active_leg(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.HANDED_OVER,
        giver=scene.me,
        receiver=Keeper.office(office.id),
        evidence=scene.evidence(
            PlaceKind.OFFICE,
            office.id,
            seal=seal,
            reason=None if signature is DeskSignature.SIGNED else f"SIGNATURE_{signature}",
        ),
    )
    if not moved:
        return False
    _file(scene, dossier, signature)
    if office.id != dossier.filing_office_id and not _is_planned_at(scene, leg, office.id):
        scene.flag("unexpected_office", dossier=dossier, detail={"office": str(office.id)})
    dossier.filing_office_id = office.id
    if leg is not None:
        leg.to_kind, leg.to_id = PlaceKind.OFFICE, office.id
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.HAND_OVER)
    _note_on_booking(scene, dossier)
    return True


def _file(scene: Scene, dossier: Dossier, signature: DeskSignature) -> None:
    """The minutes are the legal filing; without any signature nobody can say that it is filed."""
    if signature is DeskSignature.NONE:
        scene.flag("unsigned", dossier=dossier)
        return
    dossier.filed_at = _to_the_minute(scene.origin.at)
    file_case(dossier)
    if dossier.supplements_id is None:
        return
    original = scene.dossier(dossier.supplements_id)  # locked with this one: see locks.py
    original.filed_at = dossier.filed_at
    complete = CaseEvent.SUPPLEMENT_COMPLETE
    if find_next_status(original.case_status, complete):
        move_case(scene.session, original, complete, origin=scene.origin)


def _write_minutes(
    scene: Scene, office: Office, dossiers: list[Dossier], signature: DeskSignature
) -> None:
    content = form_contents.minutes(scene, office, dossiers, signature.value)
    scene.draft(FormKind.HAND_OVER_MINUTES, content, *dossiers)


@handles("result.fetched", v=1, body=Fetched)
def fetched(scene: Scene, body: Fetched) -> None:
    """The courier has the result. The office may give one that it never announced."""
    dossier = scene.dossier(body.dossier)
    office = scene.office(body.office)
    leg = legs.find_active_leg(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.FETCHED,
        giver=Keeper.office(office.id),
        receiver=scene.me,
        evidence=scene.evidence(
            PlaceKind.OFFICE,
            office.id,
            seal=body.seal,
        ),
    )
    if not moved:
        return
    write_papers(scene.session, dossier, PaperList.RESULT, listed(body.items))
    watch_seal(scene, dossier)
    slip = form_contents.slip(scene, dossier, PaperList.RESULT, leg.due_on if leg else None)
    scene.draft(FormKind.RESULT_SLIP, slip | {"originals": body.originals}, dossier)
    if leg is not None and leg.from_kind is PlaceKind.OFFICE:
        legs.begin(leg)
        visits.mark_picked_up(scene, leg)
        return
    scene.flag("not_announced", dossier=dossier)
    if leg is not None:  # the papers' own leg, whose end nobody reported
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.HAND_OVER)
    if home := legs.find_home(scene.session, dossier):
        way = legs.open_way_home(scene.session, dossier, home, scene.origin.at)
        legs.begin(way)


def _to_the_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _is_planned_at(scene: Scene, leg: Leg | None, office_id: uuid.UUID) -> bool:
    """A plan may choose another office that accepts the procedure."""
    if leg is None or leg.status is LegStatus.DONE:
        return False
    return any(
        visit.kind is VisitKind.HAND_OVER and visit.stop.place_id == office_id
        for visit in visits.list_visits(scene, leg)
    )


def _note_on_booking(scene: Scene, dossier: Dossier) -> None:
    """A send-only booking is done when the last of its dossiers is with the office."""
    booking = scene.booking_of(dossier)
    if booking is None or booking.mode is not BookingMode.SEND:
        return
    with_office = {DossierState.HANDED_OVER, DossierState.RETURNED}
    if all(each.state in with_office or is_result(each.state) for each in booking.dossiers):
        booking.status = BookingStatus.DONE

"""At the one-stop office: papers are handed over, results are fetched."""

import uuid
from datetime import datetime
from typing import Annotated

import msgspec

from backend.booking.models import BookingMode, BookingStatus
from backend.courier_day import visits
from backend.courier_day.handlers.bodies import Count, Seal, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_move
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEventType, Dossier, DossierState, Leg, LegStatus
from backend.places.models import PlaceKind
from backend.planning.models import VisitKind


class HandedOver(WithDossier, frozen=True, kw_only=True):
    """Both sides counted and signed the minutes."""

    office: uuid.UUID
    seal: Seal | None = None
    minutes_no: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class Fetched(WithDossier, frozen=True, kw_only=True):
    """The result was counted, listed and sealed at the office."""

    office: uuid.UUID
    seal: Seal
    originals: Count = 0


@handles("dossier.handed_over", v=1, body=HandedOver)
def handed_over(scene: Scene, body: HandedOver) -> None:
    """The office has the papers; the signature is the legal filing time, to the minute."""
    dossier = scene.dossier(body.dossier)
    office = scene.office(body.office)
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
            seal=body.seal,
        ),
    )
    if not moved:
        return
    dossier.filed_at = _to_the_minute(scene.origin.at)
    if office.id != dossier.filing_office_id and not _is_planned_at(scene, leg, office.id):
        scene.flag("unexpected_office", dossier=dossier, detail={"office": str(office.id)})
    dossier.filing_office_id = office.id
    if leg is not None:
        leg.to_kind, leg.to_id = PlaceKind.OFFICE, office.id
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.HAND_OVER)
    _note_on_booking(scene, dossier)


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
    under_way = {
        DossierState.ANNOUNCED,
        DossierState.WITH_COURIER,
        DossierState.AT_POST_OFFICE,
    }
    if not any(sibling.state in under_way for sibling in booking.dossiers):
        booking.status = BookingStatus.DONE

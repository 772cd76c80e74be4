"""At the one-stop office: papers are handed over, results are fetched."""

import uuid
from typing import Annotated

import msgspec

from backend.courier_day import form_contents, visits
from backend.courier_day.hand_overs import (
    DeskSignature,
    find_waiting_place,
    hand_over,
    keep_for_office,
    write_minutes,
)
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
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType
from backend.dossiers.papers import PaperList, write_papers
from backend.dossiers.result_ways import open_way_home
from backend.places.models import PlaceKind
from backend.planning.models import VisitKind


class HandedOver(WithDossier, frozen=True, kw_only=True):
    """Both sides counted and signed the minutes."""

    office: uuid.UUID
    seal: Seal | None = None
    minutes_no: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    signature: DeskSignature = DeskSignature.SIGNED
    to_seconded: bool = False
    """A seconded postal clerk took them: filed by that only where the office's row says so."""


class AllHandedOver(AtPlace, frozen=True, kw_only=True):
    """Many dossiers of one visit under one signature; exceptions are commands of their own."""

    office: uuid.UUID
    dossiers: Annotated[tuple[uuid.UUID, ...], msgspec.Meta(min_length=1, max_length=200)]
    signature: DeskSignature = DeskSignature.SIGNED
    to_seconded: bool = False


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
    if body.to_seconded and (post := find_waiting_place(scene.session, office)):
        keep_for_office(scene, dossier, office, post)
    elif hand_over(scene, dossier, office, body.signature, seal=body.seal):
        write_minutes(scene, office, [dossier], body.signature)


@handles("dossiers.handed_over", v=1, body=AllHandedOver)
def all_handed_over(scene: Scene, body: AllHandedOver) -> None:
    """One count, one signature, one filing time for everything that is named."""
    office = scene.office(body.office)
    named = [scene.dossier(dossier_id) for dossier_id in dict.fromkeys(body.dossiers)]
    if body.to_seconded and (post := find_waiting_place(scene.session, office)):
        for each in named:
            keep_for_office(scene, each, office, post)
        return
    moved = [each for each in named if hand_over(scene, each, office, body.signature)]
    if moved:
        write_minutes(scene, office, moved, body.signature)


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
        way = open_way_home(scene.session, dossier, home, scene.origin.at)
        legs.begin(way)

"""What happens to papers on the way: seal broken, wet, torn, lost, found again."""

from enum import StrEnum
from typing import Annotated

import msgspec

from backend.courier_day import form_contents, visits
from backend.courier_day.handlers.bodies import Papers, Seal, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_note
from backend.courier_day.notices import HARM, tell_citizen
from backend.courier_day.scene import Scene
from backend.dossiers import custody, legs
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType, Dossier
from backend.dossiers.transitions import NOT_KEEPER

HOURS_TO_REPORT_LOSS = 1
"""The incident is with the dispatcher within the hour (DOMAIN §11, our estimate)."""


class Harm(StrEnum):
    """What is wrong with the envelope or what is in it."""

    SEAL_BROKEN = "SEAL_BROKEN"
    WET = "WET"
    TORN = "TORN"


class SealBroken(WithDossier, frozen=True, kw_only=True):
    """Found open or harmed: counted, and closed again with a new seal if there was one."""

    harm: Harm
    inventory: Annotated[tuple[Papers, ...], msgspec.Meta(max_length=100)] = ()
    new_seal: Seal | None = None


class Lost(WithDossier, frozen=True, kw_only=True):
    """Not in the bag any more."""

    circumstances: Annotated[str, msgspec.Meta(max_length=400)] = ""


class Found(WithDossier, frozen=True, kw_only=True):
    """There again; it is counted and re-wrapped before it goes on."""


@handles("seal.broken", v=1, body=SealBroken)
def seal_broken(scene: Scene, body: SealBroken) -> None:
    """Inventory, record, new seal, and both sides are told (DOMAIN §11)."""
    dossier = scene.dossier(body.dossier)
    harmed = body.harm is not Harm.SEAL_BROKEN
    event = CustodyEventType.DAMAGED if harmed else CustodyEventType.SEAL_BROKEN
    old_seal = dossier.seal_no
    evidence = scene.evidence(None, None, reason=body.harm.value)
    if not report_note(scene, dossier, event, evidence=evidence):
        return
    if body.new_seal:
        wrapped = scene.evidence(None, None, seal=body.new_seal)
        report_note(scene, dossier, CustodyEventType.REWRAPPED, evidence=wrapped)
    content = form_contents.about(
        scene,
        dossier,
        irregularity=body.harm.value,
        old_seal=old_seal,
        new_seal=dossier.seal_no if body.new_seal else None,
        inventory=[
            {"name": p.kind, "quantity": p.n, "form": p.form and p.form.value, "note": p.note}
            for p in body.inventory
        ],
    )
    _record(scene, dossier, "seal_broken", content)
    tell_citizen(scene.session, dossier, "seal_broken", harm=HARM[body.harm.value])


@handles("dossier.lost", v=1, body=Lost)
def lost(scene: Scene, body: Lost) -> None:
    """The last keeper answers for it; what was planned with it stops, everybody is told.

    Who does not hold the papers by the log cannot lose them: that is for a person to clear up.
    """
    dossier = scene.dossier(body.dossier)
    if Keeper.of(dossier) != scene.me:
        _lost_elsewhere(scene, dossier)
        return
    evidence = scene.evidence(None, None, reason="LOST")
    if not report_note(scene, dossier, CustodyEventType.LOST, evidence=evidence):
        return
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None:
        visits.drop(visits.list_visits(scene, leg), scene)
        legs.note_failure(leg, "LOST", by_post=True)
    content = form_contents.about(
        scene,
        dossier,
        irregularity="LOST",
        old_seal=dossier.seal_no,
        new_seal=None,
        inventory=[],
        circumstances=body.circumstances,
    )
    _record(scene, dossier, "dossier_lost", content)
    tell_citizen(scene.session, dossier, "dossier_lost")


def _lost_elsewhere(scene: Scene, dossier: Dossier) -> None:
    """Given away since, or never known to be in this bag: keeper and condition stay as they are."""
    custody.record_witness(
        scene.session,
        dossier,
        CustodyEventType.LOST,
        reason=NOT_KEEPER,
        origin=scene.origin,
        evidence=scene.evidence(None, None),
    )
    told = {"reported": CustodyEventType.LOST.value}
    keeper = {"keeper": dossier.keeper_kind.value, "state": dossier.state.value}
    scene.flag(NOT_KEEPER, dossier=dossier, detail=told | keeper)


@handles("dossier.found", v=1, body=Found)
def found(scene: Scene, body: Found) -> None:
    """Its seal counts as broken until it is re-wrapped."""
    dossier = scene.dossier(body.dossier)
    evidence = scene.evidence(None, None, reason="FOUND")
    if report_note(scene, dossier, CustodyEventType.FOUND, evidence=evidence):
        tell_citizen(scene.session, dossier, "dossier_found")
        scene.ask_person("found", dossier=dossier)


def _record(scene: Scene, dossier: Dossier, kind: str, content: form_contents.Content) -> None:
    """The irregularity record, and the incident on the dispatcher's list."""
    scene.draft(FormKind.IRREGULARITY, content, dossier)
    detail = {"office": dossier.filing_office.code, "tell_office": True}
    if kind == "dossier_lost":
        detail |= {"freeze_route": True, "within_hours": HOURS_TO_REPORT_LOSS}
    scene.ask_person(kind, dossier=dossier, detail=detail)

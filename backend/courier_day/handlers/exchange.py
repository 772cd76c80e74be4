"""Papers from courier to courier in two steps: offered by the giver, accepted by the receiver."""

import uuid
from typing import Annotated

import msgspec

from backend.courier_day import form_contents, visits
from backend.courier_day.handlers.bodies import AtPlace, Seal
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_move, report_note
from backend.courier_day.scene import Scene, Unusable
from backend.courier_day.work_items import close_for_dossier
from backend.dossiers import legs
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import Condition, CustodyEventType, Dossier, KeeperKind, LegStatus
from backend.dossiers.offers import CustodyOffer, OfferStatus, find_offer
from backend.dossiers.seals import parse_seal
from backend.fleet.models import Courier

Dossiers = Annotated[tuple[uuid.UUID, ...], msgspec.Meta(min_length=1, max_length=100)]

OFFER_MISSING = "offer_missing"


class Offered(AtPlace, frozen=True, kw_only=True):
    """What the giver lays out, and for whom."""

    dossiers: Dossiers
    receiver: uuid.UUID | None = None
    reason: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class Accepted(AtPlace, frozen=True, kw_only=True):
    """What the receiver counted; `seals` as read on each, in the same order, or empty."""

    dossiers: Dossiers
    giver: uuid.UUID
    seals: tuple[Seal, ...] = ()


@handles("custody.offered", v=1, body=Offered)
def offered(scene: Scene, body: Offered) -> None:
    """Nothing changes hands yet. An offer that comes after its acceptance confirms it."""
    if body.receiver is not None:
        _courier(scene, body.receiver)
    open_ones = []
    for dossier_id in body.dossiers:
        dossier = scene.dossier(dossier_id)
        if close_for_dossier(scene.session, dossier.id, OFFER_MISSING):
            continue
        mine = dossier.keeper_kind is KeeperKind.COURIER and dossier.keeper_id == scene.courier.id
        if not mine:
            scene.flag("not_keeper", dossier=dossier)
            continue
        evidence = scene.evidence(None, None, reason=body.reason)
        if report_note(scene, dossier, CustodyEventType.OFFERED, evidence=evidence):
            open_ones.append(dossier.id)
    if open_ones:
        scene.session.add(
            CustodyOffer(
                province_code=scene.courier.province_code,
                giver_id=scene.courier.id,
                receiver_id=body.receiver,
                dossier_ids=open_ones,
                reason=body.reason,
                status=OfferStatus.OPEN,
                offered_at=scene.origin.at,
            )
        )


@handles("custody.accepted", v=1, body=Accepted)
def accepted(scene: Scene, body: Accepted) -> None:
    """The receiver is the keeper from now on; both sign the minutes on one screen."""
    giver = _courier(scene, body.giver)
    seals = dict(zip(body.dossiers, body.seals, strict=False))
    taken = []
    for dossier_id in body.dossiers:
        dossier = scene.dossier(dossier_id)
        if _accept(scene, dossier, giver, seals.get(dossier_id)):
            taken.append(dossier)
    if not taken:
        return
    scene.changed_couriers |= {giver.id, scene.courier.id}
    content = form_contents.of_scene(scene) | {
        "giver": form_contents.of_courier(giver),
        "receiver": form_contents.of_courier(scene.courier),
        "dossiers": [
            form_contents.of_dossier(each) | {"condition": each.condition.value} for each in taken
        ],
    }
    scene.draft(FormKind.EXCHANGE_MINUTES, content, *taken)
    scene.ask_person("replan", dossier=taken[0], detail={"exchanged": len(taken)})


def _accept(scene: Scene, dossier: Dossier, giver: Courier, seal: str | None) -> bool:
    expected = dossier.seal_no
    offer = find_offer(scene.session, giver.id, dossier.id)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.EXCHANGED,
        giver=Keeper.courier(giver.id),
        receiver=scene.me,
        evidence=scene.evidence(None, None, seal=seal),
    )
    if not moved:
        return False
    if offer is None:
        scene.flag(OFFER_MISSING, dossier=dossier)
    else:
        if offer.receiver_id not in {None, scene.courier.id}:
            scene.flag("unexpected_receiver", dossier=dossier)
        _settle(scene, offer, dossier)
    if seal and expected and parse_seal(seal) != expected:
        scene.flag("seal_differs", dossier=dossier, detail={"expected": expected})
    if dossier.condition is not Condition.INTACT:
        scene.ask_person("taken_open", dossier=dossier)
    _carry_on(scene, dossier)
    return True


def _settle(scene: Scene, offer: CustodyOffer, dossier: Dossier) -> None:
    """An offer is accepted when nothing that it names is left."""
    offer.dossier_ids = [each for each in offer.dossier_ids if each != dossier.id]
    if not offer.dossier_ids:
        offer.status, offer.accepted_at = OfferStatus.ACCEPTED, scene.origin.at


def _carry_on(scene: Scene, dossier: Dossier) -> None:
    """The giver's planned drop is void; the leg goes on with the receiver."""
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None:
        visits.drop(visits.list_visits(scene, leg), scene)
        if leg.status is not LegStatus.UNDER_WAY:
            legs.begin(leg)


def _courier(scene: Scene, courier_id: uuid.UUID) -> Courier:
    found = scene.session.get(Courier, courier_id)
    if found is None:
        raise Unusable("unknown_courier")
    return found

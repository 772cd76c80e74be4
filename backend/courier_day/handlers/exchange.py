"""Papers from courier to courier in two steps: offered by the giver, accepted by the receiver."""

import uuid
from typing import Annotated

import msgspec

from backend.courier_day import form_contents, visits
from backend.courier_day.exchange_codes import CodeVerdict, ExchangeCode, ShownCode, judge_code
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
from backend.dossiers.transitions import NOT_KEEPER
from backend.fleet.models import Courier

Dossiers = Annotated[tuple[uuid.UUID, ...], msgspec.Meta(min_length=1, max_length=100)]

Nonce = Annotated[str, msgspec.Meta(min_length=8, max_length=40)]
"""Used once by a device: 8 characters or more."""

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


class OfferedByCode(Offered, frozen=True, kw_only=True):
    """The same with the number of the code that was shown where there was no signal."""

    nonce: Nonce


class CodeRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver's camera read from the giver's screen; `signature` in base64."""

    device: uuid.UUID
    nonce: Nonce
    signature: Annotated[str, msgspec.Meta(max_length=100)]


class AcceptedByCode(Accepted, frozen=True, kw_only=True):
    """The same with the giver's signed code."""

    code: CodeRead


@handles("custody.offered", v=2, body=OfferedByCode)
def offered_by_code(scene: Scene, body: OfferedByCode) -> None:
    """The giver's report of a code: it confirms a transfer that the receiver told first."""
    told = scene.session.get(ExchangeCode, (scene.device.id, body.nonce))
    if told is None or set(told.dossier_ids) != set(body.dossiers):
        offered(scene, body)
    elif told.confirmed_at is None:
        told.confirmed_at = scene.origin.at


@handles("custody.accepted", v=2, body=AcceptedByCode)
def accepted_by_code(scene: Scene, body: AcceptedByCode) -> None:
    """Opens the transfer by itself if the giver's device signed it; else it is as without."""
    giver = _courier(scene, body.giver)
    shown = ShownCode(
        device_id=body.code.device, nonce=body.code.nonce, signature=body.code.signature
    )
    verdict = judge_code(
        scene.session, shown, giver=giver, receiver=scene.courier, dossiers=body.dossiers
    )
    if verdict is not CodeVerdict.GOOD:
        scene.flag(verdict.value, detail={"device": str(shown.device_id), "nonce": shown.nonce})
        accepted(scene, body)
        return
    _open_by_code(scene, body, giver, shown)
    accepted(scene, body)


def _open_by_code(scene: Scene, body: AcceptedByCode, giver: Courier, shown: ShownCode) -> None:
    """The signed code is the offer, as far as the giver's own upload did not bring it before."""
    if scene.session.get(ExchangeCode, (shown.device_id, shown.nonce)) is not None:
        return
    missing = [
        dossier_id
        for dossier_id in dict.fromkeys(body.dossiers)
        if find_offer(scene.session, giver.id, dossier_id) is None
    ]
    scene.session.add(
        ExchangeCode(
            device_id=shown.device_id,
            nonce=shown.nonce,
            receiver_id=scene.courier.id,
            dossier_ids=list(body.dossiers),
            accepted_at=scene.origin.at,
            confirmed_at=None if missing else scene.origin.at,
        )
    )
    if missing:
        scene.session.add(
            CustodyOffer(
                province_code=scene.courier.province_code,
                giver_id=giver.id,
                receiver_id=scene.courier.id,
                dossier_ids=missing,
                reason="exchange_code",
                status=OfferStatus.OPEN,
                offered_at=scene.origin.at,
            )
        )
    scene.session.flush()


@handles("custody.offered", v=1, body=Offered)
def offered(scene: Scene, body: Offered) -> None:
    """Nothing changes hands yet. An offer that comes after its acceptance confirms it."""
    if body.receiver is not None:
        _courier(scene, body.receiver)
    open_ones = []
    for dossier_id in dict.fromkeys(body.dossiers):
        dossier = scene.dossier(dossier_id)
        if close_for_dossier(scene.session, dossier.id, OFFER_MISSING):
            continue
        mine = dossier.keeper_kind is KeeperKind.COURIER and dossier.keeper_id == scene.courier.id
        if not mine:
            scene.flag(NOT_KEEPER, dossier=dossier)
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
    for dossier_id in dict.fromkeys(body.dossiers):
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

"""A reported change of hands meets the custody log; the fact wins (SYNC §7)."""

from sqlalchemy import ColumnElement, Select, func, select

from backend.courier_day.acting import Acting
from backend.courier_day.conflicts import Verdict, judge
from backend.courier_day.work_items import GAP, close_for_dossier
from backend.database import JsonObject
from backend.dossiers import custody
from backend.dossiers.custody import Evidence, Keeper
from backend.dossiers.models import (
    Condition,
    CustodyEvent,
    CustodyEventType,
    Dossier,
    KeeperKind,
)
from backend.dossiers.transitions import (
    ALREADY_DONE,
    CONFIRMED,
    GAP_CLOSED,
    NOTES,
    find_next_condition,
)


def report_move(
    scene: Acting,
    dossier: Dossier,
    fact: CustodyEventType,
    *,
    giver: Keeper,
    receiver: Keeper,
    evidence: Evidence,
) -> bool:
    """Writes what happened to the log; True if the papers changed hands by it.

    What was lost is found by being reported. Missing steps before it are bridged by a GAP event
    and flagged. A report that explains such a gap closes it; the other side's report of what is
    known already confirms it; any other that comes after the fact is a witness and flagged.
    """
    session, origin = scene.session, scene.origin
    if dossier.condition is Condition.LOST:
        custody.record_event(session, dossier, CustodyEventType.FOUND, origin=origin)
        scene.flag("found", dossier=dossier)
    verdict = judge(
        dossier.state,
        (dossier.keeper_kind, dossier.keeper_id),
        fact,
        giver=(giver.kind, giver.id),
        receiver=(receiver.kind, receiver.id),
    )
    if verdict is not Verdict.MOVE and (gap := _find_gap(scene, dossier, giver, receiver)):
        explained = custody.explaining(evidence, gap.n)
        custody.record_witness(
            session, dossier, fact, reason=GAP_CLOSED, origin=origin, evidence=explained
        )
        close_for_dossier(session, dossier.id, GAP)
        return False
    if verdict is Verdict.LATE and confirm_move(
        scene, dossier, fact, giver=giver, receiver=receiver, evidence=evidence
    ):
        return False
    if verdict is Verdict.LATE:
        custody.record_witness(
            session, dossier, fact, reason=ALREADY_DONE, origin=origin, evidence=evidence
        )
        beside = _beside_the_first(scene, dossier, fact, evidence)
        scene.flag(ALREADY_DONE, dossier=dossier, detail=beside)
        return False
    if verdict is Verdict.GAP:
        custody.bridge_gap(session, dossier, fact, giver=giver, origin=origin)
        scene.flag(GAP, dossier=dossier)
    custody.record_event(
        session, dossier, fact, giver=giver, receiver=receiver, origin=origin, evidence=evidence
    )
    if receiver.kind is KeeperKind.COURIER:
        scene.changed_couriers.add(receiver.id)
    return True


def confirm_move(
    scene: Acting,
    dossier: Dossier,
    fact: CustodyEventType,
    *,
    giver: Keeper,
    receiver: Keeper,
    evidence: Evidence,
) -> bool:
    """The second side tells what the first has told: a witness line, and nothing to settle.

    True if there is such a line of the other side (a phone's, or a counter's) that nobody has
    confirmed yet; the one nearest in time is taken.
    """
    by_counter = scene.origin.device_id is None
    other_side = (
        CustodyEvent.device_id.is_not(None) if by_counter else CustodyEvent.device_id.is_(None)
    )
    told = scene.session.scalars(
        select(CustodyEvent)
        .where(
            CustodyEvent.dossier_id == dossier.id,
            CustodyEvent.type == fact,
            *_between(giver, receiver),
            other_side,
            CustodyEvent.n.not_in(_explained(dossier)),
        )
        .order_by(func.abs(func.extract("epoch", CustodyEvent.at - scene.origin.at)))
        .limit(1)
    ).first()
    if told is None:
        return False
    custody.record_witness(
        scene.session,
        dossier,
        fact,
        reason=CONFIRMED,
        origin=scene.origin,
        evidence=custody.explaining(evidence, told.n),
    )
    return True


def report_note(
    scene: Acting, dossier: Dossier, fact: CustodyEventType, *, evidence: Evidence
) -> bool:
    """Writes a fact that hands nothing on; True if the table of transitions expected it.

    Otherwise it is kept as a witness and flagged. A giver is not named: whoever is the keeper.
    """
    session, origin = scene.session, scene.origin
    expected = (dossier.state, fact) in NOTES
    if expected and find_next_condition(dossier.condition, fact) is not None:
        custody.record_event(session, dossier, fact, origin=origin, evidence=evidence)
        return True
    keep_repeat(scene, dossier, fact, evidence=evidence)
    return False


def keep_repeat(
    scene: Acting, dossier: Dossier, fact: CustodyEventType, *, evidence: Evidence
) -> None:
    """Keeps what was reported once more as a witness line, flagged, with no effect."""
    custody.record_witness(
        scene.session, dossier, fact, reason=ALREADY_DONE, origin=scene.origin, evidence=evidence
    )
    scene.flag(ALREADY_DONE, dossier=dossier)


def _beside_the_first(
    scene: Acting, dossier: Dossier, fact: CustodyEventType, evidence: Evidence
) -> JsonObject:
    """Seal and pictures of a second report beside those of the first, for whoever settles it."""
    first = scene.session.scalars(
        select(CustodyEvent)
        .where(
            CustodyEvent.dossier_id == dossier.id,
            CustodyEvent.type == fact,
            CustodyEvent.from_id != CustodyEvent.to_id,
        )
        .order_by(CustodyEvent.n)
        .limit(1)
    ).first()
    if first is None:
        return {}
    return {
        "first_n": first.n,
        "seal": _alike(first.seal, evidence.seal),
        "pictures": _alike(set(first.blob_hashes), set(evidence.blob_hashes)),
    }


def _alike(first: object, second: object) -> str:
    if not first or not second:
        return "UNTOLD"
    return "SAME" if first == second else "DIFFERS"


def _find_gap(
    scene: Acting, dossier: Dossier, giver: Keeper, receiver: Keeper
) -> CustodyEvent | None:
    """A bridged step between these two keepers that no report has explained yet."""
    return scene.session.scalars(
        select(CustodyEvent)
        .where(
            CustodyEvent.dossier_id == dossier.id,
            CustodyEvent.type == CustodyEventType.GAP,
            *_between(giver, receiver),
            CustodyEvent.n.not_in(_explained(dossier)),
        )
        .order_by(CustodyEvent.n)
        .limit(1)
    ).first()


def _between(giver: Keeper, receiver: Keeper) -> tuple[ColumnElement[bool], ...]:
    return (
        CustodyEvent.from_kind == giver.kind,
        CustodyEvent.from_id == giver.id,
        CustodyEvent.to_kind == receiver.kind,
        CustodyEvent.to_id == receiver.id,
    )


def _explained(dossier: Dossier) -> Select[int | None]:
    """Numbers of the lines that a later report has explained or confirmed."""
    return select(CustodyEvent.corrects_n).where(
        CustodyEvent.dossier_id == dossier.id, CustodyEvent.corrects_n.is_not(None)
    )

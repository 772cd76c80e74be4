"""Keeps a dispatcher's changes as a new version of the plan, or refuses them with every reason."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.database import JsonObject
from backend.planning.edits.applying import Stage
from backend.planning.edits.asked import Edit, EditKind
from backend.planning.edits.effects import Effect, violations_between
from backend.planning.edits.errors import EditRefused
from backend.planning.edits.kept import keep_rooms, open_to_change, open_with
from backend.planning.edits.left_legs import TAKEN_OUT
from backend.planning.edits.taking_up import digests_of_legs
from backend.planning.edits.trying import Tried, legs_named, refuse_uneditable, tried_on
from backend.planning.edits.version_rows import NewVersion, rows_in_force, write_version
from backend.planning.edits.violations import Broken, give_way, in_words
from backend.planning.models import Plan, PlanOrigin
from backend.planning.operations import get_finished_plan
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import Fault, check

ROUNDS = 3
"""Letting one limit give way can show another behind it, which then needs its confirmation too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The new draft, and what it changes against the version that was opened. `other_day`: the
    same of the day to which work was moved."""

    plan: Plan
    effect: Effect
    other_day: "Saved | None" = None


def save_edits(
    session: Session,
    plan_id: uuid.UUID,
    edits: Sequence[Edit],
    *,
    confirmed: Collection[str],
    note: str,
    travel: TravelTimes,
    blobs: BlobStore,
) -> Saved:
    """The changes as a new draft; the version opened stays as it is, and couriers ride by it until
    the draft is published. The caller holds the plans of the day (`lock_day_plans`).

    Raises what `try_edits` raises, and EditRefused with every violation that is not confirmed.
    """
    base = get_finished_plan(session, plan_id)
    refuse_uneditable(base)
    known = rows_in_force(session, base)
    folder = blobs.folder
    opened = open_to_change(session, base, folder)
    with opened.lock:
        bench = open_with(session, base, folder, opened, legs_named(edits), travel=travel)
        legs = legs_named(edits) if bench is not opened else ()
        rows = [bench.legs[leg] for leg in legs if leg in bench.legs]
        rooms = keep_rooms(session, base, folder, bench, travel)
        tried = tried_on(bench, edits, rooms)
        _refuse_unconfirmed(tried.total.violations, confirmed)
        stage, waived = let_give_way(tried.first, tried.last, set(confirmed))
        new = NewVersion(
            origin=PlanOrigin.EDIT,
            request=_told(edits, waived, note) | (tried.rooms.told if tried.rooms else {}),
            rows=known,
            why=dict.fromkeys(_dropped(tried, edits), TAKEN_OUT),
            digests=digests_of_legs(session, base, rows)[0] if rows else None,
            with_room=None if tried.rooms is None else tried.rooms.orders,
        )
        plan = write_version(session, base, stage, new, travel=travel, blobs=blobs)
    return Saved(plan=plan, effect=tried.total)


def let_give_way(
    first: Stage, last: Stage, confirmed: Collection[str] | None = None
) -> tuple[Stage, list[JsonObject]]:
    """The last stage with the confirmed limits given way (None: all that can be), and which ones:
    its plan passes `check` as well as the first one did. Raises EditRefused."""
    stage, waived = last, list[JsonObject]()
    for _ in range(ROUNDS):
        broken = violations_between(first, stage)
        if not broken:
            break
        _refuse_unconfirmed(broken, confirmed)
        waived.extend(_waived(each) for each in broken)
        root = give_way(stage.bench.root, broken)
        bench = stage.bench.rebuilt(root, stage.bench.locks, stage.orders)
        stage = Stage(bench, bench.orders)
    refuse_faulty(first, stage)
    return stage, waived


def _refuse_unconfirmed(broken: Sequence[Broken], confirmed: Collection[str] | None) -> None:
    """Raises EditRefused with each that is not confirmed (None: all that can be are)."""
    refused = [
        each
        for each in broken
        if not each.confirmable or (confirmed is not None and each.key not in confirmed)
    ]
    if refused:
        words = in_words(refused)
        raise EditRefused(why_vi=words.vi, why_en=words.en)


def _waived(broken: Broken) -> JsonObject:
    return {
        "code": broken.code,
        "leg_ids": [str(leg) for leg in broken.leg_ids],
        "shift_id": None if broken.violation is None else broken.violation.vehicle_id,
        "amount": broken.amount,
    }


def refuse_faulty(first: Stage, last: Stage) -> None:
    """The independent judge finds nothing of a kind and place that it did not find before.

    Raises EditRefused.
    """
    before = {(fault.code, fault.where) for fault in _faults(first)}
    new = [fault for fault in _faults(last) if (fault.code, fault.where) not in before]
    if new:
        shown = "; ".join(str(fault) for fault in new[:3])
        raise EditRefused(why_vi=shown, why_en=shown)


def _faults(stage: Stage) -> list[Fault]:
    desk = stage.bench.desk
    return check(desk.problem, desk.timed(stage.orders))


def _dropped(tried: Tried, edits: Sequence[Edit]) -> set[uuid.UUID]:
    bench = tried.first.bench
    named = {v for edit in edits if edit.kind is EditKind.DROP for v in edit.visits}
    works = {bench.visits[v].task_id.partition(":")[0] for v in named if v in bench.visits}
    return {leg for work in works for leg in bench.legend.works.get(work, ())}


def _told(edits: Sequence[Edit], waived: Sequence[JsonObject], note: str) -> JsonObject:
    """What was asked, for whoever looks at the versions later."""
    return {
        "edits": [
            {
                "kind": edit.kind.value,
                "visits": [str(v) for v in edit.visits],
                "leg": str(edit.leg) if edit.leg else None,
                "courier": edit.courier,
                "lock": edit.lock.value if edit.lock else None,
            }
            for edit in edits
        ],
        "waived": list(waived),
        "note": note,
    }

"""T2's faults: what a hasty server or phone would do. They live here and never in the product.

Each exchanges one step of the algorithm for a wrong one that still looks like working code.
"""

import contextlib
import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from backend import database
from backend.courier_day import apply, batch, day, revisions
from backend.courier_day.models import Command, CommandStatus
from backend.courier_day.scene import Refused, Unusable
from backend.dossiers import custody
from backend.dossiers.models import CustodyEvent
from backend.fleet.models import Courier
from backend.phone import Phone
from mobile_api.courier import sync as sync_call
from tests.phone.crashes import ProcessDied
from tests.proofs.dispatcher import Numbering
from tests.proofs.handsets import Parts
from tests.proofs.machine import SyncMachine

type Plant = Callable[[pytest.MonkeyPatch, type[SyncMachine]], Parts]


@dataclass(frozen=True)
class Fault:
    """One wrong step. `breaks`: numbers of the invariants that may notice it first."""

    name: str
    plant: Plant
    breaks: frozenset[str]

    def __str__(self) -> str:
        return self.name


FAULTS: list[Fault] = []


def plants(name: str, *breaks: str) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        FAULTS.append(Fault(name, plant, frozenset(breaks)))
        return plant

    return register


# ---- the server -------------------------------------------------------------------------------


@plants("no_dedupe", "I2")
def no_dedupe(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """A known command runs again, its events numbered after those it left; only its answer is
    the old one."""
    whole = batch._take

    def run_again(step: Any, sent: Any) -> None:
        left = select(func.count()).where(CustodyEvent.command_id == sent.id)
        numbers = itertools.count(step.session.scalar(left))
        with patch.context() as meanwhile, step.session.begin_nested():
            numbered = functools.partial(custody.Origin, ordinals=numbers)
            meanwhile.setattr(apply, "Origin", numbered)
            outcome = apply._run(step, sent, step.moment(sent))
        step.changed_couriers |= outcome.changed_couriers
        step.forms += outcome.forms

    def take(step: Any, sent: Any, known: Any) -> Any:
        if sent.id in known.commands:
            with contextlib.suppress(Unusable, Refused):
                run_again(step, sent)
        return whole(step, sent, known)

    patch.setattr(batch, "_take", take)
    return Parts()


@plants("seq_only_dedupe", "I1", "I4")
def seq_only_dedupe(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """Whatever comes under a spent number counts as a repeat."""
    whole = batch._take

    def take(step: Any, sent: Any, known: Any) -> Any:
        if spent := known.seqs.get(sent.seq):
            stored = step.session.get_one(Command, spent)
            return stored.outcome | {"id": str(sent.id), "replayed": True}
        return whole(step, sent, known)

    patch.setattr(batch, "_check_fork", lambda *_: None)
    patch.setattr(batch, "_take", take)
    return Parts()


@plants("ack_before_commit", "I1", "I4", "I8", "I9", "I11")
def ack_before_commit(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """The answer is built, and leaves, while the transaction is still open."""
    whole, committed = sync_call.sync, database.unit_of_work

    @contextlib.contextmanager
    def hopeful() -> Any:
        session = database.open_session()
        try:
            yield session
            try:
                session.commit()
            except ProcessDied:
                session.rollback()  # nobody will ever hear of it
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def early(device_id: UUID, envelope: Any, *, trace_id: str | None = None) -> Any:
        answer: Any = None
        with hopeful() as session:
            patch.setattr(database, "unit_of_work", lambda: contextlib.nullcontext(session))
            patch.setattr(database, "snapshot", lambda: contextlib.nullcontext(session))
            try:
                answer = whole(device_id, envelope, trace_id=trace_id)
            finally:
                patch.setattr(database, "unit_of_work", committed)
                patch.setattr(database, "snapshot", snapshot)
        return answer

    snapshot = database.snapshot
    patch.setattr(sync_call, "sync", early)
    return Parts()


@plants("fact_refused", "I2", "I12")
def fact_refused(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """What does not fit the plan is sent back."""
    whole = apply._run

    def run(*arguments: Any) -> Any:
        outcome = whole(*arguments)
        if outcome.status is CommandStatus.FLAGGED:
            return replace(outcome, status=CommandStatus.REFUSED)
        return outcome

    patch.setattr(apply, "_run", run)
    return Parts()


@plants("queue_blocked_by_an_error", "I4")
def queue_blocked(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """A command that cannot be read fails the whole request."""

    def fail(_batch: Any, _sent: Any, _moment: Any, reason: str) -> Any:
        raise ValueError(reason)

    patch.setattr(apply, "_quarantine", fail)
    return Parts()


@plants("raw_text_dropped", "I1")
def raw_dropped(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """What cannot be read is acknowledged and forgotten."""
    patch.setattr(apply, "_keep_raw", lambda *_: None)
    return Parts()


@plants("ledger_outside_the_transaction", "I2", "I7")
def ledger_outside(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """Receipts and slips are written at once, on a connection of their own."""
    whole = batch.issue_forms

    def issue(_session: Any, drafts: Any) -> Any:
        with database.unit_of_work() as own:
            return whole(own, drafts)

    patch.setattr(batch, "issue_forms", issue)
    return Parts()


@plants("cached_chain_head", "I6")
def cached_head(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """The newest hash of a dossier is remembered by the process, also after a roll-back."""
    whole = custody._next_event
    heads: dict[tuple[int, UUID], bytes] = {}

    def following(dossier: Any, *rest: Any) -> Any:
        key = machine.runs, dossier.id
        dossier.head_hash = heads.get(key, dossier.head_hash)
        made = whole(dossier, *rest)
        heads[key] = made.hash
        return made

    patch.setattr(custody, "_next_event", following)
    return Parts()


class _Serial(Numbering):
    """Numbers from one sequence, drawn when a transaction begins."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1_000)
        self.drawn = 0

    def draw(self, couriers: tuple[UUID, ...]) -> None:
        self.drawn = next(self.numbers)

    def write(self, session: Any, couriers: Any) -> None:
        self.set(session, couriers, self.drawn)

    @staticmethod
    def set(session: Any, couriers: Any, number: int) -> None:
        session.flush()
        for courier in couriers:
            session.execute(update(Courier).where(Courier.id == courier).values(revision=number))


@plants("revision_from_a_serial", "I8")
def serial_revision(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """Numbers come in another order than commits."""
    serial = _Serial()
    patch.setattr(
        revisions,
        "raise_revisions",
        lambda session, couriers: serial.set(session, couriers, next(serial.numbers)),
    )
    return Parts(numbering=serial)


@plants("others_days_not_numbered", "I8")
def others_forgotten(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """Only the day of the courier who sent something gets a new number."""
    whole = batch._number_day

    def number(step: Any) -> None:
        step.changed_couriers &= {step.courier.id}
        whole(step)

    patch.setattr(batch, "_number_day", number)
    patch.setattr(revisions, "_shown_to", lambda *_: set())
    return Parts()


@plants("hole_jumped", "I3")
def hole_jumped(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """Missing numbers are passed over without a word, also those that the phone reports lost.

    A phone sends whatever is not acknowledged, so holes come from lost outboxes alone.
    """

    def jump(step: Any, envelope: Any, wanted: int | None) -> bool:
        gap, expected = envelope.gap_lost, step.last_seq + 1
        if wanted is not None:
            step.last_seq = wanted - 1
        elif gap is not None and gap[0] <= expected <= gap[1]:
            step.last_seq = gap[1]
        return True

    patch.setattr(batch, "_jump_gap", jump)
    return Parts()


@plants("outcome_made_anew", "I11")
def outcome_anew(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """A repeat is told how things stand now, not what was told the first time."""
    whole = batch._take

    def take(step: Any, sent: Any, known: Any) -> Any:
        entry = whole(step, sent, known)
        return entry | {"entities": []} if entry.get("replayed") else entry

    patch.setattr(batch, "_take", take)
    return Parts()


@plants("day_names_everybody", "I10")
def everybody_named(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    """People are read without asking whose open visit they belong to."""
    from backend.dossiers.models import Dossier

    whole = day._people
    patch.setattr(
        day,
        "_people",
        lambda session, _dossiers: whole(session, set(session.scalars(select(Dossier.id)))),
    )
    return Parts()


# ---- the phone --------------------------------------------------------------------------------


class _ClearsOnSend(Phone):
    """Takes a command for delivered once it was sent."""

    def request(self) -> dict[str, Any]:
        request = super().request()
        with self.store.transaction():
            self.store.lose_outbox()
        return request


@plants("clear_on_send", "I1")
def clear_on_send(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    return Parts(make_phone=_ClearsOnSend)


class _RevisionFirst(Phone):
    """Writes the number of a day, and then the day."""

    def take(self, answer: dict[str, Any]) -> None:
        epoch, revision, held = self.store.day()
        if answer["day"] is not None and (
            answer["epoch"] != epoch or answer["revision"] > revision
        ):
            self.store.keep_day(answer["epoch"], answer["revision"], held)
            self.store.keep_day(answer["epoch"], answer["revision"], answer["day"])
        super().take(answer)


@plants("revision_stored_before_the_day", "I8", "I9")
def revision_first(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    return Parts(make_phone=_RevisionFirst)


class _OverlayDroppedAtAck(Phone):
    """Forgets the local edit as soon as its command is acknowledged, and then stores the rest."""

    def take(self, answer: dict[str, Any]) -> None:
        with self.store.transaction():
            for entry in answer["results"]:
                self.store.db.execute("DELETE FROM overlay WHERE id = ?", (entry["id"],))
        super().take(answer)


@plants("overlay_dropped_at_ack", "I9")
def overlay_dropped(patch: pytest.MonkeyPatch, machine: type[SyncMachine]) -> Parts:
    return Parts(make_phone=_OverlayDroppedAtAck)

"""What must hold once the network works and nobody acts: asked of phones and server together."""

import json
from collections.abc import Sequence

import msgspec

from backend import database
from backend.courier_day import revisions
from backend.courier_day.day import read_day
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command
from backend.database import JsonObject
from backend.fleet.models import Courier
from tests.phone import Phone
from tests.proofs.network import Server, holds
from tests.proofs.world import World

IDLE_ROUNDS = 2
"""What one phone brought changes another's day: the second round shows it."""

ROUNDS_TO_EMPTY = 12
"""I4: round trips that any outbox here may need."""


def check_calm(
    world: World, phones: Sequence[Phone], confirmed: Sequence[set[str]], server: Server
) -> None:
    """I1–I12 after two idle rounds; raises Broken with the number of what does not hold."""
    for _ in range(IDLE_ROUNDS):
        for phone in phones:
            phone.transport = server
            empty(phone)
    with database.snapshot() as session:
        days = {}
        for courier_id in world.couriers:
            courier = session.get_one(Courier, courier_id)
            day = _read(session, courier)
            days[courier.code] = revisions.current_epoch(session), courier.revision, day
        breaches = find_breaches(session)
        for breach in breaches:  # first: a day too wide also differs from the phone's
            holds(breach.invariant != "I10", f"I10: {breach.reason} {breach.detail}")
        for phone, acted in zip(phones, confirmed, strict=True):
            holds(acted <= phone.store.results().keys(), "I1: a confirmed act has no outcome")
            check_told(session, phone)
            check_screen(phone, days[phone.store.get_meta("courier_code") or ""])
        for breach in breaches:
            holds(False, f"{breach.invariant}: {breach.reason} {breach.detail}")


def check_held(world: World, who: int, phone: Phone, *, synced: bool, answered: JsonObject) -> None:
    """I1, I8 and I11 at any time: what the phone was told is stored, and under one number phone
    and server hold the same day.

    synced: the phone has just emptied its outbox undisturbed: it holds the newest day.
    answered: what the server said last. A day that was read for it just now is not read again;
    where the server said that nothing is new, it is, for that is what might be wrong.
    """
    with database.snapshot() as session:
        courier = session.get_one(Courier, world.couriers[min(who, 1)])
        epoch, revision, held = phone.store.day()
        same = (epoch, revision) == (revisions.current_epoch(session), courier.revision)
        holds(same or not synced, "I8: the phone holds another revision than the server")
        if same:
            day = _day_in(answered, epoch, revision) or _read(session, courier)
            holds(day == held, "I8: the phone holds another day under the server's number")
        check_told(session, phone)


def empty(phone: Phone) -> None:
    """I4: the outbox empties in bounded rounds."""
    for _ in range(ROUNDS_TO_EMPTY):
        if phone.sync():
            return
    holds(False, f"I4: {phone.store.count_waiting()} commands wait after all rounds")


def check_told(session: database.DatabaseSession, phone: Phone) -> None:
    """I1 and I11: what the phone was told is what is stored."""
    told = phone.store.results()
    rows = session.query(Command.id, Command.status).filter(Command.id.in_(told)).all()
    stored = {str(row.id): row.status.value for row in rows}
    for identity, entry in told.items():
        holds(identity in stored, "I1: an acknowledged command is not stored")
        same = stored[identity] == entry["status"] or entry["code"] == "id_reused"
        holds(same, f"I11: {entry['status']} was told, {stored[identity]} is stored")


def check_screen(phone: Phone, held: tuple[str, int, JsonObject]) -> None:
    """I8: the phone shows what the server holds for its courier."""
    epoch, revision, day = phone.store.day()
    holds(day == held[2], "I8: the phone holds another day than the server")
    holds((epoch, revision) == held[:2], "I8: the phone holds another revision")
    holds(phone.store.overlays() == {}, "I8: a local edit hides what the server holds")


def _day_in(answered: JsonObject, epoch: str, revision: int) -> JsonObject | None:
    """The day of an answer, if it is the one of that number."""
    if (answered.get("epoch"), answered.get("revision")) != (epoch, revision):
        return None
    day: JsonObject | None = answered["day"]
    return day


def _read(session: database.DatabaseSession, courier: Courier) -> JsonObject:
    """The day as it would be answered now."""
    day: JsonObject = json.loads(msgspec.json.encode(read_day(session, courier)))
    return day

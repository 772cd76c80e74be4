"""What must always be true of what the phones sent (SYNC §13), asked of the rows themselves.

The proofs ask after every run, the worker every night. I4, I8 and I9 are about a phone's screen:
only a test that holds the phone can ask them (tests/proofs).
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.breaches import Breach, Check, rows
from backend.courier_day.day import read_day
from backend.courier_day.handlers import list_handlers
from backend.courier_day.money_invariants import MONEY_CHECKS
from backend.dossiers.verify import verify_custody
from backend.fleet.models import Courier

LISTED = 20
"""Breaches of one rule that are told one by one; more of the same help nobody."""

PICTURES_COME_WITHIN = timedelta(hours=24)
"""SYNC §11."""


def find_breaches(session: Session) -> list[Breach]:
    """Every breach, at most LISTED of a rule. Read it in one snapshot."""
    found = []
    for check in CHECKS:
        for number, breach in enumerate(check(session), start=1):
            found.append(breach)
            if number == LISTED:
                break
    return found


def acknowledged_are_stored(session: Session) -> Iterator[Breach]:
    """I1: behind every number that a device has spent stands a command with its outcome."""
    yield from rows(
        session,
        "I1",
        "a number was acknowledged and its command is not stored",
        """
        SELECT s.device_id AS device, s.seq, s.command_id AS command FROM device_seq s
        LEFT JOIN command c ON c.id = s.command_id WHERE c.id IS NULL ORDER BY 1, 2
        """,
    )
    yield from rows(
        session,
        "I1",
        "a quarantined command is not kept verbatim",
        """
        SELECT c.id AS command FROM command c
        LEFT JOIN quarantined_command q ON q.command_id = c.id AND q.fingerprint = c.fingerprint
        WHERE c.status = 'quarantined' AND q.id IS NULL ORDER BY 1
        """,
    )


def effects_are_single(session: Session) -> Iterator[Breach]:
    """I2: a command leaves one event of a kind on a dossier, and only if it took effect."""
    yield from rows(
        session,
        "I2",
        "a command took effect twice",
        """
        SELECT command_id AS command, dossier_id AS dossier, type FROM custody_event
        WHERE command_id IS NOT NULL
        GROUP BY command_id, dossier_id, type HAVING count(*) > 1 ORDER BY 1, 2, 3
        """,
    )
    yield from rows(
        session,
        "I2",
        "an event names a command that is unknown or had no effect",
        """
        SELECT e.dossier_id AS dossier, e.n, e.command_id AS command FROM custody_event e
        LEFT JOIN command c ON c.id = e.command_id
        WHERE e.command_id IS NOT NULL
            AND (c.id IS NULL OR c.status IN ('refused', 'quarantined')) ORDER BY 1, 2
        """,
    )
    yield from rows(
        session,
        "I2",
        "a command made a form twice",
        """
        SELECT content->>'command_id' AS command, kind FROM form
        WHERE content ? 'command_id'
        GROUP BY content->>'command_id', kind, dossier_ids HAVING count(*) > 1 ORDER BY 1, 2
        """,
    )


def numbers_have_no_hole(session: Session) -> Iterator[Breach]:
    """I3: up to a device's mark every number is spent or reported lost, and none above it."""
    yield from rows(
        session,
        "I3",
        "the acknowledged numbers of a device have a hole or a double",
        """
        SELECT d.id AS device, d.last_seq FROM device d
        LEFT JOIN (
            SELECT device_id, count(*) AS spent, max(seq) AS highest FROM device_seq GROUP BY 1
        ) s ON s.device_id = d.id
        LEFT JOIN (
            SELECT device_id, sum(last_seq - first_seq + 1) AS lost, max(last_seq) AS highest
            FROM lost_seqs GROUP BY 1
        ) l ON l.device_id = d.id
        WHERE coalesce(s.spent, 0) + coalesce(l.lost, 0) <> d.last_seq
            OR greatest(coalesce(s.highest, 0), coalesce(l.highest, 0)) <> d.last_seq
        ORDER BY 1
        """,
    )


def custody_is_whole(session: Session) -> Iterator[Breach]:
    """I5 and I6: one keeper after every event, keepers form a path, chains verify."""
    if bad := verify_custody(session).bad_row:
        detail = {"dossier": str(bad.dossier_id), "item_code": bad.item_code, "n": bad.n}
        yield Breach(invariant="I6", reason=bad.reason, detail=detail)


def days_hold_their_own(session: Session) -> Iterator[Breach]:
    """I10: a day names only what its courier carries or is planned to, and no closed door."""
    riding = session.scalars(
        text(
            """
            SELECT DISTINCT c.id FROM courier c JOIN route r ON r.courier_id = c.id
            JOIN plan p ON p.id = r.plan_id AND p.status = 'PUBLISHED'
            WHERE c.day_from IS NOT NULL AND p.service_date >= c.day_from ORDER BY 1
            """
        )
    ).all()
    for courier_id in riding:
        day = read_day(session, session.get_one(Courier, courier_id))
        own = _own(session, courier_id)
        named = {each["id"] for each in day["dossiers"]}
        if strange := sorted(named - own["dossiers"]):
            yield _of_day(courier_id, "a day names another courier's dossiers", strange)
        people = {each["id"] for each in day["contacts"]}
        if strange := sorted(people - own["contacts"]):
            yield _of_day(courier_id, "a day names people of no open visit", strange)


def outcomes_are_as_told(session: Session) -> Iterator[Breach]:
    """I11: the entry that every repeat returns says what the command's row says."""
    yield from rows(
        session,
        "I11",
        "the stored answer of a command differs from its outcome",
        """
        SELECT id AS command FROM command
        WHERE outcome->>'id' <> id::text OR outcome->>'status' <> status
            OR outcome->>'code' IS DISTINCT FROM code ORDER BY 1
        """,
    )


def facts_are_not_refused(session: Session) -> Iterator[Breach]:
    """I12: only an intent may be refused."""
    intents = [handler.kind for handler in list_handlers() if handler.is_intent]
    refused = session.execute(
        text("SELECT id, type FROM command WHERE status = 'refused' AND type <> ALL(:intents)"),
        {"intents": intents},
    )
    for row in refused:
        detail = {"command": str(row.id), "type": row.type}
        yield Breach(invariant="I12", reason="a fact was refused", detail=detail)


def pictures_have_come(session: Session) -> Iterator[Breach]:
    """SYNC §11: what an event of more than a day ago names as its picture was sent by somebody."""
    yield from rows(
        session,
        "PICTURES",
        "an event names a picture that nobody sent",
        """
        SELECT e.dossier_id AS dossier, e.n, named.sha256 AS picture FROM custody_event e
        CROSS JOIN LATERAL unnest(e.blob_hashes) AS named(sha256)
        WHERE e.received_at < :before
            AND NOT EXISTS (SELECT FROM proof p WHERE p.sha256 = decode(named.sha256, 'hex'))
        ORDER BY 1, 2, 3
        """,
        before=clock.now() - PICTURES_COME_WITHIN,
    )


CHECKS: tuple[Check, ...] = (
    acknowledged_are_stored,
    effects_are_single,
    numbers_have_no_hole,
    custody_is_whole,
    *MONEY_CHECKS,
    days_hold_their_own,
    outcomes_are_as_told,
    facts_are_not_refused,
    pictures_have_come,
)


def _own(session: Session, courier_id: uuid.UUID) -> dict[str, set[str]]:
    """Dossiers and people that this courier may see, asked without the code that shows them."""
    dossiers = session.scalars(
        text(
            """
            SELECT l.dossier_id::text FROM leg l JOIN visit v ON v.leg_id = l.id
            JOIN stop s ON s.id = v.stop_id JOIN route r ON r.id = s.route_id
            WHERE r.courier_id = :courier
            UNION SELECT id::text FROM dossier
            WHERE keeper_kind = 'COURIER' AND keeper_id = :courier
            """
        ),
        {"courier": courier_id},
    )
    contacts = session.scalars(
        text(
            """
            SELECT DISTINCT b.contact_id::text FROM booking b
            JOIN booking_dossier bd ON bd.booking_id = b.id
            JOIN leg l ON l.dossier_id = bd.dossier_id JOIN visit v ON v.leg_id = l.id
            JOIN stop s ON s.id = v.stop_id JOIN route r ON r.id = s.route_id
            WHERE r.courier_id = :courier AND v.status = 'OPEN' AND s.place_kind = 'HOME'
            """
        ),
        {"courier": courier_id},
    )
    return {"dossiers": set(dossiers), "contacts": set(contacts)}


def _of_day(courier_id: uuid.UUID, reason: str, strange: list[str]) -> Breach:
    detail = {"courier": str(courier_id), "strange": strange[:LISTED]}
    return Breach(invariant="I10", reason=reason, detail=detail)

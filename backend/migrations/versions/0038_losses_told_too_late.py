"""A mishap reported by somebody who no longer holds the papers harms nothing any more.

Until now a late report of a loss left papers LOST that their receiver had long had. The log stays
as it is; the dossier's row follows it by the rule of today, so that log and row agree.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_AFTER = {
    ("INTACT", "SEAL_BROKEN"): "SEAL_BROKEN",
    ("DAMAGED", "SEAL_BROKEN"): "DAMAGED",
    ("INTACT", "DAMAGED"): "DAMAGED",
    ("SEAL_BROKEN", "DAMAGED"): "DAMAGED",
    ("SEAL_BROKEN", "REWRAPPED"): "INTACT",
    ("DAMAGED", "REWRAPPED"): "DAMAGED",
    ("INTACT", "LOST"): "LOST",
    ("SEAL_BROKEN", "LOST"): "LOST",
    ("DAMAGED", "LOST"): "LOST",
    ("LOST", "FOUND"): "SEAL_BROKEN",
}
_WITNESSES = frozenset({"already_done", "confirmed", "gap_closed", "not_keeper"})


def upgrade() -> None:
    _follow_the_log(witnesses_count=False)


def downgrade() -> None:
    _follow_the_log(witnesses_count=True)


def _follow_the_log(*, witnesses_count: bool) -> None:
    """Only dossiers with a mishap told by a witness can differ between the two rules."""
    database = op.get_bind()
    lines = database.execute(
        sa.text(
            """
            SELECT dossier_id, type, reason FROM custody_event
            WHERE type IN ('SEAL_BROKEN', 'DAMAGED', 'REWRAPPED', 'LOST', 'FOUND')
                AND dossier_id IN (
                    SELECT dossier_id FROM custody_event
                    WHERE type IN ('SEAL_BROKEN', 'DAMAGED', 'REWRAPPED', 'LOST', 'FOUND')
                        AND reason = ANY(:witnesses)
                )
            ORDER BY dossier_id, n
            """
        ),
        {"witnesses": sorted(_WITNESSES)},
    ).all()
    conditions: dict[object, str] = {}
    for dossier_id, kind, reason in lines:
        before = conditions.setdefault(dossier_id, "INTACT")
        if witnesses_count or reason not in _WITNESSES:
            conditions[dossier_id] = _AFTER.get((before, kind), before)
    _write(database, conditions.items())


def _write(database: sa.Connection, conditions: Iterable[tuple[object, str]]) -> None:
    for dossier_id, condition in conditions:
        database.execute(
            sa.text("UPDATE dossier SET condition = :condition WHERE id = :dossier"),
            {"condition": condition, "dossier": dossier_id},
        )

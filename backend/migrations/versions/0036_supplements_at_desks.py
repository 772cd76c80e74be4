"""A desk's clerk asks for missing papers: one more kind of act."""

from collections.abc import Iterable

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_BEFORE = (
    "INTAKE",
    "PICK_UP",
    "DEPOSIT",
    "HAND_OUT",
    "COUNT",
    "LINE_HAUL",
    "RECEIPT",
    "FILING",
    "APPOINTMENT",
    "RESULT_READY",
    "RESULT_FILE",
    "RESULT_TO_COUNTER",
    "OFFICE_INFORMED",
    "CASH",
    "SETTLEMENT",
    "PAPERWORK",
)


def upgrade() -> None:
    _allow((*_BEFORE, "SUPPLEMENT"))


def downgrade() -> None:
    op.execute("UPDATE counter_act SET kind = 'PAPERWORK' WHERE kind = 'SUPPLEMENT'")
    _allow(_BEFORE)


def _allow(kinds: Iterable[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint(op.f("ck_counter_act_act_kind"), "counter_act")
    op.create_check_constraint(
        op.f("ck_counter_act_act_kind"), "counter_act", f"kind IN ({listed})"
    )

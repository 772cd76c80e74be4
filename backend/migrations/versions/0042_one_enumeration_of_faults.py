"""One enumeration of who caused a change: what was NOBODY's is FORCE_MAJEURE, as at the door."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename("NOBODY", "FORCE_MAJEURE")


def downgrade() -> None:
    _rename("FORCE_MAJEURE", "NOBODY")


def _rename(before: str, after: str) -> None:
    op.drop_constraint(op.f("ck_booking_change_fault"), "booking_change")
    op.execute(f"UPDATE booking_change SET fault = '{after}' WHERE fault = '{before}'")
    op.create_check_constraint(
        op.f("ck_booking_change_fault"),
        "booking_change",
        f"fault IN ('CITIZEN', 'OFFICE', 'POST', '{after}')",
    )

"""A complaint that nobody answered for five years lapses (decision 0030)."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("'OPEN', 'ANSWERED', 'LAPSED'")


def downgrade() -> None:
    op.execute("UPDATE complaint SET status = 'OPEN' WHERE status = 'LAPSED'")
    _allow("'OPEN', 'ANSWERED'")


def _allow(states: str) -> None:
    op.drop_constraint(op.f("ck_complaint_complaint_status"), "complaint")
    op.create_check_constraint(
        op.f("ck_complaint_complaint_status"), "complaint", f"status IN ({states})"
    )

"""What texts of commands say of people is forgotten in time; all that are there are looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("command", sa.Column("redact_at", moment, nullable=True))
    op.add_column("command", sa.Column("redacted_at", moment, nullable=True))
    op.add_column("quarantined_command", sa.Column("redacted_at", moment, nullable=True))
    op.execute("UPDATE command SET redact_at = received_at")
    op.create_index(
        "ix_command_redact_at",
        "command",
        ["redact_at"],
        postgresql_where=sa.text("redact_at IS NOT NULL"),
    )
    op.create_index(
        "ix_quarantined_command_unredacted",
        "quarantined_command",
        ["received_at"],
        postgresql_where=sa.text("redacted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_quarantined_command_unredacted", table_name="quarantined_command")
    op.drop_index("ix_command_redact_at", table_name="command")
    op.drop_column("quarantined_command", "redacted_at")
    op.drop_column("command", "redacted_at")
    op.drop_column("command", "redact_at")

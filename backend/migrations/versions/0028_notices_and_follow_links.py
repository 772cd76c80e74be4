"""What notices are about and when they may leave, who does not want them, and follow links."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_message", sa.Column("about_id", sa.Uuid(), nullable=True))
    op.add_column(
        "outbox_message",
        sa.Column("at_night", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.alter_column("outbox_message", "at_night", server_default=None)
    op.add_column(
        "outbox_message", sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_outbox_message_about_id", "outbox_message", ["about_id"])
    op.add_column(
        "contact", sa.Column("language", sa.String(length=2), nullable=False, server_default="vi")
    )
    op.alter_column("contact", "language", server_default=None)
    op.create_table(
        "notice_opt_out",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_notice_opt_out")),
    )
    op.create_table(
        "follow_token",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_follow_token_booking_id_booking")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_follow_token")),
    )
    op.create_index("ix_follow_token_booking_id", "follow_token", ["booking_id"])


def downgrade() -> None:
    op.drop_table("follow_token")
    op.drop_table("notice_opt_out")
    op.drop_column("contact", "language")
    op.drop_index("ix_outbox_message_about_id", table_name="outbox_message")
    for column in ("redacted_at", "at_night", "about_id"):
        op.drop_column("outbox_message", column)

"""Authorised receivers can be forgotten; an account says in which language it is told things."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "authorised_receiver", sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("account", sa.Column("language", sa.String(length=2), nullable=True))
    op.create_index(
        "ix_booking_special_needs",
        "booking",
        ["service_date"],
        postgresql_where=sa.text("special_needs IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_booking_special_needs", table_name="booking")
    op.drop_column("account", "language")
    op.drop_column("authorised_receiver", "redacted_at")

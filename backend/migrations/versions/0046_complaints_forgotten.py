"""What citizens wrote in complaints and ratings is forgotten in its time (decision 0028)."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint", sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_complaint_unredacted",
        "complaint",
        ["answered_at"],
        postgresql_where=sa.text("redacted_at IS NULL"),
    )
    op.create_index(
        "ix_rating_in_words", "rating", ["rated_at"], postgresql_where=sa.text("text <> ''")
    )


def downgrade() -> None:
    op.drop_index("ix_rating_in_words", table_name="rating")
    op.drop_index("ix_complaint_unredacted", table_name="complaint")
    op.drop_column("complaint", "redacted_at")

"""PINs that were guessed at until they are spent are looked for each minute: by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_delivery_pin_spent",
        "delivery_pin",
        ["dossier_id"],
        postgresql_where=sa.text("tries >= 5"),
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_pin_spent", table_name="delivery_pin")

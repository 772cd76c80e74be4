"""A version knows where the windows sold since keep their room (decision 0029)."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("room_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("plan", "room_sha256")

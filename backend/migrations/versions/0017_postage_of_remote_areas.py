"""Whether the province bears the postage of a remote area."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "remote_area",
        sa.Column("postage_exempt", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("remote_area", "postage_exempt", server_default=None)


def downgrade() -> None:
    op.drop_column("remote_area", "postage_exempt")

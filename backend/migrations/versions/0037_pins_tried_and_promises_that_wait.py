"""Wrong PINs are counted; a promise waits while nobody of the post is at fault."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "delivery_pin", sa.Column("tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("delivery_pin", "tries", server_default=None)
    op.create_check_constraint(
        op.f("ck_delivery_pin_tries_not_negative"), "delivery_pin", "tries >= 0"
    )
    op.add_column(
        "leg",
        sa.Column("promise_waits", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("leg", "promise_waits", server_default=None)


def downgrade() -> None:
    op.drop_column("leg", "promise_waits")
    op.drop_constraint(op.f("ck_delivery_pin_tries_not_negative"), "delivery_pin")
    op.drop_column("delivery_pin", "tries")

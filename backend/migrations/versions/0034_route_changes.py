"""What couriers are told when their published route changes."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "route_change",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=800), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_route_change_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_route_change_courier_id_courier")
        ),
        sa.PrimaryKeyConstraint("plan_id", "courier_id", name=op.f("pk_route_change")),
    )
    op.create_index(
        "ix_route_change_courier_id_service_date", "route_change", ["courier_id", "service_date"]
    )


def downgrade() -> None:
    op.drop_table("route_change")

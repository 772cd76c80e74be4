"""Versions of a plan that grew from one another, and what a person fixed in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("frame_sha256", sa.String(length=64), nullable=True))
    op.add_column("plan", sa.Column("legend_sha256", sa.String(length=64), nullable=True))
    op.add_column(
        "plan",
        sa.Column("origin", sa.String(length=32), server_default="SEARCH", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_plan_plan_origin"),
        "plan",
        "origin IN ('SEARCH', 'EDIT', 'REPAIR', 'REPLAN', 'UNDO')",
    )
    op.add_column("plan", sa.Column("derived_from_id", sa.Uuid(), nullable=True))
    op.add_column("plan", sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
    op.add_column("plan", sa.Column("request", JSONB(), server_default="{}", nullable=False))
    op.create_foreign_key(
        op.f("fk_plan_derived_from_id_plan"),
        "plan",
        "plan",
        ["derived_from_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_table(
        "plan_lock",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("pin_order", _enum("pin_order", "ANY", "SEQUENCE", "STRICT"), nullable=False),
        sa.Column("acts", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_lock_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_plan_lock_shift_id_shift")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_lock")),
    )
    op.create_index("ix_plan_lock_plan_id", "plan_lock", ["plan_id"])


def downgrade() -> None:
    op.drop_table("plan_lock")
    op.drop_constraint(op.f("fk_plan_derived_from_id_plan"), "plan", type_="foreignkey")
    for column in (
        "request",
        "as_of",
        "derived_from_id",
        "origin",
        "legend_sha256",
        "frame_sha256",
    ):
        op.drop_column("plan", column)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

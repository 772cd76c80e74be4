"""Offices and zones that close in the middle of a day, and open again."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closing",
        sa.Column("planning_area_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("zone_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("shut_office_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(office_id, zone_code) = 1", name=op.f("ck_closing_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["planning_area_id"],
            ["planning_area.id"],
            name=op.f("fk_closing_planning_area_id_planning_area"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_closing_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
    )
    op.create_index(op.f("ix_closing_province_code"), "closing", ["province_code"])
    op.create_index(
        "uq_closing_office_in_force",
        "closing",
        ["office_id", "service_date"],
        unique=True,
        postgresql_where=sa.text("reopened_at IS NULL AND office_id IS NOT NULL"),
    )
    op.create_index(
        "uq_closing_zone_in_force",
        "closing",
        ["province_code", "zone_code", "service_date"],
        unique=True,
        postgresql_where=sa.text("reopened_at IS NULL AND zone_code IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("closing")

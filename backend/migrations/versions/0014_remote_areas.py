"""Special-terrain areas with their visit days and their own promise."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remote_area",
        sa.Column("zone_code", sa.String(length=40), nullable=False),
        sa.Column("terrain", _enum("terrain_list", "A", "B"), nullable=False),
        sa.Column("visit_days", ARRAY(sa.String(length=3)), nullable=False),
        sa.Column("transit_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "source_status",
            _enum("source_status", "VERIFIED", "UNVERIFIED", "SAMPLE"),
            nullable=False,
        ),
        sa.CheckConstraint("transit_days > 0", name=op.f("ck_remote_area_transit_days_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_area")),
        sa.UniqueConstraint(
            "province_code", "zone_code", name=op.f("uq_remote_area_province_code_zone_code")
        ),
    )
    op.create_index(op.f("ix_remote_area_province_code"), "remote_area", ["province_code"])


def downgrade() -> None:
    op.drop_table("remote_area")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

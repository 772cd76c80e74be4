"""A firm's address book."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_door",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("special_needs", sa.String(length=400), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_kept_door_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_door")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_kept_door_account_id_name")),
    )
    op.create_index("idx_kept_door_point", "kept_door", ["point"], postgresql_using="gist")
    op.create_index(op.f("ix_kept_door_province_code"), "kept_door", ["province_code"])


def downgrade() -> None:
    op.drop_table("kept_door")

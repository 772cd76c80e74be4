"""Slow hashes of delivery PINs, and the signed codes by which papers change hands offline."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0019"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_pin",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("iterations", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_delivery_pin_sha256_length")),
        sa.CheckConstraint("iterations >= 600000", name=op.f("ck_delivery_pin_slow_enough")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_delivery_pin_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_delivery_pin")),
    )
    op.create_table(
        "exchange_code",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_exchange_code_device_id_device")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["courier.id"], name=op.f("fk_exchange_code_receiver_id_courier")
        ),
        sa.PrimaryKeyConstraint("device_id", "nonce", name=op.f("pk_exchange_code")),
    )


def downgrade() -> None:
    op.drop_table("exchange_code")
    op.drop_table("delivery_pin")

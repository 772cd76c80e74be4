"""Photos and signatures that phones sent, and which commands name them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proof",
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stored_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_proof_sha256_length")),
        sa.CheckConstraint(
            "octet_length(stored_sha256) = 32", name=op.f("ck_proof_stored_sha256_length")
        ),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_proof_courier_id_courier")
        ),
        sa.PrimaryKeyConstraint("courier_id", "sha256", name=op.f("pk_proof")),
    )
    op.create_index(op.f("ix_proof_received_at"), "proof", ["received_at"])
    op.create_table(
        "command_proof",
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["command_id"], ["command.id"], name=op.f("fk_command_proof_command_id_command")
        ),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_command_proof_courier_id_courier")
        ),
        sa.PrimaryKeyConstraint("command_id", "ordinal", name=op.f("pk_command_proof")),
    )
    op.create_index("ix_command_proof_courier_id_sha256", "command_proof", ["courier_id", "sha256"])


def downgrade() -> None:
    op.drop_index("ix_command_proof_courier_id_sha256", table_name="command_proof")
    op.drop_table("command_proof")
    op.drop_index(op.f("ix_proof_received_at"), table_name="proof")
    op.drop_table("proof")

"""What the phones sent, and the work it left for people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sync_epoch",
        sa.Column("epoch", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_sync_epoch")),
    )
    op.create_table(
        "work_item",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("stop_id", sa.Uuid(), nullable=True),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "OPEN",
                "CLOSED",
                name="work_item_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    op.create_index("ix_work_item_dossier_id", "work_item", ["dossier_id"])
    op.create_index(op.f("ix_work_item_province_code"), "work_item", ["province_code"])
    op.create_index("ix_work_item_status_created_at", "work_item", ["status", "created_at"])
    op.create_table(
        "command",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("wall", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uptime_ms", sa.BigInteger(), nullable=True),
        sa.Column("boot", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "at_quality",
            sa.Enum(
                "EXACT",
                "BOOT",
                "WALL",
                "SERVER",
                name="at_quality",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "flagged",
                "refused",
                "quarantined",
                name="command_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("outcome", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_command_device_id_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
    )
    op.create_table(
        "device_seq",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_device_seq_device_id_device")
        ),
        sa.PrimaryKeyConstraint("device_id", "seq", name=op.f("pk_device_seq")),
    )
    op.create_table(
        "lost_seqs",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_seq <= last_seq", name=op.f("ck_lost_seqs_in_order")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_lost_seqs_device_id_device")
        ),
        sa.PrimaryKeyConstraint("device_id", "first_seq", name=op.f("pk_lost_seqs")),
    )
    op.create_table(
        "quarantined_command",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_quarantined_command_device_id_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_command")),
        sa.UniqueConstraint(
            "device_id",
            "command_id",
            "fingerprint",
            name=op.f("uq_quarantined_command_device_id_command_id_fingerprint"),
        ),
    )
    op.create_index(op.f("ix_quarantined_command_device_id"), "quarantined_command", ["device_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_quarantined_command_device_id"), table_name="quarantined_command")
    op.drop_table("quarantined_command")
    op.drop_table("lost_seqs")
    op.drop_table("device_seq")
    op.drop_table("command")
    op.drop_index("ix_work_item_status_created_at", table_name="work_item")
    op.drop_index(op.f("ix_work_item_province_code"), table_name="work_item")
    op.drop_index("ix_work_item_dossier_id", table_name="work_item")
    op.drop_table("work_item")
    op.drop_table("sync_epoch")

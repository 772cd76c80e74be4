"""Positions of phones, a partition per local day, opened and dropped by functions of the owner.

The application's role creates no tables; what it may do here is just these two acts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "position",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Integer(), nullable=False),
        sa.Column("acc_m", sa.SmallInteger(), nullable=True),
        sa.Column("coarse", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", "device_id", "wall_ms", name=op.f("pk_position")),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("ix_position_courier_id_at", "position", ["courier_id", "at"])
    op.create_index("ix_position_exact", "position", ["at"], postgresql_where=sa.text("NOT coarse"))
    op.create_table(
        "last_position",
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Integer(), nullable=False),
        sa.Column("acc_m", sa.SmallInteger(), nullable=True),
        sa.Column("coarse", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_last_position_courier_id_courier")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_last_position_device_id_device")
        ),
        sa.PrimaryKeyConstraint("courier_id", name=op.f("pk_last_position")),
    )
    op.execute("""
        CREATE FUNCTION open_position_day(wanted date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(7218450018);
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF position FOR VALUES FROM (%L) TO (%L)',
                'position_' || to_char(wanted, 'YYYYMMDD'), wanted, wanted + 1);
        END
        $$
    """)
    op.execute("""
        CREATE FUNCTION drop_position_days_before(wanted date) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            old name;
            dropped integer := 0;
        BEGIN
            FOR old IN
                SELECT child.relname FROM pg_inherits
                JOIN pg_class child ON child.oid = inhrelid
                WHERE inhparent = 'position'::regclass
                  AND child.relname < 'position_' || to_char(wanted, 'YYYYMMDD')
            LOOP
                EXECUTE format('DROP TABLE %I', old);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END
        $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION drop_position_days_before(date)")
    op.execute("DROP FUNCTION open_position_day(date)")
    op.drop_table("last_position")
    op.drop_table("position")

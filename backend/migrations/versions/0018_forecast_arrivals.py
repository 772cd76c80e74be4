"""Forecast arrivals are kept and compared with what came of them; when a stop was reached, and how
long somebody absent was waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learned_range",
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("horizon_min", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hour_band", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("observations", sa.Integer(), nullable=False),
        sa.Column("early_s", sa.Integer(), nullable=False),
        sa.Column("middle_s", sa.Integer(), nullable=False),
        sa.Column("late_s", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "province_code", "horizon_min", "hour_band", name=op.f("pk_learned_range")
        ),
    )
    op.create_table(
        "route_outlook",
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "POSITION",
                "AT_STOP",
                "EXECUTED",
                "PLAN",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("evidence_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("travel_source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["route.id"],
            name=op.f("fk_route_outlook_route_id_route"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("route_id", name=op.f("pk_route_outlook")),
    )
    op.create_table(
        "arrival_estimate",
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "basis",
            sa.Enum(
                "POSITION",
                "AT_STOP",
                "EXECUTED",
                "PLAN",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("out_of_order", sa.Boolean(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("earliest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("likely_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("horizon_min", sa.SmallInteger(), nullable=False),
        sa.Column("hour_band", sa.SmallInteger(), nullable=False),
        sa.Column("learned_from", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["route.id"],
            name=op.f("fk_arrival_estimate_route_id_route"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"],
            ["stop.id"],
            name=op.f("fk_arrival_estimate_stop_id_stop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival_estimate")),
    )
    op.create_index("ix_arrival_estimate_computed_at", "arrival_estimate", ["computed_at"])
    op.create_index(
        op.f("ix_arrival_estimate_province_code"), "arrival_estimate", ["province_code"]
    )
    op.create_index(
        "uq_arrival_estimate_shown",
        "arrival_estimate",
        ["route_id", "stop_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_index("ix_arrival_estimate_stop_id", "arrival_estimate", ["stop_id"])
    op.add_column("stop", sa.Column("set_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("stop", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visit", sa.Column("calls", sa.SmallInteger(), nullable=True))
    op.add_column("visit", sa.Column("waited_s", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("visit", "waited_s")
    op.drop_column("visit", "calls")
    op.drop_column("stop", "arrived_at")
    op.drop_column("stop", "set_out_at")
    op.drop_index("ix_arrival_estimate_stop_id", table_name="arrival_estimate")
    op.drop_index(
        "uq_arrival_estimate_shown",
        table_name="arrival_estimate",
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_index(op.f("ix_arrival_estimate_province_code"), table_name="arrival_estimate")
    op.drop_index("ix_arrival_estimate_computed_at", table_name="arrival_estimate")
    op.drop_table("arrival_estimate")
    op.drop_table("route_outlook")
    op.drop_table("learned_range")

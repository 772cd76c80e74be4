"""Windows held for citizens, and the orders of a day as they are promised now."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "running_day",
        sa.Column("planning_area_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("orders", JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _to("running_day", "planning_area_id", "planning_area"),
        _to("running_day", "plan_id", "plan", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("planning_area_id", "service_date", name=op.f("pk_running_day")),
    )
    op.create_table(
        "slot_hold",
        sa.Column("planning_area_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("window_start", sa.Time(), nullable=False),
        sa.Column("window_end", sa.Time(), nullable=False),
        sa.Column("mode", _enum("booking_mode", "SEND", "RETURN", "BOTH"), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("zone_code", sa.String(length=40), nullable=True),
        sa.Column("dossier_count", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("basis", _enum("slot_basis", "PLAN", "CAPACITY"), nullable=False),
        sa.Column(
            "status",
            _enum("hold_status", "HELD", "CONFIRMED", "RELEASED", "EXPIRED"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint("window_start < window_end", name=op.f("ck_slot_hold_window_in_order")),
        sa.CheckConstraint("dossier_count > 0", name=op.f("ck_slot_hold_dossier_count_positive")),
        sa.CheckConstraint(
            "(status = 'CONFIRMED') = (booking_id IS NOT NULL)",
            name=op.f("ck_slot_hold_booked_once"),
        ),
        _to("slot_hold", "planning_area_id", "planning_area"),
        _to("slot_hold", "procedure_id", "procedure"),
        _to("slot_hold", "office_id", "office"),
        _to("slot_hold", "booking_id", "booking"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_hold")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_slot_hold_booking_id")),
    )
    op.create_index(op.f("ix_slot_hold_province_code"), "slot_hold", ["province_code"])
    op.create_index("ix_slot_hold_day", "slot_hold", ["planning_area_id", "service_date", "status"])
    op.create_index("idx_slot_hold_point", "slot_hold", ["point"], postgresql_using="gist")


def downgrade() -> None:
    op.drop_table("slot_hold")
    op.drop_table("running_day")


def _to(table: str, column: str, other: str, *, ondelete: str | None = None) -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

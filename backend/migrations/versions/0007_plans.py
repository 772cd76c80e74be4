"""Plans, their routes and stops, and what stays undone with its reason."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("planning_area_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "QUEUED",
                "RUNNING",
                "DRAFT",
                "PUBLISHED",
                "SUPERSEDED",
                "FAILED",
                "CANCELLED",
                name="plan_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "QUEUED",
                "READING",
                "MATRIX",
                "SEARCH",
                "CHECK",
                "STORE",
                "DONE",
                name="plan_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("time_limit_s", sa.Integer(), nullable=False),
        sa.Column("best_cost", sa.BigInteger(), nullable=True),
        sa.Column("seconds_left", sa.Double(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("failure", JSONB(), nullable=True),
        sa.Column("input_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("problem_sha256", sa.String(length=64), nullable=True),
        sa.Column("solution_sha256", sa.String(length=64), nullable=True),
        sa.Column("travel_source", sa.String(length=40), nullable=True),
        sa.Column("travel_note", sa.String(length=400), nullable=True),
        sa.Column("summary", JSONB(), nullable=False),
        sa.Column("baseline", JSONB(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["planning_area_id"],
            ["planning_area.id"],
            name=op.f("fk_plan_planning_area_id_planning_area"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint(
            "planning_area_id",
            "service_date",
            "number",
            name=op.f("uq_plan_planning_area_id_service_date_number"),
        ),
    )
    op.create_index(op.f("ix_plan_province_code"), "plan", ["province_code"])
    op.create_index(op.f("ix_plan_service_date"), "plan", ["service_date"])
    op.create_table(
        "unassigned_leg",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["leg_id"], ["leg.id"], name=op.f("fk_unassigned_leg_leg_id_leg")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_unassigned_leg_plan_id_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", "leg_id", name=op.f("pk_unassigned_leg")),
    )
    op.create_table(
        "route",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ride_s", sa.Integer(), nullable=False),
        sa.Column("wait_s", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column(
            "geometry", Geometry("LINESTRING", srid=4326, spatial_index=False), nullable=True
        ),
        sa.Column("geometry_source", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_route_courier_id_courier")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_route_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_route_shift_id_shift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_route_plan_id_number")),
        sa.UniqueConstraint("plan_id", "shift_id", name=op.f("uq_route_plan_id_shift_id")),
    )
    op.create_index("idx_route_geometry", "route", ["geometry"], postgresql_using="gist")
    op.create_index(op.f("ix_route_courier_id"), "route", ["courier_id"])
    op.create_index(op.f("ix_route_province_code"), "route", ["province_code"])
    op.create_table(
        "stop",
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "START",
                "VISITS",
                "BREAK",
                "END",
                name="stop_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "place_kind",
            sa.Enum(
                "HOME",
                "OFFICE",
                "POST_OFFICE",
                name="place_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "OPEN",
                "CLOSED",
                "CANCELLED",
                name="stop_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_id"], ["route.id"], name=op.f("fk_stop_route_id_route"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
        sa.UniqueConstraint("route_id", "ordinal", name=op.f("uq_stop_route_id_ordinal")),
    )
    op.create_index("idx_stop_point", "stop", ["point"], postgresql_using="gist")
    op.create_table(
        "visit",
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "COLLECTION",
                "HAND_OVER",
                "FETCH",
                "DELIVERY",
                "TAKE_FROM_POST_OFFICE",
                "DEPOSIT",
                name="visit_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "OPEN",
                "DONE",
                "FAILED",
                "CANCELLED",
                name="visit_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("failure_reason", sa.String(length=40), nullable=True),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executed_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["executed_by_id"], ["courier.id"], name=op.f("fk_visit_executed_by_id_courier")
        ),
        sa.ForeignKeyConstraint(["leg_id"], ["leg.id"], name=op.f("fk_visit_leg_id_leg")),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["stop.id"], name=op.f("fk_visit_stop_id_stop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("stop_id", "ordinal", name=op.f("uq_visit_stop_id_ordinal")),
    )
    op.create_index("ix_visit_leg_id", "visit", ["leg_id"])


def downgrade() -> None:
    op.drop_index("ix_visit_leg_id", table_name="visit")
    op.drop_table("visit")
    op.drop_index("idx_stop_point", table_name="stop", postgresql_using="gist")
    op.drop_table("stop")
    op.drop_index(op.f("ix_route_province_code"), table_name="route")
    op.drop_index(op.f("ix_route_courier_id"), table_name="route")
    op.drop_index("idx_route_geometry", table_name="route", postgresql_using="gist")
    op.drop_table("route")
    op.drop_table("unassigned_leg")
    op.drop_index(op.f("ix_plan_service_date"), table_name="plan")
    op.drop_index(op.f("ix_plan_province_code"), table_name="plan")
    op.drop_table("plan")

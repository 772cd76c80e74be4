"""Who rides when, with what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "courier",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_office_id", sa.Uuid(), nullable=False),
        sa.Column(
            "employment",
            sa.Enum(
                "EMPLOYEE",
                "COLLABORATOR",
                name="employment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("satchel_dossiers", sa.Integer(), nullable=False),
        sa.Column("cash_limit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("skills", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("familiar_zones", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("day_from", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "source_status",
            sa.Enum(
                "VERIFIED",
                "UNVERIFIED",
                "SAMPLE",
                name="source_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("satchel_dossiers > 0", name=op.f("ck_courier_satchel_positive")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_courier_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["post_office_id"],
            ["post_office.id"],
            name=op.f("fk_courier_post_office_id_post_office"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier")),
        sa.UniqueConstraint("province_code", "code", name=op.f("uq_courier_province_code_code")),
    )
    op.create_index(op.f("ix_courier_province_code"), "courier", ["province_code"])
    op.create_table(
        "vehicle",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MOTORBIKE",
                "CAR",
                "BICYCLE",
                name="vehicle_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("post_office_id", sa.Uuid(), nullable=False),
        sa.Column("capacity_dossiers", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "source_status",
            sa.Enum(
                "VERIFIED",
                "UNVERIFIED",
                "SAMPLE",
                name="source_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["post_office_id"],
            ["post_office.id"],
            name=op.f("fk_vehicle_post_office_id_post_office"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
        sa.UniqueConstraint("province_code", "code", name=op.f("uq_vehicle_province_code_code")),
    )
    op.create_index(op.f("ix_vehicle_province_code"), "vehicle", ["province_code"])
    op.create_table(
        "shift",
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("start_post_office_id", sa.Uuid(), nullable=False),
        sa.Column("end_post_office_id", sa.Uuid(), nullable=False),
        sa.Column("break_earliest", sa.Time(), nullable=True),
        sa.Column("break_latest", sa.Time(), nullable=True),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("max_stops", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "source_status",
            sa.Enum(
                "VERIFIED",
                "UNVERIFIED",
                "SAMPLE",
                name="source_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "break_earliest <= break_latest", name=op.f("ck_shift_break_window_in_order")
        ),
        sa.CheckConstraint("starts < ends", name=op.f("ck_shift_starts_before_ends")),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_shift_courier_id_courier")
        ),
        sa.ForeignKeyConstraint(
            ["end_post_office_id"],
            ["post_office.id"],
            name=op.f("fk_shift_end_post_office_id_post_office"),
        ),
        sa.ForeignKeyConstraint(
            ["start_post_office_id"],
            ["post_office.id"],
            name=op.f("fk_shift_start_post_office_id_post_office"),
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_shift_vehicle_id_vehicle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint(
            "courier_id",
            "service_date",
            "starts",
            name=op.f("uq_shift_courier_id_service_date_starts"),
        ),
    )
    op.create_index(op.f("ix_shift_province_code"), "shift", ["province_code"])
    op.create_index(op.f("ix_shift_service_date"), "shift", ["service_date"])


def downgrade() -> None:
    op.drop_index(op.f("ix_shift_service_date"), table_name="shift")
    op.drop_index(op.f("ix_shift_province_code"), table_name="shift")
    op.drop_table("shift")
    op.drop_index(op.f("ix_vehicle_province_code"), table_name="vehicle")
    op.drop_table("vehicle")
    op.drop_index(op.f("ix_courier_province_code"), table_name="courier")
    op.drop_table("courier")

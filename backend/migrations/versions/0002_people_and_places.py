"""Who there is, and where units, offices and doors are."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table(
        "address",
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("text_key", sa.String(length=400), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column(
            "placement",
            sa.Enum(
                "GIVEN",
                "HOUSE",
                "STREET",
                "BY_DISPATCHER",
                "BY_COURIER",
                "TO_PLACE",
                name="placement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("placement_note", sa.String(length=400), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("zone_code", sa.String(length=40), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "(placement = 'TO_PLACE') = (point IS NULL)", name=op.f("ck_address_placed_or_waiting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index("idx_address_point", "address", ["point"], postgresql_using="gist")
    op.create_index(op.f("ix_address_province_code"), "address", ["province_code"])
    op.create_index("ix_address_text_key", "address", ["text_key"])
    op.create_table(
        "address_point",
        sa.Column("house_number", sa.String(length=40), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("ward", sa.String(length=200), nullable=False),
        sa.Column("text_key", sa.String(length=400), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_point")),
        sa.UniqueConstraint(
            "province_code",
            "text_key",
            "house_number",
            "ward",
            name=op.f("uq_address_point_province_code_text_key_house_number_ward"),
        ),
    )
    op.create_index("idx_address_point_point", "address_point", ["point"], postgresql_using="gist")
    op.create_index(op.f("ix_address_point_province_code"), "address_point", ["province_code"])
    op.create_table(
        "administrative_unit",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "CITY",
                "DISTRICT",
                "WARD",
                "COMMUNE",
                "SPECIAL_ZONE",
                name="unit_tier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("zone_code", sa.String(length=40), nullable=True),
        sa.Column("planning_area_code", sa.String(length=40), nullable=True),
        sa.Column("centroid", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column(
            "boundary", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True
        ),
        sa.Column("area_km2", sa.Double(), nullable=True),
        sa.Column("replaces", JSONB(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrative_unit")),
        sa.UniqueConstraint(
            "province_code",
            "code",
            "valid_from",
            name=op.f("uq_administrative_unit_province_code_code_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "idx_administrative_unit_boundary",
        "administrative_unit",
        ["boundary"],
        postgresql_using="gist",
    )
    op.create_index(
        "idx_administrative_unit_centroid",
        "administrative_unit",
        ["centroid"],
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_administrative_unit_province_code"), "administrative_unit", ["province_code"]
    )
    op.create_table(
        "office",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "PROVINCE",
                "DEPARTMENT",
                "DISTRICT",
                "COMMUNE",
                name="office_tier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("agency_code", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("zone_code", sa.String(length=40), nullable=True),
        sa.Column("weekly_hours", JSONB(), nullable=False),
        sa.Column("day_cut_off", sa.Time(), nullable=False),
        sa.Column("latest_arrival", sa.Time(), nullable=False),
        sa.Column("queue_minutes", sa.Integer(), nullable=False),
        sa.Column("service_start", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
        sa.CheckConstraint("queue_minutes >= 0", name=op.f("ck_office_queue_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("province_code", "code", name=op.f("uq_office_province_code_code")),
    )
    op.create_index("idx_office_point", "office", ["point"], postgresql_using="gist")
    op.create_index(op.f("ix_office_province_code"), "office", ["province_code"])
    op.create_table(
        "person",
        sa.Column(
            "role",
            sa.Enum(
                "COURIER",
                "DISPATCHER",
                "CLERK",
                "CITIZEN",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_province_code"), "person", ["province_code"])
    op.create_table(
        "planning_area",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "boundary", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True
        ),
        sa.Column("reach_m", sa.Integer(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_area")),
        sa.UniqueConstraint(
            "province_code", "code", name=op.f("uq_planning_area_province_code_code")
        ),
    )
    op.create_index(
        "idx_planning_area_boundary", "planning_area", ["boundary"], postgresql_using="gist"
    )
    op.create_index(op.f("ix_planning_area_province_code"), "planning_area", ["province_code"])
    op.create_table(
        "device",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.String(length=400), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("app_version", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("claims_previous_id", sa.Uuid(), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_offsets", JSONB(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claims_previous_id"], ["device.id"], name=op.f("fk_device_claims_previous_id_device")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_device_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index(op.f("ix_device_person_id"), "device", ["person_id"])
    op.create_table(
        "office_closure",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["office.id"],
            name=op.f("fk_office_closure_office_id_office"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_closure")),
        sa.UniqueConstraint("office_id", "day", name=op.f("uq_office_closure_office_id_day")),
    )
    op.create_table(
        "post_office",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("zone_code", sa.String(length=40), nullable=True),
        sa.Column("planning_area_id", sa.Uuid(), nullable=False),
        sa.Column("weekly_hours", JSONB(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
            ["planning_area_id"],
            ["planning_area.id"],
            name=op.f("fk_post_office_planning_area_id_planning_area"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_office")),
        sa.UniqueConstraint(
            "province_code", "code", name=op.f("uq_post_office_province_code_code")
        ),
    )
    op.create_index("idx_post_office_point", "post_office", ["point"], postgresql_using="gist")
    op.create_index(op.f("ix_post_office_province_code"), "post_office", ["province_code"])


def downgrade() -> None:
    op.drop_index(op.f("ix_post_office_province_code"), table_name="post_office")
    op.drop_index("idx_post_office_point", table_name="post_office", postgresql_using="gist")
    op.drop_table("post_office")
    op.drop_table("office_closure")
    op.drop_index(op.f("ix_device_person_id"), table_name="device")
    op.drop_table("device")
    op.drop_index(op.f("ix_planning_area_province_code"), table_name="planning_area")
    op.drop_index("idx_planning_area_boundary", table_name="planning_area", postgresql_using="gist")
    op.drop_table("planning_area")
    op.drop_index(op.f("ix_person_province_code"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_office_province_code"), table_name="office")
    op.drop_index("idx_office_point", table_name="office", postgresql_using="gist")
    op.drop_table("office")
    op.drop_index(op.f("ix_administrative_unit_province_code"), table_name="administrative_unit")
    op.drop_index(
        "idx_administrative_unit_centroid",
        table_name="administrative_unit",
        postgresql_using="gist",
    )
    op.drop_index(
        "idx_administrative_unit_boundary",
        table_name="administrative_unit",
        postgresql_using="gist",
    )
    op.drop_table("administrative_unit")
    op.drop_index(op.f("ix_address_point_province_code"), table_name="address_point")
    op.drop_index("idx_address_point_point", table_name="address_point", postgresql_using="gist")
    op.drop_table("address_point")
    op.drop_index("ix_address_text_key", table_name="address")
    op.drop_index(op.f("ix_address_province_code"), table_name="address")
    op.drop_index("idx_address_point", table_name="address", postgresql_using="gist")
    op.drop_table("address")

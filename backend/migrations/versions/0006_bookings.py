"""What citizens ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_province_code"), "contact", ["province_code"])
    op.create_table(
        "booking",
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "SEND",
                "RETURN",
                "BOTH",
                name="booking_mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "PHONE",
                "COUNTER",
                "PORTAL",
                "APP",
                "OFFICE",
                name="booking_channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "TO_PLACE",
                "REQUESTED",
                "SCHEDULED",
                "COLLECTED",
                "DONE",
                "FAILED",
                "CANCELLED",
                name="booking_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_count", sa.Integer(), nullable=False),
        sa.Column("portal_code", sa.String(length=80), nullable=True),
        sa.Column("planning_area_id", sa.Uuid(), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("slot_start", sa.Time(), nullable=True),
        sa.Column("slot_end", sa.Time(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at_post_office_id", sa.Uuid(), nullable=True),
        sa.Column("expected_fee_vnd", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
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
            "(slot_start IS NULL) = (slot_end IS NULL) AND slot_start < slot_end",
            name=op.f("ck_booking_slot_whole_and_in_order"),
        ),
        sa.CheckConstraint("dossier_count > 0", name=op.f("ck_booking_dossier_count_positive")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_booking_address_id_address")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_booking_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["held_at_post_office_id"],
            ["post_office.id"],
            name=op.f("fk_booking_held_at_post_office_id_post_office"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_booking_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["planning_area_id"],
            ["planning_area.id"],
            name=op.f("fk_booking_planning_area_id_planning_area"),
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_booking_procedure_id_procedure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint(
            "province_code", "reference", name=op.f("uq_booking_province_code_reference")
        ),
    )
    op.create_index(op.f("ix_booking_province_code"), "booking", ["province_code"])
    op.create_index(op.f("ix_booking_service_date"), "booking", ["service_date"])
    op.create_index("ix_booking_status_service_date", "booking", ["status", "service_date"])
    op.create_table(
        "booking_dossier",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_dossier_booking_id_booking")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_booking_dossier_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("booking_id", "dossier_id", name=op.f("pk_booking_dossier")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_booking_dossier_dossier_id")),
    )


def downgrade() -> None:
    op.drop_table("booking_dossier")
    op.drop_index("ix_booking_status_service_date", table_name="booking")
    op.drop_index(op.f("ix_booking_service_date"), table_name="booking")
    op.drop_index(op.f("ix_booking_province_code"), table_name="booking")
    op.drop_table("booking")
    op.drop_index(op.f("ix_contact_province_code"), table_name="contact")
    op.drop_table("contact")

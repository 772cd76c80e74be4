"""What the offices do, on which days, and what the post takes for it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "HOLIDAY",
                "SUBSTITUTE_DAY_OFF",
                "WORKING_DAY",
                name="calendar_day_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("province_code", "day", name=op.f("uq_calendar_day_province_code_day")),
    )
    op.create_index(op.f("ix_calendar_day_province_code"), "calendar_day", ["province_code"])
    op.create_table(
        "procedure",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column(
            "office_tier",
            sa.Enum(
                "PROVINCE",
                "DEPARTMENT",
                "DISTRICT",
                "COMMUNE",
                "ANY",
                name="competent_tier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("processing_days", sa.Integer(), nullable=True),
        sa.Column("eligible_by_post", sa.Boolean(), nullable=False),
        sa.Column("presence_needed", sa.Boolean(), nullable=False),
        sa.Column("same_day_result", sa.Boolean(), nullable=False),
        sa.Column("decision_no", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint(
            "province_code",
            "code",
            "valid_from",
            name=op.f("uq_procedure_province_code_code_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_procedure_province_code"), "procedure", ["province_code"])
    op.create_table(
        "tariff",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "service",
            sa.Enum(
                "SEND",
                "RETURN",
                "BOTH",
                name="tariff_service",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "scope",
            sa.Enum(
                "SAME_ZONE",
                "SAME_PROVINCE",
                "INTER_PROVINCE",
                name="tariff_scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("weight_from_g", sa.Integer(), nullable=False),
        sa.Column("weight_to_g", sa.Integer(), nullable=False),
        sa.Column("amount_vnd", sa.Integer(), nullable=False),
        sa.Column("vat_pct", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint(
            "province_code",
            "code",
            "service",
            "scope",
            "weight_from_g",
            "valid_from",
            name=op.f("uq_tariff_province_code_code_service_scope_weight_from_g_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_tariff_province_code"), "tariff", ["province_code"])
    op.create_table(
        "checklist_item",
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.Column("certified_copies", sa.Integer(), nullable=False),
        sa.Column("photocopies", sa.Integer(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_id"],
            ["procedure.id"],
            name=op.f("fk_checklist_item_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint(
            "procedure_id", "ordinal", name=op.f("uq_checklist_item_procedure_id_ordinal")
        ),
    )
    op.create_table(
        "fee_item",
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("amount_vnd", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_vnd >= 0", name=op.f("ck_fee_item_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["procedure_id"],
            ["procedure.id"],
            name=op.f("fk_fee_item_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_item")),
        sa.UniqueConstraint(
            "procedure_id", "ordinal", name=op.f("uq_fee_item_procedure_id_ordinal")
        ),
    )


def downgrade() -> None:
    op.drop_table("fee_item")
    op.drop_table("checklist_item")
    op.drop_index(op.f("ix_tariff_province_code"), table_name="tariff")
    op.drop_table("tariff")
    op.drop_index(op.f("ix_procedure_province_code"), table_name="procedure")
    op.drop_table("procedure")
    op.drop_index(op.f("ix_calendar_day_province_code"), table_name="calendar_day")
    op.drop_table("calendar_day")

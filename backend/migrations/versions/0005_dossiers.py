"""The papers, the legs of their journeys and the custody log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_series",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_series")),
        sa.UniqueConstraint(
            "province_code", "kind", name=op.f("uq_code_series_province_code_kind")
        ),
    )
    op.create_index(op.f("ix_code_series_province_code"), "code_series", ["province_code"])
    op.create_table(
        "dossier",
        sa.Column("item_code", sa.String(length=13), nullable=False),
        sa.Column("portal_code", sa.String(length=80), nullable=True),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("resolving_office_id", sa.Uuid(), nullable=False),
        sa.Column("filing_office_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ANNOUNCED",
                "WITH_COURIER",
                "AT_POST_OFFICE",
                "HANDED_OVER",
                "RESULT_READY",
                "RESULT_WITH_COURIER",
                "RESULT_AT_POST_OFFICE",
                "DELIVERED",
                "RETURNED",
                name="dossier_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "keeper_kind",
            sa.Enum(
                "CITIZEN",
                "COURIER",
                "POST_OFFICE",
                "OFFICE",
                name="keeper_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("seal_no", sa.String(length=40), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_on", sa.Date(), nullable=True),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_office_id"], ["office.id"], name=op.f("fk_dossier_filing_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_dossier_procedure_id_procedure")
        ),
        sa.ForeignKeyConstraint(
            ["resolving_office_id"],
            ["office.id"],
            name=op.f("fk_dossier_resolving_office_id_office"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("item_code", name=op.f("uq_dossier_item_code")),
    )
    op.create_index("ix_dossier_keeper", "dossier", ["keeper_kind", "keeper_id"])
    op.create_index(op.f("ix_dossier_portal_code"), "dossier", ["portal_code"])
    op.create_index(op.f("ix_dossier_province_code"), "dossier", ["province_code"])
    op.create_table(
        "custody_event",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "ANNOUNCED",
                "COLLECTED",
                "HANDED_OVER",
                "FETCHED",
                "DELIVERED",
                "DEPOSITED",
                "TAKEN_FROM_POST_OFFICE",
                "RETURNED_TO_SENDER",
                "RESULT_READY",
                "ATTEMPT_FAILED",
                "GAP",
                name="custody_event_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "ANNOUNCED",
                "WITH_COURIER",
                "AT_POST_OFFICE",
                "HANDED_OVER",
                "RESULT_READY",
                "RESULT_WITH_COURIER",
                "RESULT_AT_POST_OFFICE",
                "DELIVERED",
                "RETURNED",
                name="dossier_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_kind",
            sa.Enum(
                "CITIZEN",
                "COURIER",
                "POST_OFFICE",
                "OFFICE",
                name="from_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column(
            "to_kind",
            sa.Enum(
                "CITIZEN",
                "COURIER",
                "POST_OFFICE",
                "OFFICE",
                name="to_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
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
        sa.Column("seal", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("blob_hashes", ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("corrects_n", sa.Integer(), nullable=True),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "length(prev) = 32 AND length(hash) = 32", name=op.f("ck_custody_event_sha256_lengths")
        ),
        sa.CheckConstraint("n >= 1", name=op.f("ck_custody_event_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_custody_event_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "n", name=op.f("pk_custody_event")),
        sa.UniqueConstraint(
            "command_id", "ordinal", name=op.f("uq_custody_event_command_id_ordinal")
        ),
    )
    op.create_table(
        "leg",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "COLLECTION",
                "RETURN",
                "LINE_HAUL",
                name="leg_purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_kind",
            sa.Enum(
                "HOME",
                "OFFICE",
                "POST_OFFICE",
                name="from_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column(
            "to_kind",
            sa.Enum(
                "HOME",
                "OFFICE",
                "POST_OFFICE",
                name="to_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("planning_area_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("window_start", sa.Time(), nullable=True),
        sa.Column("window_end", sa.Time(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("cash_vnd", sa.BigInteger(), nullable=False),
        sa.Column("skills", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "OPEN",
                "PLANNED",
                "UNDER_WAY",
                "DONE",
                "FAILED",
                "CANCELLED",
                name="leg_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("failure_reason", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "(window_start IS NULL) = (window_end IS NULL) AND window_start <= window_end",
            name=op.f("ck_leg_window_whole_and_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_leg_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["planning_area_id"],
            ["planning_area.id"],
            name=op.f("fk_leg_planning_area_id_planning_area"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sa.UniqueConstraint("dossier_id", "ordinal", name=op.f("uq_leg_dossier_id_ordinal")),
    )
    op.create_index(
        "ix_leg_planning_area_id_service_date", "leg", ["planning_area_id", "service_date"]
    )
    op.create_index(op.f("ix_leg_province_code"), "leg", ["province_code"])


def downgrade() -> None:
    op.drop_index(op.f("ix_leg_province_code"), table_name="leg")
    op.drop_index("ix_leg_planning_area_id_service_date", table_name="leg")
    op.drop_table("leg")
    op.drop_table("custody_event")
    op.drop_index(op.f("ix_dossier_province_code"), table_name="dossier")
    op.drop_index(op.f("ix_dossier_portal_code"), table_name="dossier")
    op.drop_index("ix_dossier_keeper", table_name="dossier")
    op.drop_table("dossier")
    op.drop_index(op.f("ix_code_series_province_code"), table_name="code_series")
    op.drop_table("code_series")

"""Paper lists, numbered forms, offers between couriers, and stamps of force majeure."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FORM_KINDS = (
    "DISPATCH_SLIP",
    "RESULT_SLIP",
    "GUIDANCE",
    "HAND_OVER_MINUTES",
    "INVITATION_1",
    "INVITATION_2",
    "IRREGULARITY",
    "EXCHANGE_MINUTES",
    "RECEIPT",
)
_PAPER_FORMS = ("ORIGINAL", "CERTIFIED_COPY", "PHOTOCOPY", "ELECTRONIC")


def upgrade() -> None:
    op.create_index("ix_dossier_seal_no", "dossier", ["province_code", "seal_no"])
    _create_papers()
    _create_forms()
    _create_offers()
    op.create_table(
        "force_majeure",
        sa.Column("zone_codes", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_force_majeure_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force_majeure")),
    )
    op.create_index(op.f("ix_force_majeure_province_code"), "force_majeure", ["province_code"])


def downgrade() -> None:
    for table in ("force_majeure", "custody_offer", "form", "form_series", "paper"):
        op.drop_table(table)
    op.drop_index("ix_dossier_seal_no", "dossier")


def _create_papers() -> None:
    op.create_table(
        "paper",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("list", _enum("paper_list", ("SENT", "RESULT")), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("form", _enum("paper_form", _PAPER_FORMS), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_paper_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_paper_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "list", "ordinal", name=op.f("pk_paper")),
    )


def _create_forms() -> None:
    op.create_table(
        "form_series",
        sa.Column("kind", _enum("form_kind", _FORM_KINDS), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_series")),
        sa.UniqueConstraint(
            "province_code",
            "kind",
            "year",
            "unit_code",
            name=op.f("uq_form_series_province_code_kind_year_unit_code"),
        ),
    )
    op.create_index(op.f("ix_form_series_province_code"), "form_series", ["province_code"])
    op.create_table(
        "form",
        sa.Column("kind", _enum("form_kind", _FORM_KINDS), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dossier_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("signatures", JSONB(), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_form_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
        sa.UniqueConstraint(
            "province_code",
            "kind",
            "year",
            "unit_code",
            "number",
            name=op.f("uq_form_province_code_kind_year_unit_code_number"),
        ),
    )
    op.create_index("ix_form_dossier_ids", "form", ["dossier_ids"], postgresql_using="gin")
    op.create_index(op.f("ix_form_province_code"), "form", ["province_code"])


def _create_offers() -> None:
    op.create_table(
        "custody_offer",
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column(
            "status", _enum("offer_status", ("OPEN", "ACCEPTED", "CANCELLED")), nullable=False
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["courier.id"], name=op.f("fk_custody_offer_giver_id_courier")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["courier.id"], name=op.f("fk_custody_offer_receiver_id_courier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_offer")),
    )
    op.create_index("ix_custody_offer_giver_id_status", "custody_offer", ["giver_id", "status"])
    op.create_index(op.f("ix_custody_offer_province_code"), "custody_offer", ["province_code"])


def _enum(name: str, values: Iterable[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

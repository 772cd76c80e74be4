"""Clerks, their acts at counters and desks, cash entries, places that share a house."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

_OLD_FORM_KINDS = (
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
_NEW_FORM_KINDS = (
    *_OLD_FORM_KINDS,
    "BOOKING_CONFIRMATION",
    "AUTHORISATION",
    "CASH_SETTLEMENT",
)
_ACTS = (
    "INTAKE",
    "PICK_UP",
    "DEPOSIT",
    "HAND_OUT",
    "COUNT",
    "LINE_HAUL",
    "RECEIPT",
    "FILING",
    "APPOINTMENT",
    "RESULT_READY",
    "RESULT_FILE",
    "RESULT_TO_COUNTER",
    "OFFICE_INFORMED",
    "CASH",
    "SETTLEMENT",
    "PAPERWORK",
)


def upgrade() -> None:
    _create_clerks()
    _create_acts()
    _create_cash()
    op.add_column("office", sa.Column("post_office_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_office_post_office_id_post_office"),
        "office",
        "post_office",
        ["post_office_id"],
        ["id"],
    )
    op.add_column(
        "office",
        sa.Column("seconded_filing", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("office", "seconded_filing", server_default=None)
    op.add_column("booking", sa.Column("pick_up_at_post_office_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_booking_pick_up_at_post_office_id_post_office"),
        "booking",
        "post_office",
        ["pick_up_at_post_office_id"],
        ["id"],
    )
    _allow_forms(_NEW_FORM_KINDS)


def downgrade() -> None:
    _allow_forms(_OLD_FORM_KINDS)
    op.drop_constraint(op.f("fk_booking_pick_up_at_post_office_id_post_office"), "booking")
    op.drop_column("booking", "pick_up_at_post_office_id")
    op.drop_column("office", "seconded_filing")
    op.drop_constraint(op.f("fk_office_post_office_id_post_office"), "office")
    op.drop_column("office", "post_office_id")
    for table in ("cash_settlement", "cash_entry", "counter_act", "clerk"):
        op.drop_table(table)


def _create_clerks() -> None:
    op.create_table(
        "clerk",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_office_id", sa.Uuid(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "source_status",
            _enum("source_status", ("VERIFIED", "UNVERIFIED", "SAMPLE")),
            nullable=False,
        ),
        sa.CheckConstraint(
            "num_nonnulls(post_office_id, office_id) > 0", name=op.f("ck_clerk_sits_somewhere")
        ),
        _refers("clerk", "person_id", "person"),
        _refers("clerk", "post_office_id", "post_office"),
        _refers("clerk", "office_id", "office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clerk")),
        sa.UniqueConstraint("province_code", "code", name=op.f("uq_clerk_province_code_code")),
    )
    op.create_index(op.f("ix_clerk_province_code"), "clerk", ["province_code"])


def _create_acts() -> None:
    op.create_table(
        "counter_act",
        sa.Column("kind", _enum("act_kind", _ACTS), nullable=False),
        sa.Column(
            "place_kind", _enum("place_kind", ("HOME", "OFFICE", "POST_OFFICE")), nullable=False
        ),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("clerk_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("outcome", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        _refers("counter_act", "clerk_id", "clerk"),
        _refers("counter_act", "courier_id", "courier"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_act")),
    )
    op.create_index(op.f("ix_counter_act_province_code"), "counter_act", ["province_code"])
    op.create_index("ix_counter_act_place_id_at", "counter_act", ["place_id", "at"])


def _create_cash() -> None:
    op.create_table(
        "cash_entry",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purse", _enum("purse", ("FEE", "CHARGE", "POSTAGE", "REPEAT_TRIP")), nullable=False
        ),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("paid_by", _enum("paid_by", ("CASH", "TRANSFER", "WALLET")), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("clerk_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_cash_entry_amount_positive")),
        sa.CheckConstraint(
            "num_nonnulls(courier_id, clerk_id) = 1", name=op.f("ck_cash_entry_one_taker")
        ),
        _refers("cash_entry", "dossier_id", "dossier"),
        _refers("cash_entry", "courier_id", "courier"),
        _refers("cash_entry", "clerk_id", "clerk"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_entry")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_cash_entry_receipt_id")),
    )
    for column in ("province_code", "dossier_id", "courier_id", "clerk_id"):
        op.create_index(op.f(f"ix_cash_entry_{column}"), "cash_entry", [column])
    op.create_table(
        "cash_settlement",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        _refers("cash_settlement", "entry_id", "cash_entry"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_cash_settlement")),
    )
    op.create_index(op.f("ix_cash_settlement_form_id"), "cash_settlement", ["form_id"])


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _allow_forms(kinds: Iterable[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ("form", "form_series"):
        op.drop_constraint(op.f(f"ck_{table}_form_kind"), table)
        op.create_check_constraint(op.f(f"ck_{table}_form_kind"), table, f"kind IN ({listed})")


def _enum(name: str, values: Iterable[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

"""Who a booking belongs to and who made it, visits of many procedures, receivers, and changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking", sa.Column("visit_id", sa.Uuid(), nullable=True))
    op.add_column("booking", sa.Column("owner_account_id", sa.Uuid(), nullable=True))
    op.add_column("booking", sa.Column("made_by_account_id", sa.Uuid(), nullable=True))
    op.add_column("booking", sa.Column("special_needs", sa.String(length=400), nullable=True))
    for column in ("owner_account_id", "made_by_account_id"):
        name = op.f(f"fk_booking_{column}_account")
        op.create_foreign_key(name, "booking", "account", [column], ["id"])
    op.create_index(op.f("ix_booking_visit_id"), "booking", ["visit_id"])
    op.create_index(op.f("ix_booking_owner_account_id"), "booking", ["owner_account_id"])
    op.add_column(
        "slot_hold", sa.Column("more", JSONB(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.alter_column("slot_hold", "more", server_default=None)
    op.create_table(
        "authorised_receiver",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column(
            "identity_paper",
            _enum("identity_paper", "CITIZEN_CARD", "PASSPORT", "ELECTRONIC_CARD"),
            nullable=False,
        ),
        sa.Column("last_digits", sa.String(length=4), nullable=False),
        sa.Column("letter_no", sa.String(length=40), nullable=True),
        sa.Column("letter_valid_to", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        _to("authorised_receiver", "booking_id", "booking"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorised_receiver")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_authorised_receiver_booking_id")),
    )
    op.create_index(
        op.f("ix_authorised_receiver_province_code"), "authorised_receiver", ["province_code"]
    )
    op.create_table(
        "booking_change",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _enum("change_kind", "CANCELLED", "RESCHEDULED"), nullable=False),
        sa.Column("before_on", sa.Date(), nullable=False),
        sa.Column("before_start", sa.Time(), nullable=True),
        sa.Column("before_end", sa.Time(), nullable=True),
        sa.Column("after_on", sa.Date(), nullable=True),
        sa.Column("after_start", sa.Time(), nullable=True),
        sa.Column("after_end", sa.Time(), nullable=True),
        sa.Column("fault", _enum("fault", "CITIZEN", "OFFICE", "POST", "NOBODY"), nullable=False),
        sa.Column("charge_vnd", sa.BigInteger(), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        _to("booking_change", "booking_id", "booking"),
        _to("booking_change", "by_account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_change")),
    )
    op.create_index(op.f("ix_booking_change_booking_id"), "booking_change", ["booking_id"])
    op.create_index(op.f("ix_booking_change_province_code"), "booking_change", ["province_code"])


def downgrade() -> None:
    op.drop_table("booking_change")
    op.drop_table("authorised_receiver")
    op.drop_column("slot_hold", "more")
    for column in ("special_needs", "made_by_account_id", "owner_account_id", "visit_id"):
        op.drop_column("booking", column)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )

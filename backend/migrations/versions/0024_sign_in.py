"""Codes, links and keys to sign in by, counters of failed tries, and the log of personal views."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0024"
down_revision = "0027"
branch_labels = None
depends_on = None

_ROLES = (
    "CITIZEN",
    "FIRM",
    "COURIER",
    "COLLABORATOR",
    "DISPATCHER",
    "OFFICE_CLERK",
    "SECONDED_CLERK",
    "POST_OFFICE_CLERK",
    "CASHIER",
    "MANAGER",
    "AUDITOR",
    "AUTHORITY",
    "INTEGRATOR",
)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "try_counter",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("free_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_try_counter")),
    )
    op.create_table(
        "phone_sign_in",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("asked_at", ARRAY(_MOMENT), nullable=False),
        sa.Column("guessed_at", ARRAY(_MOMENT), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_sign_in")),
    )
    op.create_index(op.f("ix_phone_sign_in_province_code"), "phone_sign_in", ["province_code"])
    op.create_index(
        "uq_phone_sign_in_phone", "phone_sign_in", ["province_code", "phone"], unique=True
    )
    op.create_table(
        "one_time_link",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", _enum("link_purpose", "SIGN_IN", "SET_PASSWORD"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _to("one_time_link", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(op.f("ix_one_time_link_account_id"), "one_time_link", ["account_id"])
    op.create_table(
        "api_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("last_used_at", _MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _to("api_key", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_index(op.f("ix_api_key_account_id"), "api_key", ["account_id"])
    op.create_table(
        "personal_data_view",
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", _enum("role", *_ROLES), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("operation", sa.String(length=120), nullable=False),
        sa.Column("fields", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column(
            "subject_kind",
            _enum("whose", "CONTACT", "PERSON", "DOSSIER", "BOOKING", "PLAN", "ROUTE", "FORM"),
            nullable=False,
        ),
        sa.Column("subject_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_view")),
    )
    op.create_index(op.f("ix_personal_data_view_account_id"), "personal_data_view", ["account_id"])
    op.create_index(
        op.f("ix_personal_data_view_province_code"), "personal_data_view", ["province_code"]
    )
    op.create_index("ix_personal_data_view_at", "personal_data_view", ["province_code", "at"])
    op.create_index(
        "ix_personal_data_view_subjects",
        "personal_data_view",
        ["subject_ids"],
        postgresql_using="gin",
    )


def downgrade() -> None:
    for table in (
        "personal_data_view",
        "api_key",
        "one_time_link",
        "phone_sign_in",
        "try_counter",
    ):
        op.drop_table(table)


def _to(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

"""Accounts, roles with their scope, sign-ins and their tokens; phones sign in anew."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0023"
down_revision = "0028"
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


def upgrade() -> None:
    op.drop_column("person", "role")  # roles belong to accounts
    op.drop_column("device", "token_hash")  # a phone signs in again; its outbox stays
    op.create_table(
        "account",
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "source_status",
            _enum("source_status", "VERIFIED", "UNVERIFIED", "SAMPLE"),
            nullable=False,
        ),
        _to("account", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("province_code", "code", name=op.f("uq_account_province_code_code")),
        sa.UniqueConstraint("province_code", "phone", name=op.f("uq_account_province_code_phone")),
    )
    op.create_index(op.f("ix_account_person_id"), "account", ["person_id"])
    op.create_index(op.f("ix_account_province_code"), "account", ["province_code"])
    op.create_table(
        "account_grant",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", _enum("role", *_ROLES), nullable=False),
        sa.Column("planning_area_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("office_codes", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("post_office_codes", ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("unit_codes", ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _to("account_grant", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grant")),
    )
    op.create_index(
        "uq_account_grant_one_of_a_role",
        "account_grant",
        ["account_id", "role"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sign_in",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column(
            "way", _enum("sign_in_way", "PASSWORD", "CODE", "LINK", "DEVICE"), nullable=False
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end_reason",
            _enum(
                "end_reason",
                "SIGNED_OUT",
                "ENDED_ELSEWHERE",
                "REUSED",
                "DEVICE_REVOKED",
                "PASSWORD_CHANGED",
                "DISABLED",
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        _to("sign_in", "account_id", "account"),
        _to("sign_in", "grant_id", "account_grant"),
        _to("sign_in", "device_id", "device"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"])
    op.create_index(op.f("ix_sign_in_device_id"), "sign_in", ["device_id"])
    op.create_table(
        "token_pair",
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("access_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("refresh_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("access_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _to("token_pair", "sign_in_id", "sign_in", ondelete="CASCADE"),
        _to("token_pair", "parent_id", "token_pair", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_pair")),
        sa.UniqueConstraint("access_hash", name=op.f("uq_token_pair_access_hash")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_token_pair_refresh_hash")),
    )
    op.create_index(op.f("ix_token_pair_sign_in_id"), "token_pair", ["sign_in_id"])
    op.create_index(op.f("ix_token_pair_parent_id"), "token_pair", ["parent_id"])


def downgrade() -> None:
    for table in ("token_pair", "sign_in", "account_grant", "account"):
        op.drop_table(table)
    op.add_column("device", sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True))
    op.execute("UPDATE device SET token_hash = sha256(id::text::bytea)")  # opens nothing
    op.alter_column("device", "token_hash", nullable=False)
    op.create_unique_constraint(op.f("uq_device_token_hash"), "device", ["token_hash"])
    op.add_column(
        "person",
        sa.Column(
            "role", _enum("role", "COURIER", "DISPATCHER", "CLERK", "CITIZEN"), nullable=True
        ),
    )
    op.execute("UPDATE person SET role = 'CITIZEN'")
    op.execute("UPDATE person SET role = 'CLERK' WHERE id IN (SELECT person_id FROM clerk)")
    op.execute("UPDATE person SET role = 'COURIER' WHERE id IN (SELECT person_id FROM courier)")
    op.alter_column("person", "role", nullable=False)


def _to(table: str, column: str, other: str, *, ondelete: str | None = None) -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

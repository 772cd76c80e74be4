"""Ratings of visits, and the register of complaints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0029"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_rating_score_from_1_to_5")),
        _to("rating", "stop_id", "stop"),
        _to("rating", "booking_id", "booking"),
        _to("rating", "courier_id", "courier"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("stop_id", "booking_id", name=op.f("uq_rating_stop_id_booking_id")),
    )
    for column in ("booking_id", "courier_id", "province_code"):
        op.create_index(op.f(f"ix_rating_{column}"), "rating", [column])
    op.create_table(
        "complaint",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            _enum(
                "complaint_kind",
                "LATE",
                "LOST",
                "DAMAGED",
                "CONDUCT",
                "FEES",
                "DISCLOSURE",
                "OTHER",
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("inside_province", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", _enum("complaint_status", "OPEN", "ANSWERED"), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_complaint_number_positive")),
        sa.CheckConstraint(
            "(status = 'ANSWERED') = (answered_at IS NOT NULL AND answer IS NOT NULL)",
            name=op.f("ck_complaint_answered_whole"),
        ),
        _to("complaint", "booking_id", "booking"),
        _to("complaint", "dossier_id", "dossier"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint(
            "province_code", "year", "number", name=op.f("uq_complaint_province_code_year_number")
        ),
    )
    for column in ("booking_id", "province_code"):
        op.create_index(op.f(f"ix_complaint_{column}"), "complaint", [column])
    op.create_index("ix_complaint_status_due_on", "complaint", ["status", "due_on"])


def downgrade() -> None:
    op.drop_table("complaint")
    op.drop_table("rating")


def _to(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

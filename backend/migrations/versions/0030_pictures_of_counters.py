"""Pictures belong to whoever sent them, a courier or a clerk; acts at counters name theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("fk_proof_courier_id_courier"), "proof", type_="foreignkey")
    op.alter_column("proof", "courier_id", new_column_name="owner_id")
    op.create_table(
        "act_proof",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["act_id"], ["counter_act.id"], name=op.f("fk_act_proof_act_id_counter_act")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_act_proof_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("act_id", "ordinal", name=op.f("pk_act_proof")),
    )
    op.create_index("ix_act_proof_owner_id_sha256", "act_proof", ["owner_id", "sha256"])


def downgrade() -> None:
    op.drop_table("act_proof")
    op.execute("DELETE FROM proof WHERE owner_id NOT IN (SELECT id FROM courier)")
    op.alter_column("proof", "owner_id", new_column_name="courier_id")
    op.create_foreign_key(
        op.f("fk_proof_courier_id_courier"), "proof", "courier", ["courier_id"], ["id"]
    )

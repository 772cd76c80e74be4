"""Links with which anybody recomputes one dossier's custody chain."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain_token",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_chain_token_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_chain_token")),
        sa.UniqueConstraint("token", name=op.f("uq_chain_token_token")),
    )


def downgrade() -> None:
    op.drop_table("chain_token")

"""Pictures and PDFs that go with complaints; a PDF has no width and height."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("width", "height"):
        op.alter_column("proof", column, existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "complaint_attachment",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_attachment_complaint_id_complaint"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id", "sha256"],
            ["proof.owner_id", "proof.sha256"],
            name=op.f("fk_complaint_attachment_booking_id_sha256_proof"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_attachment")),
        sa.UniqueConstraint(
            "complaint_id", "ordinal", name=op.f("uq_complaint_attachment_complaint_id_ordinal")
        ),
    )
    op.create_index(
        "ix_complaint_attachment_booking_id_sha256",
        "complaint_attachment",
        ["booking_id", "sha256"],
    )


def downgrade() -> None:
    op.drop_table("complaint_attachment")
    op.execute("DELETE FROM proof WHERE width IS NULL OR height IS NULL")
    for column in ("width", "height"):
        op.alter_column("proof", column, existing_type=sa.Integer(), nullable=False)

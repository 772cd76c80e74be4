"""The custody log refuses every change, whoever asks: a mistake of the owner's too.

The application's role has no right to change it anyway (backend/migrations/rights.py). A person
who must, disables the trigger by name first, and the hash chain shows it for ever.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION custody_log_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the custody log is append-only: % refused', TG_OP
                USING ERRCODE = 'integrity_constraint_violation',
                      HINT = 'Write a new event that corrects the old one.';
        END
        $$
    """)
    op.execute("""
        CREATE TRIGGER custody_event_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON custody_event
        FOR EACH STATEMENT EXECUTE FUNCTION custody_log_refuses_change()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER custody_event_append_only ON custody_event")
    op.execute("DROP FUNCTION custody_log_refuses_change()")

"""All states of DOMAIN §4; a dossier's row cannot differ from the newest line of its log."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OLD_STATES = (
    "ANNOUNCED",
    "WITH_COURIER",
    "AT_POST_OFFICE",
    "HANDED_OVER",
    "RESULT_READY",
    "RESULT_WITH_COURIER",
    "RESULT_AT_POST_OFFICE",
    "DELIVERED",
    "RETURNED",
)
_NEW_STATES = (
    "ANNOUNCED",
    "CHECKED",
    "INCOMPLETE",
    "LISTED",
    "SEALED",
    "WITH_COURIER",
    "PRESENTED",
    "REFUSED",
    "AT_POST_OFFICE",
    "HANDED_OVER",
    "RESULT_READY",
    "RESULT_WITH_COURIER",
    "OUT_FOR_DELIVERY",
    "RESULT_REFUSED",
    "RESULT_AT_POST_OFFICE",
    "RESULT_RETURNED",
    "DELIVERED",
    "RETURNED",
)
_OLD_EVENTS = (
    "ANNOUNCED",
    "COLLECTED",
    "HANDED_OVER",
    "FETCHED",
    "DELIVERED",
    "DEPOSITED",
    "TAKEN_FROM_POST_OFFICE",
    "RETURNED_TO_SENDER",
    "RESULT_READY",
    "ATTEMPT_FAILED",
    "GAP",
)
_NEW_EVENTS = (
    "ANNOUNCED",
    "PAPERS_CHECKED",
    "PAPERS_INCOMPLETE",
    "PAPERS_LISTED",
    "PAPERS_SEALED",
    "COLLECTED",
    "PRESENTED",
    "REFUSED_AT_DESK",
    "WRONG_OFFICE",
    "WITHDRAWN",
    "HANDED_OVER",
    "CASE_MOVED",
    "RESULT_LATE",
    "RESULT_READY",
    "FETCHED",
    "OUT_FOR_DELIVERY",
    "DELIVERED",
    "OFFICE_INFORMED",
    "INVITED",
    "RESULT_REFUSED",
    "REDIRECTED",
    "UNCLAIMED",
    "RETURNED_TO_OFFICE",
    "DEPOSITED",
    "TAKEN_FROM_POST_OFFICE",
    "FORWARDED",
    "PICKED_UP",
    "OFFERED",
    "EXCHANGED",
    "RETURNED_TO_SENDER",
    "ATTEMPT_FAILED",
    "SEAL_BROKEN",
    "DAMAGED",
    "REWRAPPED",
    "LOST",
    "FOUND",
    "GAP",
)
_CONDITIONS = ("INTACT", "SEAL_BROKEN", "DAMAGED", "LOST")
_CASE_STATUSES = (
    "NEWLY_FILED",
    "ACCEPTED",
    "NOT_ACCEPTED",
    "IN_PROCESS",
    "SUPPLEMENT_ASKED",
    "PAYMENT_ASKED",
    "WITHDRAWAL_ASKED",
    "STOPPED",
    "RESOLVED",
    "RESULT_RETURNED",
)
_DAY_STATES = (
    "ROSTERED",
    "OPENED",
    "ROUTE_ACCEPTED",
    "ON_ROUTE",
    "ON_BREAK",
    "PAUSED",
    "HANDED_TO_ANOTHER",
    "FINISHING",
    "BACK",
    "CASH_COUNTED",
    "SETTLED",
    "CLOSED",
)
_DAY_EVENTS = (
    "OPEN",
    "ACCEPT_ROUTE",
    "DEPART",
    "START_BREAK",
    "END_BREAK",
    "PAUSE",
    "RESUME",
    "HAND_TO_ANOTHER",
    "START_FINISHING",
    "ARRIVE_BACK",
    "COUNT_CASH",
    "SETTLE",
    "CLOSE",
)


def upgrade() -> None:
    _allow("dossier", "dossier_state", "state", _NEW_STATES)
    _allow("custody_event", "dossier_state", "state", _NEW_STATES)
    _allow("custody_event", "custody_event_type", "type", _NEW_EVENTS)
    op.add_column(
        "dossier",
        sa.Column(
            "condition",
            sa.Enum(*_CONDITIONS, name="condition", native_enum=False, length=32),
            nullable=False,
            server_default="INTACT",
        ),
    )
    op.alter_column("dossier", "condition", server_default=None)
    op.add_column(
        "dossier",
        sa.Column(
            "case_status",
            sa.Enum(*_CASE_STATUSES, name="case_status", native_enum=False, length=32),
            nullable=True,
        ),
    )
    _check("dossier", "condition", "condition", _CONDITIONS)
    _check("dossier", "case_status", "case_status", _CASE_STATUSES)
    op.add_column("dossier", sa.Column("supplements_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_dossier_supplements_id_dossier"), "dossier", "dossier", ["supplements_id"], ["id"]
    )
    _create_work_days()
    op.execute("""
        CREATE FUNCTION dossier_follows_its_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM dossier d WHERE d.id = NEW.id AND NOT EXISTS (
                    SELECT 1 FROM custody_event e
                    WHERE e.dossier_id = d.id AND e.n = d.event_count AND e.hash = d.head_hash
                      AND e.state = d.state AND e.to_kind = d.keeper_kind AND e.to_id = d.keeper_id
                )
            ) THEN
                RAISE EXCEPTION 'dossier % stands where no custody event put it', NEW.id
                    USING ERRCODE = 'integrity_constraint_violation',
                          HINT = 'Write a custody event that names both sides.';
            END IF;
            RETURN NULL;
        END
        $$
    """)
    op.execute("""
        CREATE CONSTRAINT TRIGGER dossier_follows_its_log
        AFTER INSERT OR UPDATE OF state, keeper_kind, keeper_id, event_count, head_hash ON dossier
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION dossier_follows_its_log()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER dossier_follows_its_log ON dossier")
    op.execute("DROP FUNCTION dossier_follows_its_log()")
    op.drop_table("work_day_step")
    op.drop_table("work_day")
    op.drop_constraint(op.f("fk_dossier_supplements_id_dossier"), "dossier")
    for column in ("supplements_id", "case_status", "condition"):
        op.drop_column("dossier", column)
    _allow("custody_event", "custody_event_type", "type", _OLD_EVENTS)
    _allow("custody_event", "dossier_state", "state", _OLD_STATES)
    _allow("dossier", "dossier_state", "state", _OLD_STATES)


def _allow(table: str, name: str, column: str, values: Iterable[str]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    _check(table, name, column, values)


def _check(table: str, name: str, column: str, values: Iterable[str]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{column} IN ({listed})")


def _create_work_days() -> None:
    op.create_table(
        "work_day",
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("state", _enum("day_state", _DAY_STATES), nullable=False),
        sa.Column("step_count", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["courier.id"], name=op.f("fk_work_day_courier_id_courier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_day")),
        sa.UniqueConstraint(
            "courier_id", "service_date", name=op.f("uq_work_day_courier_id_service_date")
        ),
    )
    op.create_index(op.f("ix_work_day_province_code"), "work_day", ["province_code"])
    op.create_table(
        "work_day_step",
        sa.Column("work_day_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("event", _enum("day_event", _DAY_EVENTS), nullable=False),
        sa.Column("state", _enum("day_state", _DAY_STATES), nullable=False),
        sa.Column("verdict", _enum("day_verdict", ("STEP", "GAP", "LATE")), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("command_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_day_id"], ["work_day.id"], name=op.f("fk_work_day_step_work_day_id_work_day")
        ),
        sa.PrimaryKeyConstraint("work_day_id", "n", name=op.f("pk_work_day_step")),
    )


def _enum(name: str, values: Iterable[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)

"""Rows that a loss told too late had left LOST follow their log again after the migration."""

import importlib

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.orm import Session

from backend.dossiers.custody import Keeper, Origin, record_event, record_witness
from backend.dossiers.models import Condition, DossierState
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.verify import verify_custody
from tests.integration.dossiers.test_state_machines import FIRST_KEEPER, a_dossier


def test_a_row_left_lost_by_a_late_report_follows_its_log_again(session: Session) -> None:
    late = a_dossier(session, DossierState.RESULT_AT_POST_OFFICE)
    record_event(session, late, Event.DAMAGED)
    record_event(session, late, Event.PICKED_UP, receiver=Keeper.citizen(FIRST_KEEPER))
    record_witness(session, late, Event.LOST, reason="already_done", origin=Origin.now())
    really = a_dossier(session, DossierState.AT_POST_OFFICE)
    record_event(session, really, Event.LOST)
    record_witness(session, really, Event.LOST, reason="already_done", origin=Origin.now())
    assert (late.condition, really.condition) == (Condition.DAMAGED, Condition.LOST)
    late.condition = Condition.LOST  # as the program of before left it
    session.flush()
    bad = verify_custody(session, late.id).bad_row
    assert bad is not None
    step = importlib.import_module("backend.migrations.versions.0038_losses_told_too_late")
    for move, expected in (
        (step.upgrade, Condition.DAMAGED),
        (step.downgrade, Condition.LOST),
        (step.upgrade, Condition.DAMAGED),
    ):
        with Operations.context(MigrationContext.configure(session.connection())):
            move()
        session.expire_all()
        assert (late.condition, really.condition) == (expected, Condition.LOST)
    assert verify_custody(session, late.id).bad_row is None
    assert verify_custody(session, really.id).bad_row is None

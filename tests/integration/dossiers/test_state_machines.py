"""The tables against a real database: every row is ridden, every other pair writes nothing."""

import uuid
from collections import deque

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend import database
from backend.dossiers.case_status import CASE_MOVES, CaseEvent, FollowUp
from backend.dossiers.cases import CaseCannotMove, move_case
from backend.dossiers.custody import (
    Announcement,
    CustodyNotPossible,
    Keeper,
    announce,
    record_event,
)
from backend.dossiers.item_codes import issue_item_codes
from backend.dossiers.models import (
    CaseStatus,
    Condition,
    CustodyEvent,
    Dossier,
    DossierState,
    KeeperKind,
)
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.transitions import FIRST_STATES, HOLDER_OF, MOVES, NOTES
from backend.dossiers.verify import verify_custody
from tests.builders.booking import a_service
from tests.builders.places import PROVINCE

FIRST_KEEPER, NEXT_KEEPER = uuid.UUID(int=1), uuid.UUID(int=2)
ROWS = MOVES | NOTES


def a_dossier(session: Session, state: DossierState) -> Dossier:
    """A dossier that the service finds in one of the first states."""
    office, procedure = a_service(session)
    dossier = Dossier(
        id=database.new_id(),
        province_code=PROVINCE,
        item_code=issue_item_codes(session, PROVINCE, 1)[0],
        procedure_id=procedure.id,
        filing_office_id=office.id,
        resolving_office_id=office.id,
    )
    keeper = Keeper(HOLDER_OF[state], FIRST_KEEPER)
    announce(session, [Announcement(dossier=dossier, keeper=keeper, state=state)])
    return dossier


def ride(session: Session, dossier: Dossier, event: Event) -> CustodyEvent:
    """One event by the table, to another keeper if it is a move."""
    receiver = None
    if (dossier.state, event) in MOVES:
        kind = HOLDER_OF[MOVES[dossier.state, event]]
        other = NEXT_KEEPER if dossier.keeper_id != NEXT_KEEPER else FIRST_KEEPER
        receiver = Keeper(kind, other)
    return record_event(session, dossier, event, receiver=receiver)


def ways() -> dict[DossierState, tuple[DossierState, list[Event]]]:
    """For every state: a first state and the shortest way of events from there."""
    found: dict[DossierState, tuple[DossierState, list[Event]]] = {
        state: (state, []) for state in FIRST_STATES
    }
    queue = deque(sorted(FIRST_STATES))
    while queue:
        state = queue.popleft()
        first, way = found[state]
        for (before, event), after in ROWS.items():
            if before is state and after not in found:
                found[after] = (first, [*way, event])
                queue.append(after)
    return found


@pytest.mark.parametrize("state", DossierState)
def test_from_every_state_the_rows_of_the_table_go_and_nothing_else_does(
    session: Session, state: DossierState
) -> None:
    first, way = ways()[state]
    dossier = a_dossier(session, first)
    for event in way:
        ride(session, dossier, event)
    assert dossier.state is state
    for event in Event:
        before = (dossier.event_count, dossier.keeper_kind, dossier.keeper_id)
        savepoint = session.begin_nested()
        if event not in {Event.REWRAPPED, Event.FOUND} and (state, event) in ROWS:
            line = ride(session, dossier, event)
            assert dossier.state is ROWS[state, event]
            assert (line.from_kind, line.from_id) == before[1:]
            assert (line.to_kind, line.to_id) == (dossier.keeper_kind, dossier.keeper_id)
            moved = (line.to_kind, line.to_id) != before[1:]
            assert moved == ((state, event) in MOVES)
            assert verify_custody(session, dossier.id).bad_row is None
        else:
            for kind in (KeeperKind.COURIER, KeeperKind.OFFICE):
                with pytest.raises(CustodyNotPossible):
                    record_event(session, dossier, event, receiver=Keeper(kind, NEXT_KEEPER))
            with pytest.raises(CustodyNotPossible):
                record_event(session, dossier, event)
        savepoint.rollback()
        session.refresh(dossier)
        assert (dossier.event_count, dossier.keeper_kind, dossier.keeper_id) == before


def test_mishaps_follow_one_another_by_their_table(session: Session) -> None:
    dossier = a_dossier(session, DossierState.AT_POST_OFFICE)
    for event, condition in (
        (Event.SEAL_BROKEN, Condition.SEAL_BROKEN),
        (Event.REWRAPPED, Condition.INTACT),
        (Event.DAMAGED, Condition.DAMAGED),
        (Event.REWRAPPED, Condition.DAMAGED),
        (Event.LOST, Condition.LOST),
    ):
        record_event(session, dossier, event)
        assert dossier.condition is condition
    for event in (Event.SEAL_BROKEN, Event.REWRAPPED, Event.LOST, Event.WITHDRAWN):
        with pytest.raises(CustodyNotPossible):
            record_event(session, dossier, event)
    with pytest.raises(CustodyNotPossible, match="LOST"):
        taker = Keeper.courier(NEXT_KEEPER)
        record_event(session, dossier, Event.TAKEN_FROM_POST_OFFICE, receiver=taker)
    record_event(session, dossier, Event.FOUND)
    assert dossier.condition is Condition.SEAL_BROKEN
    taker = Keeper.courier(NEXT_KEEPER)
    record_event(session, dossier, Event.TAKEN_FROM_POST_OFFICE, receiver=taker)
    assert verify_custody(session, dossier.id).bad_row is None


@pytest.mark.parametrize("status", [None, *CaseStatus])
def test_a_case_moves_by_its_table_and_every_move_is_a_line_of_the_log(
    session: Session, status: CaseStatus | None
) -> None:
    dossier = a_dossier(session, DossierState.HANDED_OVER)
    for event in CaseEvent:
        dossier.case_status = status
        session.flush()
        lines = dossier.event_count
        after = CASE_MOVES.get((status, event))
        if after is None:
            with pytest.raises(CaseCannotMove):
                move_case(session, dossier, event)
            assert (dossier.case_status, dossier.event_count) == (status, lines)
            continue
        move_case(session, dossier, event)
        assert dossier.case_status is after
        newest = session.get_one(CustodyEvent, (dossier.id, dossier.event_count))
        assert (newest.n, newest.type, newest.reason) == (lines + 1, Event.CASE_MOVED, after)
        assert (newest.from_kind, newest.from_id) == (newest.to_kind, newest.to_id)


def test_a_supplement_asked_for_names_its_follow_up_and_papers_at_home_have_no_case(
    session: Session,
) -> None:
    dossier = a_dossier(session, DossierState.HANDED_OVER)
    assert move_case(session, dossier, CaseEvent.FILE) is None
    follow_up = move_case(session, dossier, CaseEvent.ASK_SUPPLEMENT)
    assert follow_up is FollowUp.COLLECT_SUPPLEMENT
    at_home = a_dossier(session, DossierState.ANNOUNCED)
    with pytest.raises(CustodyNotPossible):
        move_case(session, at_home, CaseEvent.FILE)
    assert at_home.case_status is None


@pytest.mark.parametrize(
    "change",
    [
        "state = 'HANDED_OVER', keeper_kind = 'OFFICE'",
        "keeper_id = gen_random_uuid()",
        "event_count = 2",
        "head_hash = decode(repeat('00', 32), 'hex')",
    ],
)
def test_the_database_refuses_a_dossier_that_moves_without_a_line_naming_both_sides(
    committed_database: Engine, change: str
) -> None:
    with database.unit_of_work() as session:
        dossier_id = a_dossier(session, DossierState.ANNOUNCED).id
    with committed_database.connect() as connection:
        connection.execute(text(f"UPDATE dossier SET {change} WHERE id = :id"), {"id": dossier_id})
        with pytest.raises(IntegrityError, match="where no custody event put it"):
            connection.commit()
    with database.snapshot() as session:
        assert session.get_one(Dossier, dossier_id).state is DossierState.ANNOUNCED
        assert verify_custody(session).bad_row is None


def test_a_dossier_without_any_line_cannot_be_committed(committed_database: Engine) -> None:
    with database.unit_of_work() as session:
        known = a_dossier(session, DossierState.ANNOUNCED)
        fields = {
            name: getattr(known, name)
            for name in ("province_code", "procedure_id", "filing_office_id", "resolving_office_id")
        }
    with (
        pytest.raises(IntegrityError, match="where no custody event put it"),
        database.unit_of_work() as session,
    ):
        session.add(
            Dossier(
                **fields,
                item_code="RX000000000VN",
                state=DossierState.ANNOUNCED,
                keeper_kind=KeeperKind.CITIZEN,
                keeper_id=FIRST_KEEPER,
                event_count=0,
            )
        )

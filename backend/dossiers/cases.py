"""Moves the office's case by its table, and writes each move into the custody log."""

from sqlalchemy.orm import Session

from backend.dossiers import custody
from backend.dossiers.case_status import FOLLOW_UPS, CaseEvent, FollowUp, find_next_status
from backend.dossiers.custody import Evidence, Origin
from backend.dossiers.models import CustodyEventType, Dossier
from backend.errors import Conflict, Text


class CaseCannotMove(Conflict):
    code = "case_cannot_move"
    detail = Text(
        vi="Hồ sơ {item_code} đang ở trạng thái {status}, không thể {event}.",
        en="The case of {item_code} is {status}: {event} cannot follow.",
    )
    action = Text(
        vi="Xem lại trạng thái trên Cổng dịch vụ công rồi ghi lại.",
        en="Compare with the portal's status and record it again.",
    )


def file_case(dossier: Dossier) -> None:
    """The signed minutes file the case: the line of the hand-over is the line of this move."""
    if after := find_next_status(dossier.case_status, CaseEvent.FILE):
        dossier.case_status = after


def move_case(
    session: Session, dossier: Dossier, event: CaseEvent, *, origin: Origin | None = None
) -> FollowUp | None:
    """Sets the case's next status; returns the task that it creates for couriers, if any.

    Raises CaseCannotMove when the table has no such row, CustodyNotPossible while the papers are
    still at the citizen's; then nothing is written.
    """
    custody.lock(session, dossier)
    after = find_next_status(dossier.case_status, event)
    if after is None:
        status = dossier.case_status.value if dossier.case_status else "—"
        raise CaseCannotMove(item_code=dossier.item_code, status=status, event=event.value)
    custody.record_event(
        session,
        dossier,
        CustodyEventType.CASE_MOVED,
        origin=origin,
        evidence=Evidence(reason=after.value),
    )
    dossier.case_status = after
    session.flush()
    return FOLLOW_UPS.get(after)

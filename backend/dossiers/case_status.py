"""The office's case as the portals number it: which status follows which, and what it asks of us.

A case moves only with a line in the custody log, so that the chain also proves what was said.
"""

from enum import StrEnum

from backend.dossiers.models import CaseStatus

PORTAL_NUMBER: dict[CaseStatus, int] = {
    status: number for number, status in enumerate(CaseStatus, start=1)
}
"""Number of a status in the portals' exchange (DOMAIN §4)."""


class CaseEvent(StrEnum):
    """What the office did, or what we brought it."""

    FILE = "FILE"
    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    START = "START"
    ASK_SUPPLEMENT = "ASK_SUPPLEMENT"
    SUPPLEMENT_COMPLETE = "SUPPLEMENT_COMPLETE"
    ASK_PAYMENT = "ASK_PAYMENT"
    PAID = "PAID"
    ASK_WITHDRAWAL = "ASK_WITHDRAWAL"
    DENY_WITHDRAWAL = "DENY_WITHDRAWAL"
    STOP = "STOP"
    RESOLVE = "RESOLVE"
    RETURN_RESULT = "RETURN_RESULT"
    REOPEN = "REOPEN"
    """The result had a mistake of the office: it works on the case again."""


CASE_MOVES: dict[tuple[CaseStatus | None, CaseEvent], CaseStatus] = {
    (None, CaseEvent.FILE): CaseStatus.NEWLY_FILED,
    (None, CaseEvent.REFUSE): CaseStatus.NOT_ACCEPTED,
    (CaseStatus.NEWLY_FILED, CaseEvent.ACCEPT): CaseStatus.ACCEPTED,
    (CaseStatus.NEWLY_FILED, CaseEvent.REFUSE): CaseStatus.NOT_ACCEPTED,
    (CaseStatus.ACCEPTED, CaseEvent.START): CaseStatus.IN_PROCESS,
    **{
        (status, event): after
        for status in (CaseStatus.NEWLY_FILED, CaseStatus.ACCEPTED, CaseStatus.IN_PROCESS)
        for event, after in {
            CaseEvent.ASK_SUPPLEMENT: CaseStatus.SUPPLEMENT_ASKED,
            CaseEvent.ASK_PAYMENT: CaseStatus.PAYMENT_ASKED,
            CaseEvent.ASK_WITHDRAWAL: CaseStatus.WITHDRAWAL_ASKED,
            CaseEvent.RESOLVE: CaseStatus.RESOLVED,
        }.items()
    },
    **{
        (status, CaseEvent.STOP): CaseStatus.STOPPED
        for status in (
            CaseStatus.ACCEPTED,
            CaseStatus.IN_PROCESS,
            CaseStatus.SUPPLEMENT_ASKED,
            CaseStatus.PAYMENT_ASKED,
            CaseStatus.WITHDRAWAL_ASKED,
        )
    },
    (CaseStatus.NOT_ACCEPTED, CaseEvent.FILE): CaseStatus.NEWLY_FILED,
    # A supplement files the case anew: the legal filing time becomes that of the supplement.
    (CaseStatus.SUPPLEMENT_ASKED, CaseEvent.SUPPLEMENT_COMPLETE): CaseStatus.ACCEPTED,
    (CaseStatus.SUPPLEMENT_ASKED, CaseEvent.ASK_WITHDRAWAL): CaseStatus.WITHDRAWAL_ASKED,
    (CaseStatus.PAYMENT_ASKED, CaseEvent.PAID): CaseStatus.IN_PROCESS,
    (CaseStatus.PAYMENT_ASKED, CaseEvent.ASK_WITHDRAWAL): CaseStatus.WITHDRAWAL_ASKED,
    (CaseStatus.WITHDRAWAL_ASKED, CaseEvent.DENY_WITHDRAWAL): CaseStatus.IN_PROCESS,
    (CaseStatus.RESOLVED, CaseEvent.RETURN_RESULT): CaseStatus.RESULT_RETURNED,
    (CaseStatus.RESOLVED, CaseEvent.REOPEN): CaseStatus.IN_PROCESS,
    (CaseStatus.RESULT_RETURNED, CaseEvent.REOPEN): CaseStatus.IN_PROCESS,
}
"""(status before, event) → status after; None = not filed yet."""


class FollowUp(StrEnum):
    """A task that a status creates for the couriers."""

    CARRY_BACK = "CARRY_BACK"
    COLLECT_SUPPLEMENT = "COLLECT_SUPPLEMENT"
    COLLECT_MONEY = "COLLECT_MONEY"
    RETURN_ORIGINALS = "RETURN_ORIGINALS"


FOLLOW_UPS: dict[CaseStatus, FollowUp] = {
    CaseStatus.NOT_ACCEPTED: FollowUp.CARRY_BACK,
    CaseStatus.SUPPLEMENT_ASKED: FollowUp.COLLECT_SUPPLEMENT,
    CaseStatus.PAYMENT_ASKED: FollowUp.COLLECT_MONEY,
    CaseStatus.STOPPED: FollowUp.RETURN_ORIGINALS,
}
"""Statuses 3, 5, 6 and 8 ask something of the post (DOMAIN §4)."""


def find_next_status(status: CaseStatus | None, event: CaseEvent) -> CaseStatus | None:
    """The status that an event leads to, or None if it cannot follow."""
    return CASE_MOVES.get((status, event))

"""How long things take: every minute that the planner assumes, in one place with its source.

All are estimates of DOMAIN §6 [G]; a province that measures its own changes them here.
"""

from backend.planning.models import VisitKind

MINUTE_S = 60

HOME_SETUP_S = 2 * MINUTE_S
"""Parking and finding the door: paid once where a home gives and takes in one halt [G]."""

COLLECT_SERVICE_S = 8 * MINUTE_S
"""Checking, listing and sealing one dossier; with the setup 10 minutes, DOMAIN: 8–15 [G]."""

COLLECT_FURTHER_S = 3 * MINUTE_S
"""Each further dossier of the same booking: the person is identified already [G]."""

DELIVER_SERVICE_S = 3 * MINUTE_S
"""Identity, count and signature; with the setup 5 minutes, DOMAIN: 4–6 [G]."""

DELIVER_FURTHER_S = 1 * MINUTE_S
"""Each further result for the same person [G]."""

OFFICE_SETUP_S = 4 * MINUTE_S
"""Parking and walking to the counter; the office's own queue estimate is added [G]."""

OFFICE_PER_DOSSIER_S = 2 * MINUTE_S
"""Counting and signing one dossier at the counter [G]."""

POST_OFFICE_SETUP_S = 3 * MINUTE_S
"""Reaching the safe; nothing is paid where the shift starts [G]."""

POST_OFFICE_PER_DOSSIER_S = 1 * MINUTE_S
"""Scanning one item out of or into the safe [G]."""

UNFAMILIAR_SETUP_S = 2 * MINUTE_S
"""Looking for the way in a zone that the courier does not know [G]."""

BICYCLE_SPEED_KMH = 12.0
"""Bicycles take the motorbike's way at this speed at most [G]."""


def setup_s(kind: VisitKind, queue_minutes: int = 0) -> int:
    """Seconds paid once per halt before the first visit of this kind."""
    if kind in (VisitKind.COLLECTION, VisitKind.DELIVERY):
        return HOME_SETUP_S
    if kind in (VisitKind.HAND_OVER, VisitKind.FETCH):
        return OFFICE_SETUP_S + queue_minutes * MINUTE_S
    return POST_OFFICE_SETUP_S


def service_s(kind: VisitKind, dossiers: int) -> int:
    """Seconds of the visit itself for so many dossiers of one carriage."""
    if kind is VisitKind.COLLECTION:
        return COLLECT_SERVICE_S + (dossiers - 1) * COLLECT_FURTHER_S
    if kind is VisitKind.DELIVERY:
        return DELIVER_SERVICE_S + (dossiers - 1) * DELIVER_FURTHER_S
    if kind in (VisitKind.HAND_OVER, VisitKind.FETCH):
        return dossiers * OFFICE_PER_DOSSIER_S
    return dossiers * POST_OFFICE_PER_DOSSIER_S

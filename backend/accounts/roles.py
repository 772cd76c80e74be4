"""The thirteen roles of DOMAIN §2, and how long a sign-in of each lasts."""

from datetime import timedelta
from enum import StrEnum


class Role(StrEnum):
    """What an account may be; a caller is always exactly one of these."""

    CITIZEN = "CITIZEN"
    FIRM = "FIRM"
    COURIER = "COURIER"
    COLLABORATOR = "COLLABORATOR"
    """A courier without employment: other cash and identity rights."""
    DISPATCHER = "DISPATCHER"
    OFFICE_CLERK = "OFFICE_CLERK"
    SECONDED_CLERK = "SECONDED_CLERK"
    """A clerk of the post at an office's desk."""
    POST_OFFICE_CLERK = "POST_OFFICE_CLERK"
    CASHIER = "CASHIER"
    MANAGER = "MANAGER"
    AUDITOR = "AUDITOR"
    AUTHORITY = "AUTHORITY"
    """Supervises: reads everything of its units, changes nothing."""
    INTEGRATOR = "INTEGRATOR"
    """A program with an API key; what the key may do is the key's own scopes."""


COURIERS = frozenset({Role.COURIER, Role.COLLABORATOR})
CITIZENS = frozenset({Role.CITIZEN, Role.FIRM})
STAFF = frozenset(Role) - CITIZENS - {Role.INTEGRATOR}
"""Who signs in by account code and password."""

WHOLE_PROVINCE = frozenset({Role.DISPATCHER, Role.MANAGER, Role.AUDITOR, Role.INTEGRATOR})
"""A grant without planning areas means the whole province for these."""

ACCESS_LIFE = timedelta(minutes=15)
"""Of an access token."""

_LONG = timedelta(days=30)
_WORKING_DAY = timedelta(hours=12)


def refresh_life(role: Role, *, on_device: bool = False) -> timedelta:
    """How long a refresh token waits to be used; each use begins anew.

    A phone may be offline for weeks and must still deliver its outbox (SYNC §7: 30 days).
    """
    return _LONG if on_device or role in CITIZENS else _WORKING_DAY

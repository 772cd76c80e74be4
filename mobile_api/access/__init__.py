"""Who may call what: every operation declares roles and scope, and nothing answers without."""

from backend.accounts.callers import Caller
from backend.accounts.roles import Role
from mobile_api.access.declared import Scope, access, public
from mobile_api.access.signed_in import current_caller, current_province, find_caller

__all__ = [
    "Caller",
    "Role",
    "Scope",
    "access",
    "current_caller",
    "current_province",
    "find_caller",
    "public",
]

"""Who calls: the one value that says which account, in which role, reaches what."""

import uuid
from dataclasses import dataclass

from backend.accounts.roles import WHOLE_PROVINCE, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in account in one role.

    Empty `planning_area_ids` mean the whole province for DISPATCHER, MANAGER and AUDITOR, and
    nothing for everybody else; empty codes always mean nothing.
    """

    account_id: uuid.UUID
    role: Role
    province_code: str
    person_id: uuid.UUID | None = None
    planning_area_ids: tuple[uuid.UUID, ...] = ()
    office_codes: tuple[str, ...] = ()
    post_office_codes: tuple[str, ...] = ()
    unit_codes: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    """What an API key may do; empty for people."""
    session_id: uuid.UUID | None = None
    """The sign-in, or the API key's row."""
    device_id: uuid.UUID | None = None
    device_revoked: bool = False
    """The phone was reported lost: it may still send, and gets nothing (SYNC §12)."""

    @property
    def has_whole_province(self) -> bool:
        """Whether every planning area of the province is the caller's."""
        return self.role in WHOLE_PROVINCE and not self.planning_area_ids

    def has_office(self, province_code: str, code: str) -> bool:
        """Whether a one-stop office is the caller's."""
        return province_code == self.province_code and code in self.office_codes

    def has_post_office(self, province_code: str, code: str) -> bool:
        """Whether a post office is the caller's."""
        return province_code == self.province_code and code in self.post_office_codes

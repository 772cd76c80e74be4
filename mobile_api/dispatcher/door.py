"""The blueprint that the views of this door share, and who reads there."""

from mobile_api.access import Role
from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "dispatcher",
    "mobile_api.dispatcher",
    url_prefix="/v1/dispatcher",
    description="Plan the day, follow the search, publish, and see what is left and why.",
)

READERS = (Role.DISPATCHER, Role.MANAGER, Role.AUDITOR, Role.AUTHORITY)
"""Who sees what a dispatcher sees; only dispatchers change anything."""

COUNTERS = (Role.OFFICE_CLERK, Role.SECONDED_CLERK, Role.POST_OFFICE_CLERK, Role.CASHIER)
"""Who prints the forms that their own counter made."""

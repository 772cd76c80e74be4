"""The blueprint that the views of this door share, and who sits at which counter."""

from mobile_api.access import Role
from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "office",
    "mobile_api.office",
    url_prefix="/v1/office",
    description="Counters: post offices take, keep and give; one-stop desks receive and answer.",
)

DESK = (Role.OFFICE_CLERK, Role.SECONDED_CLERK)
COUNTER = (Role.POST_OFFICE_CLERK,)
MONEY = (Role.POST_OFFICE_CLERK, Role.CASHIER)

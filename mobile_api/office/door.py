"""The blueprint that the views of this door share."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "office",
    "mobile_api.office",
    url_prefix="/v1/office",
    description="Counters: post offices take, keep and give; one-stop desks receive and answer.",
)

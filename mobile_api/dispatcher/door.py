"""The blueprint that the views of this door share."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "dispatcher",
    "mobile_api.dispatcher",
    url_prefix="/v1/dispatcher",
    description="Plan the day, follow the search, publish, and see what is left and why.",
)

"""The blueprint that the views of this door share."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "citizen",
    "mobile_api.citizen",
    url_prefix="/v1/citizen",
    description="Citizens: check that nobody changed what was written about a dossier.",
)

"""The blueprint that the views of this door share."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "citizen",
    "mobile_api.citizen",
    url_prefix="/v1/citizen",
    description="Citizens: find a procedure, ask for a quote, check a dossier's chain.",
)

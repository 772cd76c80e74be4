"""The blueprint that the views of this door share."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "session",
    "mobile_api.session",
    url_prefix="/v1/session",
    description="Sign in, stay signed in, see and end your sign-ins.",
)

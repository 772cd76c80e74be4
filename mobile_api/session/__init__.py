"""Signing in and out, and tokens that are renewed; citizens and staff, browsers and phones."""

from mobile_api.session import own, renewal, signing_in
from mobile_api.session.door import blueprint

__all__ = ["blueprint", "own", "renewal", "signing_in"]

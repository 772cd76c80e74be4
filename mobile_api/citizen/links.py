"""The booking behind a follow link; who names no language is answered in its contact's."""

import hashlib

from flask import request

from backend.booking.following.tokens import find_followed
from backend.booking.models import Booking
from backend.courier_day.following.view import find_open
from mobile_api.problems import speak
from mobile_api.unit import current_session


def open_link(token: str) -> Booking:
    """Raises FollowLinkUnknown, FollowEnded."""
    session = current_session()
    if (booking := find_followed(session, token)) is not None:
        speak("en" if booking.contact.language == "en" else "vi")
    return find_open(session, token)


def by_link() -> str:
    """Two links never share an Idempotency-Key; the token itself is written nowhere."""
    token = str((request.view_args or {})["token"])
    return "link " + hashlib.sha256(token.encode()).hexdigest()[:32]

"""What tests about sold windows share: selling them behind a version, and what is said of them."""

from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from backend.booking.models import Booking
from tests.builders.booking import a_booking, leg_of
from tests.integration.planning.edits_over_http import Console

ROOM_FOR_ONE_MORE = 4
"""Stops of a courier who goes to a door and an office: a door and an office each."""


def booked_since(session: Session, *, hour: int = 9) -> Booking:
    booking = a_booking(session, slot_start=time(hour), slot_end=time(hour + 2))
    session.commit()
    return booking


def add(booking: Booking) -> dict[str, Any]:
    return {"kind": "ADD", "leg": str(leg_of(booking).id), "courier": "BT-MOT"}


def who_can_take(console: Console, booking: Booking) -> list[dict[str, Any]]:
    answer = console.client.get(
        f"{console.url}/who-can-take", query_string={"booking": booking.reference}
    )
    assert answer.status_code == 200, answer.json
    return answer.json["takers"]


def rooms_said(tried: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in tried["total"]["violations"] if each["code"] == "ROOM_SOLD"]


def new_work(console: Console) -> dict[str, str]:
    """Leg → how it came."""
    answer = console.client.get(f"{console.url}/new-work")
    return {each["leg"]["leg_id"]: each["reasons"][0]["code"] for each in answer.json["new_work"]}

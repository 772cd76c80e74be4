"""The published day as the dispatcher's door shows it: who rides, and along which road."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.phone import Answer, Cut, HttpTransport
from backend.phone_sim.errors import NothingPublished, ServerSilent
from backend.phone_sim.road import LonLat

_DOOR = "/v1/dispatcher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One courier's published route."""

    courier_code: str
    starts_at: datetime
    ends_at: datetime
    geometry: tuple[LonLat, ...]
    visits: int


def read_rides(server: str, day: date, area: str | None = None) -> list[Ride]:
    """Routes of the published plans of a day that have something to do, by courier code.

    Raises ServerSilent, NothingPublished.
    """
    transport = HttpTransport(server, timeout_s=60)
    asked = f"{_DOOR}/plans?service_date={day.isoformat()}"
    asked += f"&planning_area={area}" if area else ""
    plans = _read(transport, asked)["plans"]
    rides = [
        _ride(route)
        for plan in plans
        if plan["status"] == "PUBLISHED"
        for route in _read(transport, f"{_DOOR}/plans/{plan['id']}/routes")["routes"]
    ]
    found = sorted((ride for ride in rides if ride.visits), key=lambda ride: ride.courier_code)
    if not found:
        raise NothingPublished(day=day.isoformat())
    return found


def read_papers(server: str, dossier_id: str) -> list[dict[str, Any]]:
    """The numbered forms of a dossier. Raises ServerSilent."""
    transport = HttpTransport(server, timeout_s=60)
    found: list[dict[str, Any]] = _read(transport, f"{_DOOR}/dossiers/{dossier_id}/forms")["forms"]
    return found


def _read(transport: HttpTransport, path: str) -> dict[str, Any]:
    try:
        answer: Answer = transport.ask("GET", path, None)
    except Cut as cut:
        raise ServerSilent(server=transport.base, reason=str(cut)) from None
    if answer.status != 200:
        reason = answer.body.get("detail") or f"HTTP {answer.status}"
        raise ServerSilent(server=transport.base, reason=reason)
    return answer.body


def _ride(route: dict[str, Any]) -> Ride:
    line = (route.get("geometry") or {}).get("coordinates", ())
    return Ride(
        courier_code=route["courier_code"],
        starts_at=datetime.fromisoformat(route["starts_at"]),
        ends_at=datetime.fromisoformat(route["ends_at"]),
        geometry=tuple((lon, lat) for lon, lat in line),
        visits=sum(len(stop["visits"]) for stop in route["stops"]),
    )

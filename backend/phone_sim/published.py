"""The published day as the dispatcher's door shows it: who rides, and along which road."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from backend.phone import Answer, Cut, HttpTransport, Login, NotLetIn
from backend.phone_sim.errors import NothingPublished, ServerSilent
from backend.phone_sim.road import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One courier's published route."""

    courier_code: str
    starts_at: datetime
    ends_at: datetime
    geometry: tuple[LonLat, ...]
    visits: int


class Door:
    """The dispatcher's door, opened by `login` as this account; a token that is over is renewed."""

    def __init__(self, server: str, login: Login, dispatcher: str) -> None:
        self._transport = HttpTransport(server, timeout_s=60)
        self._login, self._dispatcher = login, dispatcher
        self._token: str | None = None

    def read(self, path: str) -> dict[str, Any]:
        """One GET below the door. Raises ServerSilent."""
        try:
            answer = self._ask(path)
            if answer.status == HTTPStatus.UNAUTHORIZED:
                self._token = None
                answer = self._ask(path)
        except (Cut, NotLetIn) as error:
            raise ServerSilent(server=self._transport.base, reason=str(error)) from None
        if answer.status != HTTPStatus.OK:
            reason = answer.body.get("detail") or f"HTTP {answer.status}"
            raise ServerSilent(server=self._transport.base, reason=reason)
        return answer.body

    def _ask(self, path: str) -> Answer:
        self._token = self._token or self._login(self._transport, self._dispatcher)
        return self._transport.ask("GET", f"/v1/dispatcher{path}", self._token)


def read_rides(door: Door, day: date, area: str | None = None) -> list[Ride]:
    """Routes of the published plans of a day that have something to do, by courier code.

    Raises ServerSilent, NothingPublished.
    """
    asked = f"/plans?service_date={day.isoformat()}"
    asked += f"&planning_area={area}" if area else ""
    rides = [
        _ride(route)
        for plan in door.read(asked)["plans"]
        if plan["status"] == "PUBLISHED"
        for route in door.read(f"/plans/{plan['id']}/routes")["routes"]
    ]
    found = sorted((ride for ride in rides if ride.visits), key=lambda ride: ride.courier_code)
    if not found:
        raise NothingPublished(day=day, typed=day.isoformat())
    return found


def read_papers(door: Door, dossier_id: str) -> list[dict[str, Any]]:
    """The numbered forms of a dossier. Raises ServerSilent."""
    found: list[dict[str, Any]] = door.read(f"/dossiers/{dossier_id}/forms")["forms"]
    return found


def _ride(route: dict[str, Any]) -> Ride:
    line = (route.get("geometry") or {}).get("coordinates", ())
    return Ride(
        courier_code=route["courier_code"],
        starts_at=datetime.fromisoformat(route["starts_at"]),
        ends_at=datetime.fromisoformat(route["ends_at"]),
        geometry=tuple((lon, lat) for lon, lat in line),
        visits=sum(len(stop["visits"]) for stop in route["stops"]),
    )

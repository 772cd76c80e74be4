"""What a dispatcher's console does: look at routes, try, save, publish."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

DOOR = "/v1/dispatcher"


class Console:
    """One dispatcher at one plan; remembers the tag of what was seen."""

    def __init__(self, client: FlaskClient, plan_id: str) -> None:
        self.client = client
        self.open(plan_id)

    def open(self, plan_id: str) -> None:
        self.plan_id = plan_id
        self.url = f"{DOOR}/plans/{plan_id}"
        answer = self.client.get(self.url)
        assert answer.status_code == 200, answer.json
        self.plan, self.tag = answer.json, answer.headers["ETag"]
        self.routes = self.client.get(f"{self.url}/routes").json["routes"]

    def visits(self) -> list[dict[str, Any]]:
        """Every visit with its route's courier, in the order of the routes."""
        return [
            visit | {"courier": route["courier_code"], "stop": stop["id"], "route": route["id"]}
            for route in self.routes
            for stop in route["stops"]
            for visit in stop["visits"]
        ]

    def couriers(self) -> list[str]:
        return [route["courier_code"] for route in self.routes]

    def unassigned(self) -> list[dict[str, Any]]:
        return self.client.get(f"{self.url}/unassigned").json["unassigned"]

    def attempt(self, *edits: dict[str, Any]) -> TestResponse:
        return self.client.post(f"{self.url}/edits/tries", json={"edits": list(edits)})

    def save(self, *edits: dict[str, Any], **more: Any) -> TestResponse:
        headers = {"If-Match": self.tag, "Idempotency-Key": str(uuid4())}
        body = {"edits": list(edits), **more}
        return self.client.post(f"{self.url}/edits", json=body, headers=headers)

    def keep(self, *edits: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Saves and goes on with the new version."""
        answer = self.save(*edits, **more)
        assert answer.status_code == 201, answer.json
        self.open(answer.json["plan"]["id"])
        return answer.json

    def publish(self, **body: Any) -> TestResponse:
        answer = self.client.post(f"{self.url}/publish", json=body, headers={"If-Match": self.tag})
        if answer.status_code == 200:
            self.open(self.plan_id)
        return answer

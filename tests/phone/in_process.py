"""The app without a socket: the same requests through Flask's test client."""

import json
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from backend.phone.transports import Answer, read_answer


@dataclass
class ClientTransport:
    """Flask's test client: the same requests without a socket."""

    client: FlaskClient

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = self.client.post(path, data=json.dumps(body), headers=headers)
        return read_answer(response.status_code, response.headers, response.data)

    def put(self, path: str, content: bytes, media_type: str, token: str | None) -> Answer:
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {token}"}
        response = self.client.put(path, data=content, headers=headers)
        return read_answer(response.status_code, response.headers, response.data)

    def ask(self, method: str, path: str, token: str | None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.client.open(path, method=method, headers=headers)
        return read_answer(response.status_code, response.headers, response.data)

"""Who the phone is to the server: its device, its tokens, and how both are won again."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from backend.phone.login import Login
from backend.phone.offline_proofs import public_key
from backend.phone.replay import Kept
from backend.phone.store import Store
from backend.phone.transports import DEVICES, PASSING, REFRESH, Answer, Cut, Stuck, Transport


@dataclass(slots=True)
class Identity:
    """Kept in the phone's store; `login` is the person in front of the screen, if there is one."""

    store: Store
    kept: Kept
    login: Login | None

    def register(self, transport: Transport, courier_code: str) -> Answer:
        """A new device, claiming the one before if there was one; the outbox stays.

        Raises Cut, Stuck.
        """
        body = {
            "courier_code": courier_code,
            "public_key": public_key(self.store),
            "model": "reference",
            "app_version": "1.0.0",
            "claims_previous": self.store.get_meta("device_id"),
        }
        answer = self._ask(transport, courier_code, body)
        if answer.status == HTTPStatus.NOT_FOUND and body["claims_previous"]:
            # A server restored from before this phone existed: everything must go again.
            body["claims_previous"] = None
            answer = self._ask(transport, courier_code, body)
        if answer.status != HTTPStatus.CREATED:
            raise Stuck(answer.body.get("code", str(answer.status)))
        known = answer.body.get("previous_last_seq")
        with self.store.transaction():
            if previous := self.store.get_meta("device_id"):
                self.kept.put_back(previous, from_seq=(known or 0) + 1)
            self.store.set_meta("courier_code", courier_code)
            self.store.set_meta("device_id", answer.body["device_id"])
            self._keep_tokens(answer)
            self.store.set_meta("next_seq", str(self.store.renumber()))
            self.store.set_meta("ack_seq", "0")
        return answer

    def refresh(self, transport: Transport) -> bool:
        """New tokens for the refresh token; False when the person must sign in again.

        A lost answer does no harm: the same refresh token goes again. Raises Cut.
        """
        body = {"refresh_token": self.store.get_meta("refresh_token")}
        answer = transport.post(REFRESH, body, None)
        if answer.status in PASSING:
            raise Cut(f"the server answered {answer.status}")
        if answer.status != HTTPStatus.OK:
            return False
        with self.store.transaction():
            self._keep_tokens(answer)
        return True

    def _ask(self, transport: Transport, courier_code: str, body: dict[str, Any]) -> Answer:
        """With the token at hand; the person signs in only if that one is over."""
        token = self.store.get_meta("token")
        if token:
            answer = transport.post(DEVICES, body, token)
            if answer.status != HTTPStatus.UNAUTHORIZED:
                return answer
        token = self.login(transport, courier_code) if self.login else None
        return transport.post(DEVICES, body, token)

    def _keep_tokens(self, answer: Answer) -> None:
        self.store.set_meta("token", answer.body["access_token"])
        self.store.set_meta("refresh_token", answer.body["refresh_token"])

"""Places of the phone: a lossy class that never blocks a command and may be forgotten any time."""

from collections import deque
from typing import Any

from backend.phone.transports import PASSING, Answer, Cut, Transport

_TOKEN_OVER = 401

MOST_FIXES = 600
"""Ten hours at one a minute; the oldest go first."""


class Positions:
    """Fixes since the last batch that arrived; in memory only, because losing them is allowed."""

    def __init__(self) -> None:
        self._fixes: deque[dict[str, Any]] = deque(maxlen=MOST_FIXES)

    def add(self, fix: dict[str, Any]) -> None:
        self._fixes.append(fix)

    def send(self, transport: Transport, token: str | None, frame: dict[str, Any]) -> Answer | None:
        """One batch inside `frame` (device and clock); None if nobody answered or asked."""
        fixes = list(self._fixes)
        if not fixes:
            return None
        try:
            answer = transport.post("/v1/courier/positions", frame | {"fixes": fixes}, token)
        except Cut:
            return None
        if answer.status not in PASSING | {_TOKEN_OVER}:  # arrived, or nobody wants them
            for _ in fixes:
                self._fixes.popleft()
        return answer

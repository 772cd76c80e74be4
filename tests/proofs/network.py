"""The network between phones and server, message by message: each waits until a step moves it."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from tests.phone import Answer, ClientTransport, Cut
from tests.phone.crashes import ProcessDied, dying_at_statement

SYNC = "/v1/courier/sync"


class Broken(AssertionError):
    """An invariant of SYNC §13 does not hold; the message begins with its number."""


def holds(condition: object, message: str) -> None:
    """Raises Broken unless the condition is true."""
    if not condition:
        raise Broken(message)


@dataclass(frozen=True)
class Letter:
    """A sync request on its way; what is in it cannot change any more."""

    who: int
    text: str
    token: str | None


@dataclass(frozen=True)
class Reply:
    """An answer on its way back."""

    who: int
    answer: Answer


@dataclass
class Mailbag:
    """Everything that is between phones and server."""

    letters: list[Letter] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


class Held:
    """A phone's transport that keeps the request instead of bringing it anywhere."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str | None]] = []

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        self.kept.append((json.dumps(body), token))
        raise Cut("it is on its way")


@dataclass
class Handing:
    """A phone's transport that hands over an answer which came earlier."""

    answer: Answer

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        return self.answer


class Server:
    """The application; it can die before any statement, before a commit or right after it."""

    def __init__(self, inner: ClientTransport, engine: Engine) -> None:
        self.inner, self.engine = inner, engine
        self.doom: str | int | None = None
        self.told: dict[str, str] = {}

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        doom, self.doom = self.doom, None
        with ExitStack() as fate:
            if isinstance(doom, int):
                fate.enter_context(dying_at_statement(self.engine, doom))
            elif doom:
                fate.enter_context(DyingAtCommit(self.engine, before=doom == "before_commit"))
            try:
                answer = self.inner.post(path, body, token)
            except ProcessDied as death:
                raise Cut("the server died") from death
        for entry in answer.body.get("results", []):
            self._check_same(entry)
        return answer

    def deliver(self, letter: Letter) -> Answer:
        return self.post(SYNC, json.loads(letter.text), letter.token)

    def _check_same(self, entry: dict[str, Any]) -> None:
        """I11: the outcome of a command never changes."""
        kept = json.dumps({key: entry[key] for key in sorted(entry) if key != "replayed"})
        if entry["code"] != "id_reused":
            first = self.told.setdefault(entry["id"], kept)
            holds(first == kept, f"I11: another outcome: {first} then {kept}")


class DyingAtCommit:
    """The process ends just before or just after its batch is durable."""

    BATCH = 2
    """The first commit of a sync ends the look-up of the token."""

    def __init__(self, engine: Engine, *, before: bool) -> None:
        self.engine, self.before, self.commits = engine, before, 0

    def __enter__(self) -> None:
        event.listen(self.engine, "commit", self._at_commit)
        event.listen(self.engine, "before_cursor_execute", self._at_statement)

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "commit", self._at_commit)
        event.remove(self.engine, "before_cursor_execute", self._at_statement)

    def _at_commit(self, _connection: Any) -> None:
        self.commits += 1
        if self.before and self.commits >= self.BATCH:
            raise ProcessDied("COMMIT")

    def _at_statement(self, *_rest: Any) -> None:
        if self.commits >= self.BATCH:
            raise ProcessDied("after COMMIT")

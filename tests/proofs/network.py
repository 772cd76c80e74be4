"""The network between phones and server, message by message: each waits until a step moves it."""

import json
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from backend.database import JsonObject
from tests.phone import Answer, ClientTransport, Cut
from tests.phone.crashes import (
    WRITES,
    ProcessDied,
    dying_at_statement,
    keeping_connections,
)

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

    @property
    def carries_commands(self) -> bool:
        return bool(json.loads(self.text)["commands"])


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


@dataclass
class Handing:
    """A phone's transport that hands over an answer which came earlier.

    What the phone asks because of it (a new token, a new registration) reaches the server.
    """

    answer: Answer
    server: "Server"

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        return self.answer if path == SYNC else self.server.post(path, body, token)


@dataclass(frozen=True)
class Doom:
    """When the server dies over a request.

    how: "statement" or "write" (before the `at`-th), "before commit" or "after commit" (the
    `at`-th; the first one of a sync ends the look-up of the token, the second makes the batch
    durable).
    """

    how: str
    at: int

    @classmethod
    def draw(cls, chance: random.Random) -> "Doom":
        """Anywhere, as often around a commit as before it."""
        how = chance.choice(("statement", "write", "before commit", "after commit"))
        at = {"statement": chance.randint(1, 60), "write": chance.randint(1, 12)}
        return cls(how, at.get(how) or chance.choice((2, 2, 3)))

    @contextmanager
    def over(self, engine: Engine) -> Iterator[None]:
        """Inside the block the server dies so."""
        with keeping_connections(engine), self._death(engine):
            yield

    def _death(self, engine: Engine) -> AbstractContextManager[object]:
        if self.how in {"statement", "write"}:
            only = WRITES if self.how == "write" else ()
            return dying_at_statement(engine, self.at, only=only)
        return DyingAtCommit(engine, before=self.how == "before commit", number=self.at)


class Server:
    """The application; it can die before any statement, before a commit or right after it."""

    def __init__(self, inner: ClientTransport, engine: Engine) -> None:
        self.inner, self.engine = inner, engine
        self.doom: Doom | None = None
        self.told: dict[str, str] = {}
        self.answered: JsonObject = {}
        """What the newest sync was told; nothing when the server died over it."""

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        doom, self.doom = self.doom, None
        if path == SYNC:
            self.answered = {}
        try:
            with doom.over(self.engine) if doom else nullcontext():
                answer = self.inner.post(path, body, token)
        except ProcessDied as death:
            raise Cut("the server died") from death
        for entry in answer.body.get("results", []):
            self._check_same(entry)
        if path == SYNC:
            self.answered = answer.body
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
    """The process ends just before or just after one of its commits, usually the batch's."""

    BATCH = 2
    """The first commit of a sync ends the look-up of the token."""

    def __init__(self, engine: Engine, *, before: bool, number: int = BATCH) -> None:
        self.engine, self.before, self.number, self.commits = engine, before, number, 0

    def __enter__(self) -> None:
        event.listen(self.engine, "commit", self._at_commit)
        event.listen(self.engine, "before_cursor_execute", self._at_statement)

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "commit", self._at_commit)
        event.remove(self.engine, "before_cursor_execute", self._at_statement)

    def _at_commit(self, _connection: Any) -> None:
        self.commits += 1
        if self.before and self.commits >= self.number:
            raise ProcessDied("COMMIT")

    def _at_statement(self, *_rest: Any) -> None:
        if self.commits >= self.number:
            raise ProcessDied("after COMMIT")

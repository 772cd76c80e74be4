"""Which handler reads which type and version of a command.

A released pair of type and version stays here for at least 180 days (SYNC §6): an old app is
never refused for sending. A changed body is a new version beside the old one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from backend.courier_day.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """How one type and version of a command is read and applied."""

    kind: str
    v: int
    body: type[msgspec.Struct]
    run: Callable[[Scene, msgspec.Struct], None]
    is_intent: bool


_HANDLERS: dict[tuple[str, int], Handler] = {}


def handles[Body: msgspec.Struct](
    kind: str, *, v: int, body: type[Body], is_intent: bool = False
) -> Callable[[Callable[[Scene, Body], None]], Callable[[Scene, Body], None]]:
    """Registers a function for one type and version. Facts and intents are told apart here."""

    def register(function: Callable[[Scene, Body], None]) -> Callable[[Scene, Body], None]:
        def run(scene: Scene, read: msgspec.Struct) -> None:
            if not isinstance(read, body):
                raise TypeError(f"{kind} v{v} needs {body.__name__}")
            function(scene, read)

        if (kind, v) in _HANDLERS:
            raise ValueError(f"{kind} v{v} is registered twice")
        _HANDLERS[kind, v] = Handler(kind=kind, v=v, body=body, run=run, is_intent=is_intent)
        return function

    return register


def find_handler(kind: str, v: int) -> Handler | None:
    """The handler of a type and version, or None if this server knows none."""
    return _HANDLERS.get((kind, v))


def is_outdated(kind: str, v: int) -> bool:
    """Whether this server knows a newer version of a type that it still understands."""
    return (kind, v) in _HANDLERS and any(other == kind and newer > v for other, newer in _HANDLERS)


def list_handlers() -> tuple[Handler, ...]:
    """Every command this server understands, by type and version."""
    return tuple(_HANDLERS[key] for key in sorted(_HANDLERS))

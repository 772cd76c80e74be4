"""How the server dies in tests: between two statements, as an exit of its process would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, ExceptionContext, event


class ProcessDied(BaseException):
    """Nothing in the program catches it, as nothing survives an exit."""


WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def dying_at_statement(
    engine: Engine, number: int, *, only: tuple[str, ...] = ()
) -> Iterator[None]:
    """The process ends before its `number`-th statement, and stays dead inside the block.

    only: how the statements begin that count; empty: all of them do.
    """
    ran = [0]

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if only and not statement.startswith(only):
            return
        if ran[0] + 1 == number:
            raise ProcessDied(statement)
        ran[0] += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count)


@contextmanager
def keeping_connections(engine: Engine) -> Iterator[None]:
    """Inside the block a death costs its transaction alone, and not the connection besides.

    For the database it is the same: what was not committed is rolled back, and no lock here
    outlives its transaction. A new connection plans every statement anew, though: over thousands
    of deaths that was most of what the database did.
    """

    def keep(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, ProcessDied):
            context.is_disconnect = False

    event.listen(engine, "handle_error", keep)
    try:
        yield
    finally:
        event.remove(engine, "handle_error", keep)

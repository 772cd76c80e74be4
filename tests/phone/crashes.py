"""How the server dies in tests: between two statements, as an exit of its process would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


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

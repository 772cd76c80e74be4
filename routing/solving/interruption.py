"""Ctrl-C during a search means: give me the best so far."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from routing.engines.request import never


@contextmanager
def ctrl_c_as_stop(should_stop: Callable[[], bool] | None) -> Iterator[Callable[[], bool]]:
    """A wish to stop that Ctrl-C expresses too; a second Ctrl-C raises KeyboardInterrupt.

    Only where Python would raise KeyboardInterrupt otherwise: in the main thread, with no handler
    of the program's own. Answers `should_stop`, widened; the handler before is put back.
    """
    ask = should_stop or never
    if not (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):
        yield ask
        return
    pressed = False

    def note(_number: int, _frame: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed or ask()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)

"""A wish to stop that comes at a chosen moment of whatever this process does meanwhile."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any, Self

SHORTEST_NAP_S = 0.001


class Wish:
    """While entered, a thread waits until `clock` has gone on by `after_s`; then the wish is there,
    for whoever asks `is_there` or, if it `presses`, as Ctrl-C where a search listens for it.

    With a clock of processor time the moment is one of the work done, on any machine.
    """

    def __init__(
        self,
        after_s: float,
        *,
        presses: bool = False,
        clock: Callable[[], float] = time.process_time,
    ) -> None:
        self.presses = presses
        self.came_at: float | None = None
        """On `time.monotonic`; None while it has not come."""
        self.came_at_cpu = 0.0
        """On `time.process_time`."""
        self._moment = clock() + after_s
        self._clock = clock
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def is_there(self) -> bool:
        """What to ask as `should_stop`: Ctrl-C is heard without asking."""
        return self.came_at is not None and not self.presses

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while (left := self._moment - self._clock()) > 0:
            if self._is_over.wait(max(SHORTEST_NAP_S, left / 2)):
                return
        if self.presses and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            return  # nobody listens any more
        self.came_at_cpu, self.came_at = time.process_time(), time.monotonic()
        if self.presses:
            os.kill(os.getpid(), signal.SIGINT)


def processor_time_of(pid: int) -> float:
    """Seconds of processor time that another process has used, as Linux counts them."""
    return time.clock_gettime(~pid << 3 | 2)


def press_ctrl_c(running: subprocess.Popen[Any]) -> tuple[float, float]:
    """Wall and processor seconds from Ctrl-C to the end of a process."""
    used_before, began = processor_time_of(running.pid), time.monotonic()
    running.send_signal(signal.SIGINT)
    _, status, used = os.wait4(running.pid, 0)
    wall_s = time.monotonic() - began
    running.returncode = os.waitstatus_to_exitcode(status)
    return wall_s, used.ru_utime + used.ru_stime - used_before

"""The search made ready before a plan's clock starts, while a stop is still answered at once.

The first use on a machine compiles for some 25 s of processor time. Another process does that,
and can be ended at any moment; what it kept is then loaded by a thread that can be left behind.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from routing.engines.request import EngineCannot
from routing.engines.ruin_recreate.code_folder import code_folder, is_complete, locked
from routing.engines.ruin_recreate.giving_way import give_way

LOOK_EVERY_S = 0.01
"""A stop is answered within 200 ms, ending the other process included."""


class _Loading:
    """Loading in a thread of its own; `failure` is what went wrong. It may stand still while
    nobody wants it, until `go_on` is set."""

    def __init__(self) -> None:
        self.failure: BaseException | None = None
        self.go_on = threading.Event()
        self.thread = threading.Thread(target=self._run, name="routing-load", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            from routing.engines.ruin_recreate.warm_up import load

            load()
        except BaseException as failure:
            self.failure = failure


_lock = threading.Lock()
_begun: list[_Loading] = []
"""The loadings of this process: one, unless one failed or was begun before a fork."""


def is_ready() -> bool:
    """Whether this process can search at once."""
    return any(not each.thread.is_alive() and each.failure is None for each in _begun)


def make_ready(should_stop: Callable[[], bool]) -> bool:
    """Waits until this process can search; False if it was told to stop before.

    `should_stop` is asked some hundred times a second. Raises EngineCannot with the reason where
    Numba is missing or does not work.
    """
    if is_ready():
        return True
    if should_stop():
        return False
    if find_spec("numba") is None:
        raise EngineCannot("Numba is not installed, so that our own search cannot be compiled")
    folder = code_folder()
    if folder is not None and sys.executable and not _compiled(folder, should_stop):
        return False
    with _lock:
        if not any(each.thread.is_alive() for each in _begun):
            _begun.append(_Loading())
        loading = _begun[-1]
    while loading.thread.is_alive():
        if should_stop():
            loading.go_on.clear()
            give_way(loading.thread, loading.go_on)
            return False
        loading.go_on.set()
        loading.thread.join(LOOK_EVERY_S)
    if loading.failure is not None:
        why = f"{type(loading.failure).__name__}: {loading.failure}".splitlines()[0]
        raise EngineCannot(f"our own search cannot be compiled here ({why})")
    return True


def _compiled(folder: Path, should_stop: Callable[[], bool]) -> bool:
    """Waits until somebody has compiled, this process's child or another's; False if stopped.

    A child that fails is no end: this process then compiles itself, and learns the reason."""
    while not is_complete(folder):
        with locked(folder) as is_mine:
            if is_mine and not is_complete(folder):
                with _child(folder) as child:
                    try:
                        while child.poll() is None and not should_stop():
                            time.sleep(LOOK_EVERY_S)
                    finally:
                        child.kill()
                if child.returncode:
                    return not should_stop()
        if should_stop():
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def _child(folder: Path) -> subprocess.Popen[bytes]:
    """A process that compiles into the folder and ends."""
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return subprocess.Popen(
        [sys.executable, "-m", "routing.engines.ruin_recreate.warm_up"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": str(folder.parent)},
    )

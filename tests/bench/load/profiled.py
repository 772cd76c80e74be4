"""The app of `mobile_api.wsgi` under cProfile: which function of the API process costs what.

One thread only (see `api_server`); the statistics are written when the process ends.
"""

import atexit
import cProfile
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from mobile_api.wsgi import app as measured

_profile = cProfile.Profile(time.process_time)  # what waits costs nothing


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Hands one request on, watched."""
    _profile.enable()
    try:
        return measured(environ, start_response)
    finally:
        _profile.disable()


def _write() -> None:
    _profile.dump_stats(os.environ["TANNOI_TEST_PROFILE"])


atexit.register(_write)

"""So many calls a minute and address at doors that need no sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from flask import request

from backend import clock, queue
from backend.accounts.throttling import network_of
from backend.errors import TanNoiError
from backend.logs import get_logger
from mobile_api.http_errors import TooManyRequests

WINDOW_S = 60
_PREFIX = "tannoi:asked:"

log = get_logger(__name__)


def limited(what: str, a_minute: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Refuses an address that called more often in the running minute; below the route.

    what: calls of the same name are counted together. If the counter is away nobody is refused:
    the limit saves work, the secrets behind it are long enough without.
    """

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            second = int(clock.machine_now().timestamp())
            window, passed_s = divmod(second, WINDOW_S)
            if _count(f"{_PREFIX}{what}:{network_of(request.remote_addr)}:{window}") > a_minute:
                raise TooManyRequests(retry_after_s=WINDOW_S - passed_s)
            return view(*args, **kwargs)

        return counted

    return decorator


def _count(key: str) -> int:
    try:
        pipe = queue.connection().pipeline()
        pipe.incr(key)
        pipe.expire(key, 2 * WINDOW_S)
        return int(pipe.execute()[0])
    except (redis.RedisError, TanNoiError) as away:
        log.warning("rate_limit_off", reason=type(away).__name__)
        return 0

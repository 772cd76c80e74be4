"""One unit of work a request: opened when first asked for, committed before the answer leaves.

The commit happens inside the dispatch, so that an error it raises still becomes a problem.
"""

import random
import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, current_app, g
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.database import DatabaseSession, unit_of_work
from backend.database_errors import TransactionClash, explained
from backend.logs import get_logger
from backend.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_TRIES = 5
"""As a sync (SYNC §4): so often a request that met a deadlock is done anew, then 503."""

PAUSE_S = 0.05
"""Half the upper bound of the first random pause between two tries; it doubles."""

_FIRST_FAILURE_STATUS = 400


log = get_logger(__name__)


class TanNoiFlask(Flask):
    """Flask whose view functions run inside a unit of work.

    A view that `may_be_repeated` is done anew when it meets a deadlock with somebody else.
    """

    trusted_proxies = 0

    def trust_proxies(self, count: int) -> None:
        """Takes the client's address, scheme and host from the last `count` proxies' headers."""
        self.trusted_proxies = count

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Flask's own entrance, behind the proxies that are trusted."""
        entrance: WSGIApplication = super().wsgi_app
        if behind := self.trusted_proxies:
            entrance = ProxyFix(entrance, x_for=behind, x_proto=behind, x_host=behind)
        return entrance(environ, start_response)

    def dispatch_request(self) -> Response:
        for attempt in range(1, MAX_TRIES):
            try:
                return self._dispatch_once()
            except Exception as error:
                clash = isinstance(explained(error), TransactionClash)
                if not clash or not g.get("repeatable"):
                    raise
                log.warning("request_repeated", attempt=attempt, reason=type(error).__name__)
                g.pop("session", None)
                time.sleep(random.uniform(0, PAUSE_S * 2**attempt))
        return self._dispatch_once()

    def _dispatch_once(self) -> Response:
        with ExitStack() as unit:
            g.unit = unit
            response = self.make_response(super().dispatch_request())
            if response.status_code >= _FIRST_FAILURE_STATUS:
                _abandon()
            return response


def current_session() -> DatabaseSession:
    """The session of this request; everything done with it commits or fails together."""
    if "session" not in g:
        g.session = cast(ExitStack, g.unit).enter_context(unit_of_work())
    return cast(DatabaseSession, g.session)


def current_settings() -> Settings:
    """The settings that the app was made with."""
    return cast(Settings, current_app.extensions["tannoi_settings"])


def may_be_repeated() -> None:
    """Everything that this request does is in its unit of work: a clash is tried again."""
    g.repeatable = True


def _abandon() -> None:
    """A view that answers with a failure leaves nothing behind, as if it had raised."""
    if "session" in g:
        current_session().rollback()

"""One unit of work a request: opened when first asked for, committed before the answer leaves.

The commit happens inside the dispatch, so that an error it raises still becomes a problem.
"""

from contextlib import ExitStack
from typing import cast

from flask import Flask, Response, current_app, g

from backend.database import DatabaseSession, unit_of_work
from backend.settings import Settings

_FIRST_FAILURE_STATUS = 400


class TanNoiFlask(Flask):
    """Flask whose view functions run inside a unit of work."""

    def dispatch_request(self) -> Response:
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


def _abandon() -> None:
    """A view that answers with a failure leaves nothing behind, as if it had raised."""
    if "session" in g:
        current_session().rollback()

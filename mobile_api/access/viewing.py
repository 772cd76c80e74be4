"""Who looks at personal data is written down, by the operation that shows them.

    @blueprint.get("/bookings/to-place")
    @access(*READERS, scope=Scope.AREA)
    @shows_personal("address")
    def bookings_to_place(...):
        ...
        note_viewed(Whose.BOOKING, [booking.id for booking in found])

An operation that declares it and does not say whom it showed is a defect: it answers nothing.
"""

import uuid
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import wraps
from typing import Any, cast

from flask import g, request

from backend.accounts.views_log import Whose, note_view
from backend.database import DatabaseSession
from mobile_api.access.signed_in import current_caller
from mobile_api.unit import current_session

type View = Callable[..., Any]


def shows_personal(*fields: str) -> Callable[[View], View]:
    """The operation's answer names people by these fields; stands below @access."""

    def decorator(view: View) -> View:
        @wraps(view)
        def watched(*args: Any, **kwargs: Any) -> Any:
            g.shown_fields, g.view_noted = fields, False
            answer = view(*args, **kwargs)
            if not g.view_noted:
                raise RuntimeError(f"{request.endpoint} did not note whose data it showed")
            return answer

        known = deepcopy(getattr(view, "_apidoc", {}))
        known.setdefault("manual_doc", {})["x-personal-data"] = list(fields)
        vars(watched)["_apidoc"] = known
        return watched

    return decorator


def note_viewed(
    kind: Whose, ids: Iterable[uuid.UUID], *, session: DatabaseSession | None = None
) -> None:
    """Whom this answer shows; nobody is as good an answer as somebody.

    session: where the answer is not read in the request's own unit of work.
    """
    operation = f"{request.method} {request.url_rule.rule if request.url_rule else request.path}"
    note_view(
        session if session is not None else current_session(),
        current_caller(),
        operation[:120],
        fields=cast(tuple[str, ...], g.shown_fields),
        kind=kind,
        ids=list(ids),
    )
    g.view_noted = True


def nobody_viewed() -> None:
    """This answer shows nobody."""
    g.view_noted = True

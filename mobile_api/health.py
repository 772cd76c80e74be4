"""Is the process alive, and are the parts it needs: for supervisors and for `./dev`."""

from collections.abc import Callable

import marshmallow as ma

from backend import database, queue
from backend.database_errors import explained
from backend.errors import TanNoiError, Text, Unavailable
from mobile_api.access import public
from mobile_api.openapi import Blueprint

blueprint = Blueprint("health", __name__, description="Liveness and readiness.")


class NotReady(Unavailable):
    code = "not_ready"
    detail = Text(vi="Hệ thống chưa sẵn sàng: {parts}.", en="Not ready: {parts}.")
    action = Text(
        vi="Xem `fields`: mỗi phần chưa chạy có lý do riêng.",
        en="See `fields`: every part that is missing has its reason.",
    )


class HealthSchema(ma.Schema):
    """The process answers."""

    status = ma.fields.Constant("ok")


class ReadinessSchema(ma.Schema):
    """Every part answers."""

    status = ma.fields.Constant("ready")
    parts = ma.fields.List(ma.fields.String(), required=True)


@blueprint.get("/healthz")
@public()
@blueprint.response(200, HealthSchema)
def healthz() -> dict[str, str]:
    """Alive: the process answers. Looks at nothing else."""
    return {}


@blueprint.get("/readyz")
@public()
@blueprint.response(200, ReadinessSchema)
def readyz() -> dict[str, list[str]]:
    """Ready: database, queue and a worker answer.

    Otherwise 503, and `fields` says which part fails and why.
    """
    missing = {name: reason for name, check in _PARTS.items() if (reason := _reason(check))}
    if missing:
        raise NotReady(fields=missing, retry_after_s=5, parts=", ".join(missing))
    return {"parts": list(_PARTS)}


def _database_answers() -> None:
    with database.unit_of_work() as session:
        database.ping(session)


_PARTS: dict[str, Callable[[], None]] = {
    "database": _database_answers,
    "queue": queue.ping,
    "worker": queue.demand_worker,
}


def _reason(check: Callable[[], None]) -> Text | None:
    try:
        check()
    except TanNoiError as error:
        return error.detail
    except Exception as error:
        known = explained(error)
        if known is None:
            raise
        return known.detail
    return None

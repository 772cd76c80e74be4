"""What a courier's day leaves open, before it is closed."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend import clock
from backend.courier_day.reconciliation import OpenItem, OpenItemKind, list_open_items
from mobile_api.access import Role, Scope, access
from mobile_api.courier.callers import calling_courier
from mobile_api.courier.door import blueprint
from mobile_api.days import Day
from mobile_api.unit import current_session
from mobile_api.wording import about


class ServiceDateSchema(ma.Schema):
    """Of which day."""

    service_date = Day(metadata=about("Default today."))


class OpenItemSchema(ma.Schema):
    """One thing to settle, or to give a reason for in `day.closed`."""

    kind = ma.fields.Enum(OpenItemKind, by_value=True, required=True)
    id = ma.fields.UUID(required=True, metadata=about("Of the stop or the dossier."))
    item_codes = ma.fields.List(ma.fields.String(), required=True)
    seal_no = ma.fields.String(allow_none=True)


class ReconciliationSchema(ma.Schema):
    """Empty: the day can be closed."""

    open = ma.fields.List(ma.fields.Nested(OpenItemSchema), required=True)


@blueprint.get("/reconciliation")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.arguments(ServiceDateSchema, location="query")
@blueprint.response(200, ReconciliationSchema)
def reconciliation(query: Mapping[str, Any]) -> dict[str, tuple[OpenItem, ...]]:
    """Stops without outcome, papers still in the bag, seals that no counter has seen."""
    day = query.get("service_date") or clock.today_local()
    return {"open": list_open_items(current_session(), calling_courier().id, day)}

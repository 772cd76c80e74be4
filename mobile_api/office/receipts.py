"""The desk of a one-stop office receives what couriers bring."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend.courier_day.counters.receiving import Received, ScannedItem, list_expected, receive
from backend.dossiers.models import Dossier
from mobile_api.access import Scope, access
from mobile_api.idempotent import idempotent
from mobile_api.office.door import DESK, blueprint
from mobile_api.office.item_schemas import (
    HeldItemListSchema,
    ReceiptRequestSchema,
    ReceiptSchema,
)
from mobile_api.office.seats import asked, desk, own_office, signatures
from mobile_api.unit import current_session


class ExpectedQuerySchema(ma.Schema):
    """Of one courier, or of all."""

    courier = ma.fields.String(load_default=None)


@blueprint.get("/desks/<office>/expected")
@access(*DESK, scope=Scope.OFFICE)
@blueprint.arguments(ExpectedQuerySchema, location="query")
@blueprint.response(200, HeldItemListSchema)
@blueprint.alt_response(404, description="office_not_found")
def show_expected(query: Mapping[str, Any], office: str) -> dict[str, list[Dossier]]:
    """What couriers carry to this office now."""
    return {"items": list_expected(current_session(), own_office(office), query["courier"])}


@blueprint.post("/desks/<office>/receipts")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(ReceiptRequestSchema)
@blueprint.response(201, ReceiptSchema)
@blueprint.alt_response(404, description="office_not_found, clerk_not_found, courier_not_found")
def take_receipt(body: Mapping[str, Any], office: str) -> Received:
    """Receive by scan: one signature for the batch, exceptions item by item.

    The signature's minute is the legal filing time of everything that was counted.
    """
    return receive(
        current_session(),
        desk(office),
        courier_code=body["courier"],
        items=[
            ScannedItem(
                item=each["item"],
                finding=each["finding"],
                seal=each["seal"],
                form_no=each["form_no"],
                right_office_code=each["right_office"],
            )
            for each in body["items"]
        ],
        signature=body["signature"],
        signatures=signatures(body),
        asked=asked(),
    )

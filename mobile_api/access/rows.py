"""Whose a row is: what stands in a path is judged by its name, once, for every operation.

A row outside the caller's scope is answered exactly as one that does not exist.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from backend.accounts.callers import Caller
from backend.courier_day.scope import (
    demand_complaint,
    demand_complaint_file,
    demand_courier,
    demand_courier_code,
    demand_device,
    demand_dossier,
    demand_form,
    demand_item,
)
from backend.database import DatabaseSession
from backend.errors import NotFound, Text
from backend.places.scope import (
    demand_area,
    demand_office,
    demand_post_office,
    demand_zones,
    seen_areas,
)
from backend.planning.scope import (
    demand_booking,
    demand_closing,
    demand_named_booking,
    demand_plan,
    demand_route,
)
from mobile_api.access.signed_in import current_caller
from mobile_api.unit import current_session

_PROVINCE_CODE = re.compile(r"[0-9]{2}")

type Judge = Callable[[DatabaseSession, Caller, Any], None]

SEEN: Mapping[str, Judge] = {
    "plan_id": demand_plan,
    "route_id": demand_route,
    "closing_id": demand_closing,
    "courier_id": demand_courier,
    "device_id": demand_device,
    "dossier_id": demand_dossier,
    "form_id": demand_form,
    "reference": demand_booking,
    "complaint_id": demand_complaint,
    "attachment_id": demand_complaint_file,
    "office": demand_office,
    "post_office": demand_post_office,
}
"""Name of a path parameter → who says whether its row is the caller's."""

SEEN_IN_BODY: Mapping[str, Judge] = {
    "planning_area": demand_area,
    "giver": demand_courier_code,
    "item": demand_item,
    "booking": demand_named_booking,
    "zone_codes": demand_zones,
}
"""Name of a text in the query or of a member of a body → the same.

Lists of scanned items are not here: what lies on a counter is there, whoever should have it, and
what it is not expected to be is flagged (docs/counters.md).
"""


class ProvinceNotFound(NotFound):
    code = "province_not_found"
    detail = Text(vi="Không có tỉnh {province}.", en="There is no province {province}.")
    action = Text(
        vi="Bỏ province_code: phạm vi là tỉnh của tài khoản.",
        en="Leave province_code out: your account's province is meant.",
    )


def demand_seen(session: DatabaseSession, caller: Caller, arguments: Mapping[str, Any]) -> None:
    """Raises the NotFound of the first row in the path that is not the caller's."""
    for name, value in arguments.items():
        SEEN[name](session, caller, value)
    for name, judge in SEEN_IN_BODY.items():
        for asked in (request.args.get(name), _body().get(name)):
            if asked:
                judge(session, caller, asked)


def current_areas() -> frozenset[uuid.UUID] | None:
    """Planning areas that lists are limited to; None = all of the caller's province."""
    return seen_areas(current_session(), current_caller())


def demand_own_province(caller: Caller) -> None:
    """Raises ProvinceNotFound when the query or the body names another province.

    What is no code of a province is left to the operation, which says what is wrong with it; the
    rows of a signed-in caller are those of the own province in any case.
    """
    for province in (request.args.get("province_code"), _body().get("province_code")):
        if province == caller.province_code or not isinstance(province, str):
            continue
        if _PROVINCE_CODE.fullmatch(province):
            raise ProvinceNotFound(province=province)


def _body() -> dict[str, Any]:
    """What was sent as JSON; its schema complains later if it is something else."""
    body = request.get_json(silent=True) if request.is_json else None
    return body if isinstance(body, dict) else {}

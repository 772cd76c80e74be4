"""Whose a row is: what stands in a path is judged by its name, once, for every operation.

A row outside the caller's scope is answered exactly as one that does not exist.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from backend.accounts.callers import Caller
from backend.courier_day.scope import (
    demand_complaint,
    demand_courier,
    demand_dossier,
    demand_form,
)
from backend.database import DatabaseSession
from backend.errors import NotFound, Text
from backend.places.scope import demand_office, demand_post_office
from backend.planning.scope import demand_booking, demand_plan, demand_route

type Judge = Callable[[DatabaseSession, Caller, Any], None]

SEEN: Mapping[str, Judge] = {
    "plan_id": demand_plan,
    "route_id": demand_route,
    "courier_id": demand_courier,
    "dossier_id": demand_dossier,
    "form_id": demand_form,
    "reference": demand_booking,
    "complaint_id": demand_complaint,
    "office": demand_office,
    "post_office": demand_post_office,
}
"""Name of a path parameter → who says whether its row is the caller's."""


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


def demand_own_province(caller: Caller) -> None:
    """Raises ProvinceNotFound when the query or the body names another province."""
    named = [request.args.get("province_code")]
    if request.is_json:
        body = request.get_json(silent=True)
        if isinstance(body, dict):
            named.append(body.get("province_code"))
    for province in named:
        if province is not None and province != caller.province_code:
            raise ProvinceNotFound(province=str(province)[:10])

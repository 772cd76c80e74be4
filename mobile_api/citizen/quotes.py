"""Price, promise and offices of a visit that somebody thinks of."""

from collections.abc import Mapping
from typing import Any

from backend import clock
from backend.booking.quotes import Quote, QuoteAsked, quote
from geodata.point import Point
from mobile_api.access import public
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.quote_schemas import QuoteRequestSchema, QuoteSchema
from mobile_api.unit import current_session, current_settings

MOST_OFFICES = 10


@blueprint.post("/quotes")
@public()
@blueprint.arguments(QuoteRequestSchema)
@blueprint.response(200, QuoteSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(
    422,
    description="procedure_not_by_post (names the decision), presence_needed, not_a_visit_day,"
    " office_not_yet_in_service (names the date), office_not_in_force, office_closed_all_day,"
    " office_does_not_accept",
)
def ask_for_quote(body: Mapping[str, Any]) -> dict[str, Any]:
    """Ask what a visit would cost and when; nothing is held or booked.

    A POST, because an address does not belong into a URL that is logged.
    """
    point = Point(body["lat"], body["lon"]) if "lat" in body else None
    answer = quote(
        current_session(),
        QuoteAsked(
            province_code=body.get("province_code", current_settings().province_code),
            procedure_code=body["procedure_code"],
            mode=body["mode"],
            day=body.get("on") or clock.today_local(),
            address=body.get("address"),
            point=point,
            office_code=body.get("office_code"),
            dossier_count=body["dossiers"],
            weight_g=body["weight_g"],
        ),
    )
    return _shown(answer)


def _shown(answer: Quote) -> dict[str, Any]:
    point = answer.door.point
    door = {
        "point": [point.lon, point.lat] if point else None,
        "placement": answer.door.placement,
        "note": answer.door.note,
        "unit": answer.unit_name,
        "served": answer.served,
        "remote": answer.remote,
    }
    return {
        "day": answer.day,
        "procedure": answer.procedure,
        "door": door,
        "offices": answer.offices[:MOST_OFFICES],
        "fees_vnd": answer.fees_vnd,
        "price": answer.price,
        "promises": answer.promises,
    }

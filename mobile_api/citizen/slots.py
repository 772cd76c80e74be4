"""Windows of the running plan: asked for, held for ten minutes, confirmed or let go."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from backend import clock
from backend.booking.models import Booking
from backend.errors import Language, Text
from backend.places.geocoding import locate_address
from backend.planning.roads import open_live_roads
from backend.planning.slots.asked import VisitAsked
from backend.planning.slots.errors import DoorUnknown
from backend.planning.slots.grid import Window
from backend.planning.slots.holds import (
    Applicant,
    confirm_hold,
    get_hold,
    hold_window,
    release_hold,
)
from backend.planning.slots.models import SlotHold
from backend.planning.slots.offers import DayOffers, find_windows
from backend.storage import BlobStore
from geodata.point import Point
from geodata.travel_tables import TravelTimes
from mobile_api.access import Scope, public
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.slot_schemas import (
    ConfirmedSchema,
    ConfirmSchema,
    HoldRequestSchema,
    HoldSchema,
    SlotsRequestSchema,
    SlotsSchema,
)
from mobile_api.idempotent import idempotent
from mobile_api.problems import language
from mobile_api.unit import current_session, current_settings

_REFUSALS = (
    "door_unknown, public_holiday, procedure_not_by_post, presence_needed, not_a_visit_day,"
    " booking_outside_area, office_does_not_accept, office_closed_all_day,"
    " office_not_yet_in_service"
)


@blueprint.post("/slots")
@public()
@blueprint.arguments(SlotsRequestSchema)
@blueprint.response(200, SlotsSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(422, description=_REFUSALS)
def find_slots(body: Mapping[str, Any]) -> dict[str, Any]:
    """Windows that the running plan can really hold, with what each costs the couriers.

    Nothing is held. A POST, because an address does not belong into a URL that is logged.
    """
    first = body.get("on") or clock.today_local() + timedelta(days=1)
    found = find_windows(
        current_session(),
        _visit(body),
        [first + timedelta(days=ahead) for ahead in range(body["days"])],
        travel=_travel(body),
        blobs=_blobs(),
    )
    return {"days": [_shown(day, language()) for day in found]}


@blueprint.post("/holds")
@public()
@idempotent()
@blueprint.arguments(HoldRequestSchema)
@blueprint.response(201, HoldSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(409, description="slot_gone")
@blueprint.alt_response(422, description=f"no_such_window, {_REFUSALS}")
def keep_slot(body: Mapping[str, Any]) -> tuple[SlotHold, int]:
    """Hold a window for ten minutes; it is free again by itself when it is not confirmed."""
    hold = hold_window(
        current_session(),
        _visit(body),
        body["day"],
        Window(body["start"], body["end"]),
        travel=_travel(body),
        blobs=_blobs(),
    )
    return hold, 201


@blueprint.get("/holds/<uuid:hold_id>")
@public(scope=Scope.TOKEN)
@blueprint.response(200, HoldSchema)
@blueprint.alt_response(404, description="hold_not_found")
def show_hold(hold_id: uuid.UUID) -> SlotHold:
    """How a hold stands."""
    return get_hold(current_session(), hold_id)


@blueprint.delete("/holds/<uuid:hold_id>")
@public(scope=Scope.TOKEN)
@blueprint.response(200, HoldSchema)
@blueprint.alt_response(404, description="hold_not_found")
@blueprint.alt_response(409, description="hold_taken")
def let_slot_go(hold_id: uuid.UUID) -> SlotHold:
    """Let a held window go; a second call changes nothing."""
    return release_hold(current_session(), hold_id)


@blueprint.post("/holds/<uuid:hold_id>/confirm")
@public(scope=Scope.TOKEN)
@idempotent()
@blueprint.arguments(ConfirmSchema)
@blueprint.response(201, ConfirmedSchema)
@blueprint.alt_response(404, description="hold_not_found")
@blueprint.alt_response(409, description="hold_over, hold_taken, booking_already_open")
def confirm_slot(body: Mapping[str, Any], hold_id: uuid.UUID) -> tuple[dict[str, Any], int]:
    """Make a held window a booking: its papers are announced, its way can be planned."""
    booking = confirm_hold(current_session(), hold_id, Applicant(**body))
    return _confirmed(booking), 201


def _confirmed(booking: Booking) -> dict[str, Any]:
    codes = sorted(dossier.item_code for dossier in booking.dossiers)
    fields = ("reference", "status", "service_date", "slot_start", "slot_end", "expected_fee_vnd")
    return {name: getattr(booking, name) for name in fields} | {"item_codes": codes}


def _visit(body: Mapping[str, Any]) -> VisitAsked:
    province = _province(body)
    if "lat" in body:
        door: Point | None = Point(body["lat"], body["lon"])
    else:
        door = locate_address(current_session(), province, body["address"]).point
    if door is None:
        here = Text(vi="chưa tìm thấy địa chỉ này", en="this address was not found")
        raise DoorUnknown(fields={"address": here})
    return VisitAsked(
        province_code=province,
        procedure_code=body["procedure_code"],
        mode=body["mode"],
        door=door,
        office_code=body.get("office_code"),
        dossier_count=body["dossiers"],
    )


def _shown(day: DayOffers, language: Language) -> dict[str, Any]:
    windows = [
        {
            "window": each.window,
            "extra_minutes": None if each.extra_s is None else -(-each.extra_s // 60),
            "extra_m": each.extra_m,
            "greenest": each.greenest,
        }
        for each in day.windows
    ]
    reason = day.reason.in_language(language) if day.reason else None
    return {"day": day.day, "basis": day.basis, "windows": windows, "reason": reason}


def _province(body: Mapping[str, Any]) -> str:
    province: str = body.get("province_code", current_settings().province_code)
    return province


def _travel(body: Mapping[str, Any]) -> TravelTimes:
    return open_live_roads(current_settings().roads_dir, _province(body))


def _blobs() -> BlobStore:
    return BlobStore(current_settings().blob_dir)

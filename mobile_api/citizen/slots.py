"""Windows of the running plan: asked for, held for ten minutes, confirmed or let go."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.accounts.languages import find_language
from backend.accounts.roles import CITIZENS
from backend.booking.models import Booking
from backend.errors import Language
from backend.planning.slots.bookings import Maker, confirm_hold, list_visit
from backend.planning.slots.grid import Window
from backend.planning.slots.holds import get_hold, hold_window, release_hold
from backend.planning.slots.models import SlotHold
from backend.planning.slots.offers import DayOffers, find_windows
from mobile_api.access import Scope, find_caller, public
from mobile_api.booking_schemas import ConfirmSchema
from mobile_api.bookings import applicant, blobs, live_roads, visit_asked
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.slot_schemas import (
    ConfirmedSchema,
    HoldRequestSchema,
    HoldSchema,
    SlotsRequestSchema,
    SlotsSchema,
)
from mobile_api.idempotent import idempotent
from mobile_api.problems import language
from mobile_api.rate_limits import limited
from mobile_api.unit import current_session, current_settings

ASKED_A_MINUTE = 60
HELD_A_MINUTE = 30
"""By one address. Every question costs a tenth of a second and more of a processor, and a hold
keeps a window from everybody else: nobody takes a whole day for ten minutes by a script."""

_REFUSALS = (
    "door_unknown, public_holiday, procedure_not_by_post, presence_needed, not_a_visit_day,"
    " booking_outside_area, office_does_not_accept, office_closed_all_day,"
    " office_not_yet_in_service"
)


@blueprint.post("/slots")
@public()
@limited("slots", ASKED_A_MINUTE)
@blueprint.arguments(SlotsRequestSchema)
@blueprint.response(200, SlotsSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(422, description=_REFUSALS)
@blueprint.alt_response(429, description="too_many_requests")
def find_slots(body: Mapping[str, Any]) -> dict[str, Any]:
    """Windows that the running plan can really hold, with what each costs the couriers.

    Nothing is held. A POST, because an address does not belong into a URL that is logged.
    """
    found = find_windows(
        current_session(),
        visit_asked(body, _province(body)),
        days_asked(body),
        travel=live_roads(_province(body)),
        blobs=blobs(),
    )
    return {"days": [shown_day(day, language()) for day in found]}


@blueprint.post("/holds")
@public()
@limited("holds", HELD_A_MINUTE)
@idempotent()
@blueprint.arguments(HoldRequestSchema)
@blueprint.response(201, HoldSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(409, description="slot_gone")
@blueprint.alt_response(422, description=f"no_such_window, {_REFUSALS}")
@blueprint.alt_response(429, description="too_many_requests")
def keep_slot(body: Mapping[str, Any]) -> tuple[SlotHold, int]:
    """Hold a window for ten minutes; it is free again by itself when it is not confirmed."""
    hold = hold_window(
        current_session(),
        visit_asked(body, _province(body)),
        body["day"],
        Window(body["start"], body["end"]),
        travel=live_roads(_province(body)),
        blobs=blobs(),
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
@blueprint.alt_response(422, description="portal_code_unfit, and what a booking refuses")
def confirm_slot(body: Mapping[str, Any], hold_id: uuid.UUID) -> tuple[dict[str, Any], int]:
    """Make a held window a booking: its papers are announced, its way can be planned."""
    caller = find_caller()
    own = caller is not None and caller.role in CITIZENS
    maker = Maker(owner_account_id=caller.account_id) if caller and own else Maker()
    spoken = find_language(current_session(), caller.account_id) if caller and own else None
    who = applicant(body, language=spoken or language())
    booking = confirm_hold(current_session(), hold_id, who, maker)
    return _confirmed(booking), 201


def _confirmed(booking: Booking) -> dict[str, Any]:
    visit = list_visit(current_session(), booking)
    fields = ("reference", "status", "service_date", "slot_start", "slot_end")
    return {name: getattr(booking, name) for name in fields} | {
        "visit": [each.reference for each in visit],
        "expected_fee_vnd": sum(each.expected_fee_vnd for each in visit),
        "item_codes": sorted(dossier.item_code for each in visit for dossier in each.dossiers),
    }


def days_asked(body: Mapping[str, Any]) -> list[date]:
    """The days of a question for windows; from tomorrow when none is named."""
    first: date = body.get("on") or clock.today_local() + timedelta(days=1)
    return [first + timedelta(days=ahead) for ahead in range(body["days"])]


def shown_day(day: DayOffers, language: Language) -> dict[str, Any]:
    """One day's windows, or why it has none, in the reader's language."""
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

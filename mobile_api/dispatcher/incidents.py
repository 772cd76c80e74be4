"""When a day goes otherwise: storm, a sick courier, and what offices and citizens ask for."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend import clock
from backend.courier_day.handlers.result import Authorisation, Identity, ReceiverRole
from backend.courier_day.interventions.cases import note_result_late
from backend.courier_day.interventions.counter import (
    declare_unclaimed,
    get_locked_dossier,
    pick_up_at_counter,
)
from backend.courier_day.interventions.exchange import order_exchange
from backend.courier_day.interventions.redirect import redirect_result
from backend.courier_day.interventions.storm import ForceMajeure, close_zones
from backend.courier_day.letters import Shown
from backend.courier_day.scope import demand_courier_code
from backend.courier_day.supplements import ask_supplement
from backend.dossiers.models import Dossier
from geodata.point import Point
from mobile_api.access import Role, Scope, access, current_caller, current_province
from mobile_api.access.rows import current_areas
from mobile_api.dispatcher.door import blueprint
from mobile_api.dispatcher.incident_schemas import (
    CarriedDossierListSchema,
    CarriedDossierSchema,
    ClosureRequestSchema,
    ClosureSchema,
    ExchangeRequestSchema,
    ExchangeSchema,
    LateRequestSchema,
    PickUpRequestSchema,
    RedirectRequestSchema,
    UnclaimedRequestSchema,
)
from mobile_api.idempotent import idempotent
from mobile_api.receiver_schemas import pin_told
from mobile_api.supplements import OfficesFormSchema, when_asked
from mobile_api.unit import current_session

_NO_MOVE = "custody_not_possible: the dossier is not where this act begins"


@blueprint.post("/closures")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(ClosureRequestSchema)
@blueprint.response(201, ClosureSchema)
@blueprint.alt_response(422, description="closure_times_reversed, zone_unknown")
def declare_closure(body: Mapping[str, Any]) -> ForceMajeure:
    """Close zones for storm or flood: visits are put off, couriers pause, promises move."""
    return close_zones(
        current_session(),
        _province(body),
        body["zone_codes"],
        starts_at=body["starts_at"],
        ends_at=body["ends_at"],
        reason=body["reason"],
    )


@blueprint.post("/exchanges")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(ExchangeRequestSchema)
@blueprint.response(201, ExchangeSchema)
@blueprint.alt_response(404, description="courier_not_found")
def declare_exchange(body: Mapping[str, Any]) -> dict[str, Any]:
    """A courier cannot go on: everything in the bag goes to another one, who accepts by phone."""
    demand_courier_code(current_session(), current_caller(), body["receiver"])
    offer = order_exchange(
        current_session(),
        _province(body),
        giver_code=body["giver"],
        receiver_code=body["receiver"],
        reason=body["reason"],
    )
    return {"offer": offer and offer.id, "dossiers": offer.dossier_ids if offer else []}


@blueprint.post("/dossiers/<uuid:dossier_id>/supplement")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(OfficesFormSchema)
@blueprint.response(201, CarriedDossierSchema)
@blueprint.alt_response(404, description="dossier_not_found")
@blueprint.alt_response(409, description="case_cannot_move, home_unknown, slot_gone")
@blueprint.alt_response(422, description="no_such_window, and what a booking refuses")
def collect_supplement(body: Mapping[str, Any], dossier_id: uuid.UUID) -> Dossier:
    """The office asks for more papers: a new item of the case, to be collected at the citizen's."""
    when = when_asked(body, current_caller().province_code)
    return ask_supplement(current_session(), dossier_id, form_no=body["form_no"], when=when)


@blueprint.post("/dossiers/<uuid:dossier_id>/result-late")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(LateRequestSchema)
@blueprint.response(200, CarriedDossierSchema)
@blueprint.alt_response(404, description="dossier_not_found")
@blueprint.alt_response(409, description=_NO_MOVE)
def put_off_result(body: Mapping[str, Any], dossier_id: uuid.UUID) -> Dossier:
    """The office excuses itself and names a new day; the citizen is told."""
    return note_result_late(
        current_session(), dossier_id, new_date=body["new_date"], form_no=body["form_no"]
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/redirect")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(RedirectRequestSchema)
@blueprint.response(200, CarriedDossierSchema)
@blueprint.alt_response(404, description="dossier_not_found")
@blueprint.alt_response(409, description=_NO_MOVE)
def send_elsewhere(body: Mapping[str, Any], dossier_id: uuid.UUID) -> Dossier:
    """Bring a result to another door, on proof."""
    session = current_session()
    point = Point(body["lat"], body["lon"]) if "lat" in body else None
    redirect_result(
        session, dossier_id, address_text=body["address"], proof=body["proof"], point=point
    )
    return get_locked_dossier(session, dossier_id)


@blueprint.post("/dossiers/<uuid:dossier_id>/pick-up")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(PickUpRequestSchema)
@blueprint.response(200, CarriedDossierSchema)
@blueprint.alt_response(404, description="dossier_not_found")
@blueprint.alt_response(
    409,
    description=f"{_NO_MOVE}; authorisation_expired, authorisation_unknown, other_receiver,"
    " pin_wrong, pin_spent",
)
@blueprint.alt_response(422, description="authorisation_missing, pin_missing")
def give_at_counter(body: Mapping[str, Any], dossier_id: uuid.UUID) -> Dossier:
    """The citizen came to the post office; the way that was still planned is void. Somebody else
    shows a letter that is in force, and the paper of whom it names. A PIN that was told is asked as
    at a counter."""
    session, letter = current_session(), body["authorisation"]
    shown = None
    if body["receiver"] is ReceiverRole.AUTHORISED:
        shown = Shown(
            role=body["receiver"],
            identity=Identity(**body["identity"]),
            authorisation=Authorisation(**letter) if letter else None,
        )
    pick_up_at_counter(session, dossier_id, instead=shown, told=pin_told(body))
    return get_locked_dossier(session, dossier_id)


@blueprint.post("/unclaimed")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(UnclaimedRequestSchema)
@blueprint.response(200, CarriedDossierListSchema)
def note_unclaimed(body: Mapping[str, Any]) -> dict[str, list[Dossier]]:
    """Note what nobody claimed for six months; a second call on the same day notes nothing."""
    on = body.get("on", clock.today_local())
    return {
        "dossiers": declare_unclaimed(current_session(), _province(body), on, seen=current_areas())
    }


def _province(body: Mapping[str, Any]) -> str:
    province: str = current_province(body)
    return province

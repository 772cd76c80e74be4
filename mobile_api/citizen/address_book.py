"""A firm's address book: keep, read, change, and delete for good; the caller's own alone."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import after_this_request

from backend.booking.address_book import (
    DoorToKeep,
    KeptDoor,
    change_door,
    delete_door,
    get_door,
    keep_door,
    list_doors,
)
from geodata.point import Point
from mobile_api.access import Role, Scope, access, current_caller
from mobile_api.citizen.address_book_schemas import (
    AddressBookSchema,
    DoorToKeepSchema,
    KeptDoorSchema,
)
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.following import keep_nowhere
from mobile_api.etags import answer_with_etag, demand_if_match, version_etag
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session

_STALE = "precondition_failed: somebody of the firm changed it"


@blueprint.get("/address-book")
@access(Role.FIRM, scope=Scope.OWN)
@blueprint.response(200, AddressBookSchema)
def address_book() -> dict[str, list[KeptDoor]]:
    """The kept doors of one's firm, by name."""
    after_this_request(keep_nowhere)
    return {"doors": list_doors(current_session(), current_caller())}


@blueprint.post("/address-book")
@access(Role.FIRM, scope=Scope.OWN)
@idempotent()
@blueprint.arguments(DoorToKeepSchema)
@blueprint.response(201, KeptDoorSchema)
@blueprint.alt_response(409, description="kept_door_name_taken, address_book_full")
def keep_new_door(body: Mapping[str, Any]) -> tuple[KeptDoor, int]:
    """Keep a door with its contact."""
    made = keep_door(current_session(), current_caller(), _said(body))
    answer_with_etag(_tag(made))
    return made, 201


@blueprint.get("/address-book/<uuid:door_id>")
@access(Role.FIRM, scope=Scope.OWN)
@blueprint.response(200, KeptDoorSchema)
@blueprint.alt_response(404, description="kept_door_not_found")
def kept_door(door_id: uuid.UUID) -> KeptDoor:
    """One entry; its ETag is the If-Match of a change."""
    found = get_door(current_session(), current_caller(), door_id)
    answer_with_etag(_tag(found))
    return found


@blueprint.put("/address-book/<uuid:door_id>")
@access(Role.FIRM, scope=Scope.OWN)
@blueprint.arguments(DoorToKeepSchema)
@blueprint.response(200, KeptDoorSchema)
@blueprint.alt_response(404, description="kept_door_not_found")
@blueprint.alt_response(409, description="kept_door_name_taken")
@blueprint.alt_response(412, description=_STALE)
@blueprint.alt_response(428, description="precondition_required")
def change_kept_door(body: Mapping[str, Any], door_id: uuid.UUID) -> KeptDoor:
    """Change an entry as a whole."""
    found = get_door(current_session(), current_caller(), door_id, lock=True)
    demand_if_match(_tag(found))
    change_door(current_session(), found, _said(body))
    answer_with_etag(_tag(found))
    return found


@blueprint.delete("/address-book/<uuid:door_id>")
@access(Role.FIRM, scope=Scope.OWN)
@blueprint.response(204)
@blueprint.alt_response(404, description="kept_door_not_found")
@blueprint.alt_response(412, description=_STALE)
@blueprint.alt_response(428, description="precondition_required")
def delete_kept_door(door_id: uuid.UUID) -> None:
    """Delete an entry for good: nothing of it stays. Bookings made with it stay as they are."""
    found = get_door(current_session(), current_caller(), door_id, lock=True)
    demand_if_match(_tag(found))
    delete_door(current_session(), found)


def _tag(door: KeptDoor) -> str:
    return version_etag("door", door.id, door.version)


def _said(body: Mapping[str, Any]) -> DoorToKeep:
    plain = ("name", "full_name", "phone", "address", "special_needs")
    has_place = body.get("lat") is not None
    return DoorToKeep(
        **{name: body[name] for name in plain if name in body},
        place=Point(body["lat"], body["lon"]) if has_place else None,
    )

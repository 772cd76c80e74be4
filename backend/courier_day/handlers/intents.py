"""What a courier asks for: it may be refused, and the refusal says why."""

import uuid
from typing import Annotated

import msgspec
from sqlalchemy import select

from backend.booking.models import Booking, BookingDossier, Contact
from backend.courier_day.handlers.registry import handles
from backend.courier_day.scene import Refused, Scene, Unusable
from backend.dossiers.models import Leg
from backend.places.models import Address, PlaceKind, Placement
from backend.places.points import find_point, to_geometry
from backend.planning.models import Plan, PlanStatus, Route, Stop, StopStatus, Visit, VisitStatus
from geodata.point import Point

E7 = 10_000_000
"""Commands hold coordinates as integers of 1e-7 degree."""

FARTHEST_M = 1_000.0
"""A door is not this far from where it was taken for; whoever says so is at another house [G]."""

LEAST_EXACT_M = 50
"""A fix less exact than this finds no door [G]."""

Phone = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9][0-9 .-]{7,18}$")]


class RequestReassign(msgspec.Struct, frozen=True):
    """Please give this stop to somebody else."""

    stop: uuid.UUID
    reason: Annotated[str, msgspec.Meta(max_length=40)]


class CorrectPhone(msgspec.Struct, frozen=True):
    """The right number of the person of an open stop; `base` names the version seen."""

    contact: uuid.UUID
    phone: Phone


class CorrectDoor(msgspec.Struct, frozen=True):
    """Where the door of a stop really is, told by the courier who stands before it."""

    stop: uuid.UUID
    lat: Annotated[int, msgspec.Meta(ge=-90 * E7, le=90 * E7)]
    lon: Annotated[int, msgspec.Meta(ge=-180 * E7, le=180 * E7)]
    acc_m: Annotated[int, msgspec.Meta(ge=0)] | None = None


@handles("stop.request_reassign", v=1, body=RequestReassign, is_intent=True)
def request_reassign(scene: Scene, body: RequestReassign) -> None:
    """The dispatcher decides; until then the stop stays."""
    stop = scene.stop(body.stop)
    if stop.route.courier_id != scene.courier.id:
        raise Refused("not_assignee")
    if stop.status is not StopStatus.OPEN:
        raise Refused("already_done")
    scene.touched["stop", stop.id] = stop
    scene.ask_person("reassign_requested", stop=stop, detail={"reason": body.reason})


@handles("contact.correct_phone", v=1, body=CorrectPhone, is_intent=True)
def correct_phone(scene: Scene, body: CorrectPhone) -> None:
    """Takes the number if nobody changed it since the courier saw it."""
    session = scene.session
    contact = session.get(Contact, body.contact, with_for_update=True, populate_existing=True)
    if contact is None:
        raise Unusable("unknown_contact")
    couriers = set(
        session.scalars(
            select(Route.courier_id)
            .join(Plan, Plan.id == Route.plan_id)
            .join(Stop, Stop.route_id == Route.id)
            .join(Visit, Visit.stop_id == Stop.id)
            .join(Leg, Leg.id == Visit.leg_id)
            .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
            .join(Booking, Booking.id == BookingDossier.booking_id)
            .where(
                Booking.contact_id == contact.id,
                Plan.status == PlanStatus.PUBLISHED,
                Visit.status == VisitStatus.OPEN,
            )
        )
    )
    if scene.courier.id not in couriers:
        raise Refused("not_assignee")
    base = scene.content.base
    if base is None or base.version != contact.version:
        raise Refused("stale")
    contact.phone = body.phone
    contact.version += 1
    scene.touched["contact", contact.id] = contact
    scene.changed_couriers |= couriers


@handles("stop.correct_door", v=1, body=CorrectDoor, is_intent=True)
def correct_door(scene: Scene, body: CorrectDoor) -> None:
    """The address is there from now on, and the next booking at it begins there."""
    stop = scene.stop(body.stop)
    if stop.route.courier_id != scene.courier.id:
        raise Refused("not_assignee")
    if stop.place_kind is not PlaceKind.HOME or stop.place_id is None:
        raise Unusable("not_a_door")
    address = scene.session.get_one(Address, stop.place_id, with_for_update=True)
    there, known = Point(body.lat / E7, body.lon / E7), find_point(address.point)
    if body.acc_m is not None and body.acc_m > LEAST_EXACT_M:
        raise Refused("inexact")
    if known is not None and known.distance_m(there) > FARTHEST_M:
        raise Refused("too_far")
    address.point, address.placement = to_geometry(there), Placement.BY_COURIER
    address.placement_note = None
    stop.point = to_geometry(there)
    stop.version += 1
    scene.touched["stop", stop.id] = stop
    scene.changed_couriers.add(scene.courier.id)

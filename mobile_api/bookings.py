"""What every door does with a booking's body: the visit asked for, the person, and the change."""

from collections.abc import Mapping
from typing import Any

from backend.booking.changes import ChangeKind, Fault
from backend.booking.models import Booking
from backend.booking.receivers import ReceiverNamed
from backend.courier_day.rescheduling.acts import Asking, change_visit
from backend.courier_day.rescheduling.preview import Preview, Wish, preview_change
from backend.errors import Language, Text
from backend.places.geocoding import locate_address
from backend.planning.roads import open_live_roads
from backend.planning.slots.asked import MorePapers, VisitAsked
from backend.planning.slots.bookings import (
    Applicant,
    Maker,
    book_on_behalf,
    book_without_window,
)
from backend.planning.slots.errors import DoorUnknown
from backend.planning.slots.grid import Window
from backend.storage import BlobStore
from geodata.point import Point
from geodata.travel_tables import TravelTimes
from mobile_api.access import find_caller
from mobile_api.etags import answer_with_etag, demand_if_match, version_etag
from mobile_api.unit import current_session, current_settings


def live_roads(province_code: str) -> TravelTimes:
    """The travel times that windows are worked out with."""
    return open_live_roads(current_settings().roads_dir, province_code)


def blobs() -> BlobStore:
    """Where plans are stored."""
    return BlobStore(current_settings().blob_dir)


def find_door(body: Mapping[str, Any], province_code: str) -> Point | None:
    """The place given, else that of the address; None where nobody knows it."""
    if "lat" in body:
        return Point(body["lat"], body["lon"])
    return locate_address(current_session(), province_code, body["address"]).point


def visit_asked(
    body: Mapping[str, Any], province_code: str, *, office_code: str | None = None
) -> VisitAsked:
    """The visit of a body. Raises DoorUnknown."""
    door = find_door(body, province_code)
    if door is None:
        here = Text(vi="chưa tìm thấy địa chỉ này", en="this address was not found")
        raise DoorUnknown(fields={"address": here})
    return _visit(body, province_code, door, office_code)


def _visit(
    body: Mapping[str, Any], province_code: str, door: Point | None, office_code: str | None
) -> VisitAsked:
    return VisitAsked(
        province_code=province_code,
        procedure_code=body["procedure_code"],
        mode=body["mode"],
        door=door,
        office_code=office_code or body.get("office_code"),
        dossier_count=body["dossiers"],
        more=tuple(
            MorePapers(procedure_code=each["procedure_code"], dossier_count=each["dossiers"])
            for each in body["more"]
        ),
    )


def applicant(body: Mapping[str, Any], *, language: Language = "vi") -> Applicant:
    """Who the visit is for. language: of their notices, where the body names none."""
    plain = ("full_name", "phone", "address", "portal_code", "special_needs", "appointment_on")
    receiver = body.get("receiver")
    return Applicant(
        **{name: body[name] for name in plain if name in body},
        fees_at_door=body["fees_at_door"],
        confirmed=body["confirmed"],
        portal_codes={each["procedure_code"]: each["portal_code"] for each in body["portal_codes"]},
        language=body.get("language", language),
        receiver=ReceiverNamed(**receiver) if receiver else None,
    )


def book_for_somebody(
    body: Mapping[str, Any],
    maker: Maker,
    province_code: str,
    *,
    office_code: str | None = None,
) -> Booking:
    """On behalf: in the window named, sold like any other; without one, some time on the day.

    Raises what a booking raises, NoSuchWindow, SlotGone, DoorUnknown (with a window).
    """
    session, who = current_session(), (applicant(body), maker)
    if "start" in body:
        visit = visit_asked(body, province_code, office_code=office_code)
        when = body["day"], Window(body["start"], body["end"])
        return book_on_behalf(
            session, visit, when, who, travel=live_roads(province_code), blobs=blobs()
        )
    visit = _visit(body, province_code, find_door(body, province_code), office_code)
    return book_without_window(session, visit, body["day"], who)


def say_what_changes(booking: Booking, body: Mapping[str, Any]) -> Preview:
    """The preview, with the ETag that the change must name."""
    preview = preview_change(
        current_session(),
        booking,
        _wish(body),
        travel=live_roads(booking.province_code),
        blobs=blobs(),
    )
    answer_with_etag(_tag(preview))
    return preview


def change(booking: Booking, body: Mapping[str, Any]) -> Booking:
    """Do what the preview said. Raises PreconditionRequired, PreconditionFailed."""
    caller = find_caller()
    asking = Asking(
        account_id=caller.account_id if caller else None,
        demand_seen=lambda preview: demand_if_match(_tag(preview)),
    )
    return change_visit(
        current_session(),
        booking.id,
        _wish(body),
        asking,
        travel=live_roads(booking.province_code),
        blobs=blobs(),
    )


def _wish(body: Mapping[str, Any]) -> Wish:
    kind: ChangeKind = body["kind"]
    if kind is ChangeKind.CANCELLED:
        return Wish(kind=kind, visit=body.get("visit"), fault=body.get("fault", Fault.CITIZEN))
    window = Window(body["start"], body["end"]) if "start" in body else None
    fault: Fault = body.get("fault", Fault.CITIZEN)
    return Wish(kind=kind, visit=body.get("visit"), day=body["day"], window=window, fault=fault)


def _tag(preview: Preview) -> str:
    return version_etag("change", preview.fingerprint)

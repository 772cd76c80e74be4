"""Who acts where: the clerk is the caller, and the place of the path must be the caller's own."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import request

from backend.courier_day.counters.scene import Seat
from backend.places.models import Office, PlaceKind, PostOffice
from backend.places.operations import get_office, get_post_office
from mobile_api.access import current_caller
from mobile_api.unit import current_session
from mobile_api.wording import about

CODE = ma.validate.Length(1, 40)


class CounterSignatureSchema(ma.Schema):
    """A signature taken on the counter's screen."""

    role = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(("CLERK", "OFFICE", "COURIER", "CITIZEN", "AGENT", "WITNESS")),
    )
    sha256 = ma.fields.String(required=True, validate=ma.validate.Regexp(r"^[0-9a-f]{64}$"))


class SignedSchema(ma.Schema):
    """An act that people sign."""

    signatures = ma.fields.List(
        ma.fields.Nested(CounterSignatureSchema),
        load_default=list,
        validate=ma.validate.Length(max=6),
        metadata=about("SHA-256 of each signature; the custody event names the same."),
    )


def desk(office_code: str) -> Seat:
    """The caller's seat at the office of the path, which is one of the caller's own (`@access`)."""
    return _seat(PlaceKind.OFFICE, office_code)


def counter(post_office_code: str) -> Seat:
    """The caller's seat at the post office of the path, likewise."""
    return _seat(PlaceKind.POST_OFFICE, post_office_code)


def own_office(code: str) -> Office:
    """The office of the path. Raises OfficeNotFound."""
    return get_office(current_session(), current_caller().province_code, code)


def own_post_office(code: str) -> PostOffice:
    """The post office of the path. Raises PostOfficeNotFound."""
    return get_post_office(current_session(), current_caller().province_code, code)


def signatures(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(role, SHA-256) of each signature of a body."""
    return tuple((each["role"], each["sha256"]) for each in body["signatures"])


def asked() -> dict[str, Any]:
    """The body as it came, for the record of the act."""
    sent: dict[str, Any] = request.get_json()
    return {name: value for name, value in sent.items() if name != "pin"}


def _seat(kind: PlaceKind, code: str) -> Seat:
    caller = current_caller()
    return Seat(
        province_code=caller.province_code,
        place_kind=kind,
        place_code=code,
        person_id=caller.person_id,
    )

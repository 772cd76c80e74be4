"""Who calls: until accounts exist a clerk is named by place and code (decision 0006)."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import request

from backend.courier_day.counters.scene import Seat
from backend.places.models import PlaceKind
from mobile_api.access import current_province
from mobile_api.office.wording import about

CODE = ma.validate.Length(1, 40)


class ProvinceSchema(ma.Schema):
    """Which province's codes are meant."""

    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"),
        metadata=about("Default TANNOI_PROVINCE_CODE.", "48"),
    )


class SeatedSchema(ProvinceSchema):
    """The clerk who acts at the place that the path names."""

    clerk = ma.fields.String(
        required=True, validate=CODE, metadata=about("Code of a clerk of this place.", "GDV-001")
    )


class CounterSignatureSchema(ma.Schema):
    """A signature taken on the counter's screen."""

    role = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(("CLERK", "OFFICE", "COURIER", "CITIZEN", "AGENT", "WITNESS")),
    )
    sha256 = ma.fields.String(required=True, validate=ma.validate.Regexp(r"^[0-9a-f]{64}$"))


class SignedSchema(SeatedSchema):
    """An act that people sign."""

    signatures = ma.fields.List(
        ma.fields.Nested(CounterSignatureSchema),
        load_default=list,
        validate=ma.validate.Length(max=6),
        metadata=about("SHA-256 of each signature; the custody event names the same."),
    )


def province(body: Mapping[str, Any]) -> str:
    """The province that a body names, else this installation's."""
    named: str = current_province(body)
    return named


def desk(body: Mapping[str, Any], office_code: str) -> Seat:
    """The clerk of a body at a one-stop office."""
    return _seat(body, PlaceKind.OFFICE, office_code)


def counter(body: Mapping[str, Any], post_office_code: str) -> Seat:
    """The clerk of a body at a post office."""
    return _seat(body, PlaceKind.POST_OFFICE, post_office_code)


def signatures(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(role, SHA-256) of each signature of a body."""
    return tuple((each["role"], each["sha256"]) for each in body["signatures"])


def asked() -> dict[str, Any]:
    """The body as it came, for the record of the act."""
    sent: dict[str, Any] = request.get_json()
    return sent


def _seat(body: Mapping[str, Any], kind: PlaceKind, code: str) -> Seat:
    return Seat(
        province_code=province(body),
        place_kind=kind,
        place_code=code,
        clerk_code=body["clerk"],
    )

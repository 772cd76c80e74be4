"""Signatures taken on a counter's screen, each under the SHA-256 that its act names."""

import uuid
from typing import Any

import marshmallow as ma
from flask import Response

from backend.courier_day.missing_proofs import list_needed
from mobile_api.access import Scope, access, current_caller
from mobile_api.office.door import DESK, MONEY, blueprint
from mobile_api.sent_pictures import (
    BODY,
    DROPPED,
    RULE,
    answer_whether_it_came,
    keep_sent_picture,
)
from mobile_api.unit import current_session

_CLERKS = (*DESK, *MONEY)


class NeededPicturesSchema(ma.Schema):
    """Pictures that this clerk's acts name and that never came, the oldest act first."""

    sha256 = ma.fields.List(ma.fields.String(), required=True)


@blueprint.get("/blobs")
@access(*_CLERKS, scope=Scope.OWN)
@blueprint.response(200, NeededPicturesSchema)
def list_missing_pictures() -> dict[str, Any]:
    """Ask which signatures of the caller's acts are still missing."""
    return {"sha256": list_needed(current_session(), _person())}


@blueprint.route(RULE, methods=["HEAD"])
@access(*_CLERKS, scope=Scope.OWN)
@blueprint.alt_response(404, description="blob_not_found: this clerk never sent it")
def has_picture(digest: str) -> Response:
    """Ask whether a picture arrived."""
    return answer_whether_it_came(_person(), digest)


@blueprint.route(RULE, methods=["PUT"])
@access(*_CLERKS, scope=Scope.OWN)
@blueprint.doc(requestBody=BODY)
@blueprint.alt_response(200, description="It was there already.")
@blueprint.alt_response(201, description="It is kept.")
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
@blueprint.alt_response(422, description=DROPPED)
@blueprint.alt_response(503, description="retry_later: too many pictures today")
def put_picture(digest: str) -> Response:
    """Send a picture, before or after the act that names it.

    A repeat is harmless. What is kept is the picture written anew, without metadata.
    """
    return keep_sent_picture(_person(), digest)


def _person() -> uuid.UUID:
    """Whose pictures they are: the clerk's person, or the account of one who has none."""
    caller = current_caller()
    return caller.person_id or caller.account_id

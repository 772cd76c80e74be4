"""Photos and signatures travel by themselves, under the SHA-256 of their bytes."""

from flask import Response

from mobile_api.access import Role, Scope, access
from mobile_api.courier.callers import calling_courier
from mobile_api.courier.door import blueprint
from mobile_api.sent_pictures import (
    BODY,
    DROPPED,
    RULE,
    answer_whether_it_came,
    keep_sent_picture,
)


@blueprint.route(RULE, methods=["HEAD"])
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.alt_response(404, description="blob_not_found: this courier never sent it")
def has_proof(digest: str) -> Response:
    """Ask whether a picture arrived: the phone keeps its own until then."""
    return answer_whether_it_came(calling_courier().id, digest)


@blueprint.route(RULE, methods=["PUT"])
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.doc(requestBody=BODY)
@blueprint.alt_response(200, description="It was there already.")
@blueprint.alt_response(201, description="It is kept.")
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
@blueprint.alt_response(422, description=DROPPED)
@blueprint.alt_response(503, description="retry_later: too many pictures today")
def put_proof(digest: str) -> Response:
    """Send a picture.

    A repeat is harmless. What is kept is the picture written anew, without metadata.
    """
    return keep_sent_picture(calling_courier().id, digest)

"""Photos and signatures travel by themselves, under the SHA-256 of their bytes."""

from flask import Response, request

from backend.courier_day.proofs import MOST_BYTES, find_proof, keep_proof
from backend.storage import BlobNotFound, ContentFolder
from mobile_api.access import Role, Scope, access
from mobile_api.courier.callers import calling_courier
from mobile_api.courier.door import blueprint
from mobile_api.http_errors import TooLarge, UnsupportedMedia
from mobile_api.unit import current_session, current_settings

_RULE = "/blobs/<string(length=64):digest>"
_TYPES = ("image/jpeg", "image/png", "image/webp")
_BODY = {
    "required": True,
    "description": f"The picture, at most {MOST_BYTES // 1024} KiB and 25 million pixels.",
    "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in _TYPES},
}


@blueprint.route(_RULE, methods=["HEAD"])
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.alt_response(404, description="blob_not_found: this courier never sent it")
def has_proof(digest: str) -> Response:
    """Ask whether a picture arrived: the phone keeps its own until then."""
    courier = calling_courier()
    if find_proof(current_session(), courier.id, digest) is None:
        raise BlobNotFound(sha256=digest)
    return Response(status=200)


@blueprint.route(_RULE, methods=["PUT"])
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.doc(requestBody=_BODY)
@blueprint.alt_response(200, description="It was there already.")
@blueprint.alt_response(201, description="It is kept.")
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
@blueprint.alt_response(
    422, description="blob_hash_mismatch, picture_not_readable, picture_too_large: it is dropped"
)
@blueprint.alt_response(503, description="retry_later: too many pictures today")
def put_proof(digest: str) -> Response:
    """Send a picture.

    A repeat is harmless. What is kept is the picture written anew, without metadata.
    """
    courier = calling_courier()
    if request.mimetype not in _TYPES or request.headers.get("Content-Encoding"):
        raise UnsupportedMedia
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    sent = request.stream.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise TooLarge
    files = ContentFolder(current_settings().blob_dir)
    is_new = keep_proof(current_session(), files, courier, digest, sent)
    return Response(status=201 if is_new else 200)

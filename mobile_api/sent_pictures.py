"""A picture in the body of a request, as phones and counters send it under its SHA-256."""

import uuid

from flask import Response, request

from backend.courier_day.proofs import MOST_BYTES, find_proof, keep_proof
from backend.storage import BlobNotFound, ContentFolder
from mobile_api.http_errors import TooLarge, UnsupportedMedia
from mobile_api.unit import current_session, current_settings

RULE = "/blobs/<string(length=64):digest>"
_TYPES = ("image/jpeg", "image/png", "image/webp")
BODY = {
    "required": True,
    "description": f"The picture, at most {MOST_BYTES // 1024} KiB and 25 million pixels.",
    "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in _TYPES},
}
DROPPED = "blob_hash_mismatch, picture_not_readable, picture_too_large: it is dropped"


def answer_whether_it_came(owner_id: uuid.UUID, digest: str) -> Response:
    """200, or BlobNotFound: this sender never sent it."""
    if find_proof(current_session(), owner_id, digest) is None:
        raise BlobNotFound(sha256=digest)
    return Response(status=200)


def keep_sent_picture(owner_id: uuid.UUID, digest: str) -> Response:
    """201, or 200 if it was there already.

    Raises UnsupportedMedia, TooLarge, and what `keep_proof` raises.
    """
    if request.mimetype not in _TYPES or request.headers.get("Content-Encoding"):
        raise UnsupportedMedia
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    sent = request.stream.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise TooLarge
    files = ContentFolder(current_settings().blob_dir)
    is_new = keep_proof(current_session(), files, owner_id, digest, sent)
    return Response(status=201 if is_new else 200)

"""A picture or file in the body of a request, sent under its SHA-256."""

import uuid

from flask import Response, request

from backend.courier_day.proofs import MOST_BYTES, find_proof, keep_proof
from backend.storage import BlobNotFound, ContentFolder
from mobile_api.http_errors import TooLarge, UnsupportedMedia
from mobile_api.unit import current_session, current_settings

RULE = "/blobs/<string(length=64):digest>"
PICTURES = ("image/jpeg", "image/png", "image/webp")


def binary_body(description: str, types: tuple[str, ...]) -> dict[str, object]:
    """The body in the API document."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        "required": True,
        "description": description,
        "content": {each: dict(binary) for each in types},
    }


BODY = binary_body(
    f"The picture, at most {MOST_BYTES // 1024} KiB and 25 million pixels.", PICTURES
)
DROPPED = "blob_hash_mismatch, picture_not_readable, picture_too_large: it is dropped"


def answer_whether_it_came(owner_id: uuid.UUID, digest: str) -> Response:
    """200, or BlobNotFound: this sender never sent it."""
    if find_proof(current_session(), owner_id, digest) is None:
        raise BlobNotFound(sha256=digest)
    return Response(status=200)


def read_sent(most_bytes: int, types: tuple[str, ...] = PICTURES) -> bytes:
    """The bytes of the body. Raises UnsupportedMedia, TooLarge."""
    if request.mimetype not in types or request.headers.get("Content-Encoding"):
        raise UnsupportedMedia
    if (request.content_length or 0) > most_bytes:
        raise TooLarge
    sent = request.stream.read(most_bytes + 1)
    if len(sent) > most_bytes:
        raise TooLarge
    return sent


def keep_sent_picture(owner_id: uuid.UUID, digest: str) -> Response:
    """201, or 200 if it was there already.

    Raises UnsupportedMedia, TooLarge, and what `keep_proof` raises.
    """
    sent = read_sent(MOST_BYTES)
    files = ContentFolder(current_settings().blob_dir)
    is_new = keep_proof(current_session(), files, owner_id, digest, sent)
    return Response(status=201 if is_new else 200)

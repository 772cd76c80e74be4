"""Reads the body of a sync under its limits, plain or gzip; a bomb never unfolds in memory."""

import gzip
import zlib

from flask import Response, request

from mobile_api.http_errors import TooLarge, UnsupportedMedia

MAX_SENT_BYTES = 256 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024
"""SYNC §3.1."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_WORTH_PACKING_BYTES = 1024


def read_body() -> bytes:
    """The unpacked body. Raises TooLarge, UnsupportedMedia."""
    if request.mimetype != "application/json":
        raise UnsupportedMedia
    if (request.content_length or 0) > MAX_SENT_BYTES:
        raise TooLarge
    sent = request.get_data()  # the app reads at most MAX_CONTENT_LENGTH, and may have done so
    if len(sent) > MAX_SENT_BYTES:
        raise TooLarge
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return sent
    if encoding != "gzip":
        raise UnsupportedMedia
    return unpack(sent)


def unpack(packed: bytes) -> bytes:
    """At most MAX_UNPACKED_BYTES out of a gzip body. Raises TooLarge, UnsupportedMedia."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = unpacker.decompress(packed, MAX_UNPACKED_BYTES + 1)
    except zlib.error as error:
        raise UnsupportedMedia from error
    if len(plain) > MAX_UNPACKED_BYTES:
        raise TooLarge
    if not unpacker.eof or unpacker.unused_data:
        raise UnsupportedMedia
    return plain


def json_answer(body: bytes) -> Response:
    """A JSON answer, packed when the phone takes it: a day of 40 stops is 15 KB then."""
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Encoding")
    if len(body) >= _WORTH_PACKING_BYTES and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response

"""Scripts and styles leave gzipped: they shrink to a third or less, which slow networks feel.

Only files of the pages, which are the same for everybody: an answer that mixes a secret with what a
caller sent must not be compressed (BREACH).
"""

import gzip

from flask import Flask, Response, request

_FOLDERS = frozenset({"static", "pages.static"})
_WORTH_IT = frozenset({"text/javascript", "text/css", "image/svg+xml"})
_LEVEL = 6

_packed: dict[str, tuple[str, bytes]] = {}
"""Path → ETag of the file and its packed bytes; as many entries as there are files."""


def register_compression(app: Flask) -> None:
    """Packs the files of the pages for whoever takes gzip."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if request.endpoint not in _FOLDERS or response.mimetype not in _WORTH_IT:
        return response
    response.vary.add("Accept-Encoding")
    etag, _ = response.get_etag()
    if response.status_code != 200 or etag is None or not request.accept_encodings["gzip"]:
        return response
    known = _packed.get(request.path)
    if known is None or known[0] != etag:
        response.direct_passthrough = False
        known = _packed[request.path] = (etag, gzip.compress(response.get_data(), _LEVEL, mtime=0))
    response.direct_passthrough = False
    response.set_data(known[1])
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    response.set_etag(etag, weak=True)  # the same file in other bytes
    return response

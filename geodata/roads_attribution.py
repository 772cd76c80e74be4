"""Whose roads a file holds: named on the map by law of its licence, so the file itself is asked."""

import bz2
import gzip
import re
import zlib
from html import unescape
from io import BufferedIOBase
from pathlib import Path

OSM_ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0)"
"""Of every file that says nothing else: OSM files come from OpenStreetMap."""

_HEAD_BYTES = 4096
_OWNER = re.compile(r'<osm\b[^>]*?\scopyright="([^"]{1,200})"')
_OF_OSM_ITSELF = "OpenStreetMap and contributors"


def attribution_of(osm_file: Path) -> str:
    """What the head of an XML file says (`<osm copyright="…">`), else OpenStreetMap's line.

    A .osm.pbf has no such field, and what is damaged says nothing: whoever reads its roads tells.
    """
    if osm_file.name.endswith(".osm.pbf"):
        return OSM_ATTRIBUTION
    try:
        with _opened(osm_file) as content:
            head = content.read(_HEAD_BYTES).decode("utf-8", errors="replace")
    except (EOFError, OSError, zlib.error):
        return OSM_ATTRIBUTION
    found = _OWNER.search(head)
    owner = " ".join(unescape(found[1]).split()) if found else ""
    return owner if owner and owner != _OF_OSM_ITSELF else OSM_ATTRIBUTION


def _opened(osm_file: Path) -> BufferedIOBase:
    if osm_file.suffix == ".gz":
        return gzip.open(osm_file, "rb")
    if osm_file.suffix == ".bz2":
        return bz2.open(osm_file, "rb")
    return osm_file.open("rb")

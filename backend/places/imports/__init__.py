"""Rows of places from files: units, offices, post offices, known house numbers and streets."""

from backend.places.imports.address_points import ADDRESS_POINTS, import_address_points
from backend.places.imports.offices import OFFICES, import_offices
from backend.places.imports.post_offices import POST_OFFICES, import_post_offices
from backend.places.imports.unit_geojson import read_unit_outlines
from backend.places.imports.units import UNITS, import_units

__all__ = [
    "ADDRESS_POINTS",
    "OFFICES",
    "POST_OFFICES",
    "UNITS",
    "import_address_points",
    "import_offices",
    "import_post_offices",
    "import_units",
    "read_unit_outlines",
]

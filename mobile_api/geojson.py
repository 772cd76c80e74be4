"""Map data as doors answer them: GeoJSON from our own tables and roads, no tile server."""

import marshmallow as ma
from flask import Response, send_file

from backend.reports.map_layers import roads_layer_file
from mobile_api.unit import current_settings

GEOJSON = "application/geo+json"


class FeatureCollectionSchema(ma.Schema):
    """GeoJSON (RFC 7946), WGS 84, [lon, lat]."""

    type = ma.fields.String(
        required=True, metadata={"description": "Always so.", "example": "FeatureCollection"}
    )
    features = ma.fields.List(ma.fields.Dict(), required=True)


def roads_answer() -> Response:
    """Roads by class, gzipped; answers Range, ETag and If-Modified-Since."""
    file = roads_layer_file(current_settings().roads_dir)
    response = send_file(file.resolve(), mimetype=GEOJSON, conditional=True, max_age=3600)
    response.headers["Content-Encoding"] = "gzip"
    return response

"""The ground of the map on which a citizen points at a door; nobody's data are on it."""

from flask import Response

from backend import clock
from backend.database import JsonObject
from backend.reports.map_layers import barriers_layer, units_layer
from mobile_api.access import public
from mobile_api.citizen.door import blueprint
from mobile_api.geojson import GEOJSON, FeatureCollectionSchema, roads_answer
from mobile_api.unit import current_session, current_settings


@blueprint.get("/map-layers/roads")
@public()
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
@blueprint.alt_response(206, description="The part that Range asked for.")
@blueprint.alt_response(304, description="Nothing changed since that ETag.")
@blueprint.alt_response(404, description="roads_layer_missing")
def roads() -> Response:
    """Roads by class."""
    return roads_answer()


@blueprint.get("/map-layers/units")
@public()
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
def units() -> JsonObject:
    """Wards, communes and special zones of today: outlines, or centroids where none is known."""
    return units_layer(current_session(), current_settings().province_code, clock.today_local())


@blueprint.get("/map-layers/barriers")
@public()
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
def barriers() -> JsonObject:
    """Rivers, shores and airfields as lines."""
    return barriers_layer(current_settings().province_code)

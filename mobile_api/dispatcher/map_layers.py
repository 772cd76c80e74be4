"""The background of the dispatcher's map, from our own data: no tile server is asked."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from backend import clock
from backend.database import JsonObject
from backend.reports.map_layers import (
    barriers_layer,
    offices_layer,
    post_offices_layer,
    units_layer,
)
from mobile_api.access import Scope, access, current_province
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.layer_schemas import LayerFilterSchema, ProvinceFilterSchema
from mobile_api.geojson import GEOJSON, FeatureCollectionSchema, roads_answer
from mobile_api.unit import current_session


@blueprint.get("/map-layers/roads")
@access(*READERS, scope=Scope.PROVINCE)
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
@blueprint.alt_response(206, description="The part that Range asked for.")
@blueprint.alt_response(304, description="Nothing changed since that ETag.")
@blueprint.alt_response(404, description="roads_layer_missing")
def roads() -> Response:
    """Roads by class, gzipped; answers Range, ETag and If-Modified-Since."""
    return roads_answer()


@blueprint.get("/map-layers/offices")
@access(*READERS, scope=Scope.PROVINCE)
@blueprint.arguments(LayerFilterSchema, location="query")
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
def offices(query: Mapping[str, Any]) -> JsonObject:
    """One-stop offices that are valid on the date."""
    return _layer(offices_layer, query)


@blueprint.get("/map-layers/post-offices")
@access(*READERS, scope=Scope.PROVINCE)
@blueprint.arguments(LayerFilterSchema, location="query")
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
def post_offices(query: Mapping[str, Any]) -> JsonObject:
    """Post offices that are valid on the date."""
    return _layer(post_offices_layer, query)


@blueprint.get("/map-layers/units")
@access(*READERS, scope=Scope.PROVINCE)
@blueprint.arguments(LayerFilterSchema, location="query")
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
def units(query: Mapping[str, Any]) -> JsonObject:
    """Wards, communes and special zones of the date: outlines, or centroids where none is known."""
    return _layer(units_layer, query)


@blueprint.get("/map-layers/barriers")
@access(*READERS, scope=Scope.PROVINCE)
@blueprint.arguments(ProvinceFilterSchema, location="query")
@blueprint.response(200, FeatureCollectionSchema, content_type=GEOJSON)
def barriers(query: Mapping[str, Any]) -> JsonObject:
    """Rivers, shores and airfields as lines: what estimated ways go around."""
    return barriers_layer(current_province(query))


def _layer(make: Callable[..., JsonObject], query: Mapping[str, Any]) -> JsonObject:
    province = current_province(query)
    return make(current_session(), province, query.get("on") or clock.today_local())

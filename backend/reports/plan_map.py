"""A plan as GeoJSON: routes as lines, stops and what is left undone as points."""

from collections.abc import Iterable, Sequence
from typing import Any

from backend.database import JsonObject
from backend.planning.plan_details import RouteDetail, StopDetail, UnassignedDetail


def plan_map(routes: Sequence[RouteDetail], unassigned: Iterable[UnassignedDetail]) -> JsonObject:
    """A FeatureCollection (WGS 84, [lon, lat]); `kind` ∈ ROUTE | STOP | UNASSIGNED.

    Doors are named by their address only: a map file travels further than a screen.
    """
    features: list[JsonObject] = []
    for route in routes:
        features.append(_line(route))
        features.extend(_stop(route, stop) for stop in route.stops if stop.point is not None)
    features.extend(_left(item) for item in unassigned if item.point is not None)
    return {"type": "FeatureCollection", "features": features}


def _line(route: RouteDetail) -> JsonObject:
    points = [stop.point for stop in route.stops if stop.point is not None]
    drawn = route.geometry is not None
    geometry = {"type": "LineString", "coordinates": route.geometry if drawn else points}
    return _feature(
        geometry,
        kind="ROUTE",
        route_id=str(route.id),
        number=route.number,
        courier_code=route.courier_code,
        distance_m=route.distance_m,
        starts_at=route.starts_at.isoformat(),
        ends_at=route.ends_at.isoformat(),
        geometry_source=route.geometry_source if drawn else "STRAIGHT_LINES",
    )


def _stop(route: RouteDetail, stop: StopDetail) -> JsonObject:
    counter = stop.place.name if stop.place_kind != "HOME" else ""
    return _feature(
        {"type": "Point", "coordinates": stop.point},
        kind="STOP",
        stop_id=str(stop.id),
        route_id=str(route.id),
        number=route.number,
        label=stop.label,
        stop_kind=stop.kind.value,
        place_kind=stop.place_kind.value if stop.place_kind else None,
        name=counter,
        address=stop.place.address,
        arrives_at=stop.arrives_at.isoformat(),
        ends_at=stop.ends_at.isoformat(),
        visits=[
            {"kind": visit.kind.value, "item_code": visit.leg.item_code} for visit in stop.visits
        ],
    )


def _left(item: UnassignedDetail) -> JsonObject:
    return _feature(
        {"type": "Point", "coordinates": item.point},
        kind="UNASSIGNED",
        leg_id=str(item.leg.leg_id),
        item_code=item.leg.item_code,
        address=item.address,
        reasons=[reason["code"] for reason in item.reasons],
    )


def _feature(geometry: JsonObject, **properties: Any) -> JsonObject:
    return {"type": "Feature", "geometry": geometry, "properties": properties}

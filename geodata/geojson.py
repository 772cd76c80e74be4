"""Read GeoJSON with errors a person can act on."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from geodata.errors import InvalidGeodata


def read_features(file: Path) -> list[dict[str, Any]]:
    """The features of a FeatureCollection or single Feature (`.geojson`, also gzipped).

    Each has `properties` (a dict) and `geometry` (a dict or None). Raises InvalidGeodata.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InvalidGeodata(
            f"{file.name} cannot be read ({error.strerror or error}).", "Check the path."
        ) from None
    try:
        content = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (ValueError, EOFError, OSError, zlib.error) as error:
        place = getattr(error, "lineno", None)
        where = f" at line {place}" if place else ""
        raise InvalidGeodata(
            f"{file.name} is not JSON{where}.", "Export the layer again as GeoJSON."
        ) from None
    kind = content.get("type") if isinstance(content, dict) else None
    features = content.get("features") if kind == "FeatureCollection" else [content]
    if kind not in ("FeatureCollection", "Feature") or not isinstance(features, list):
        raise InvalidGeodata(
            f"{file.name} is not a GeoJSON FeatureCollection.", "Export the layer as GeoJSON."
        )
    for number, feature in enumerate(features, 1):
        if (
            not isinstance(feature, dict)
            or not isinstance(feature.get("properties") or {}, dict)
            or not isinstance(feature.get("geometry") or {}, dict)
        ):
            raise InvalidGeodata(
                f"{file.name}: feature {number} is malformed.", "Export the layer as GeoJSON."
            )
    return [
        {"properties": feature.get("properties") or {}, "geometry": feature.get("geometry")}
        for feature in features
    ]

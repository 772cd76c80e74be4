"""Administrative units from GeoJSON: properties are columns, geometries are outlines."""

import json
from pathlib import Path

from backend.places.imports.units import UNITS
from backend.tabular.layout import Reading
from backend.tabular.reading import Table, table_of, unreadable
from geodata.errors import InvalidGeodata
from geodata.geojson import read_features


def read_unit_outlines(path: Path, reading: Reading | None = None) -> Table:
    """A table of units whose rows carry their geometry; the line is the feature's number.

    Raises FileUnreadable, WrongColumns or UnknownColumn.
    """
    how = reading or Reading()
    how.check(UNITS)
    try:
        features = read_features(path)
    except InvalidGeodata as error:
        # The sentence around it names the file and ends with a full stop of its own.
        reason = error.reason.rstrip(".").replace(f"{path.name}: ", "").replace(path.name, "it")
        raise unreadable(path, vi=reason, en=reason) from None
    if not features:
        raise unreadable(path, vi="không có đối tượng nào", en="it has no features")
    header = tuple(dict.fromkeys(name for each in features for name in each["properties"]))
    lines = (
        (number, [_text(each["properties"].get(name)) for name in header], each["geometry"])
        for number, each in enumerate(features, 1)
    )
    return table_of(path, UNITS, how, header, lines)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Small hand-made OSM files: a few streets on a grid of 100 m, drawn by name."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

from geodata.point import Point, from_plane

CORNER = Point(16.06, 108.21)
"""South-west corner of the grid."""

GRID_M = 100.0


def grid(column: float, row: float) -> Point:
    """The place `column` steps east and `row` steps north of the corner."""
    return from_plane(column * GRID_M, row * GRID_M, CORNER)


def an_osm_file(file: Path, *ways: tuple[list[tuple[float, float]], dict[str, str]]) -> Path:
    """Write an OSM file; each way is its grid places and its tags; equal places are one node."""
    ids: dict[tuple[float, float], int] = {}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="tests">']
    for places, _ in ways:
        for place in places:
            if place not in ids:
                ids[place] = len(ids) + 1
                point = grid(*place)
                lines.append(
                    f'<node id="{ids[place]}" lat="{point.lat:.7f}" lon="{point.lon:.7f}"/>'
                )
    for number, (places, tags) in enumerate(ways, 1):
        lines.append(f'<way id="{number}">')
        lines.extend(f'<nd ref="{ids[place]}"/>' for place in places)
        lines.extend(f"<tag k={quoteattr(key)} v={quoteattr(tags[key])}/>" for key in tags)
        lines.append("</way>")
    file.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return file


def a_small_town(file: Path) -> Path:
    """A ring of streets two blocks wide, an alley inside, a one-way street, and a cut-off lane.

    Ring: (0,0) – (4,0) – (4,4) – (0,4). One way from (0,2) to (4,2), motorbikes included. Alley
    from (2,0) up to (2,1). Cut off: a lane from (6,6) to (8,6).
    """
    return an_osm_file(
        file,
        ([(0, 0), (2, 0), (4, 0)], {"highway": "primary", "name": "Đường Lê Duẩn"}),
        ([(4, 0), (4, 2), (4, 4)], {"highway": "residential", "name": "Đường Hải Phòng"}),
        ([(4, 4), (0, 4)], {"highway": "residential", "name": "Đường Hùng Vương"}),
        ([(0, 4), (0, 2), (0, 0)], {"highway": "residential", "name": "Đường Ông Ích Khiêm"}),
        ([(0, 2), (4, 2)], {"highway": "tertiary", "oneway": "yes", "name": "Đường Một Chiều"}),
        ([(2, 0), (2, 1)], {"highway": "service", "service": "alley", "name": "Kiệt 12 Lê Duẩn"}),
        ([(6, 6), (8, 6)], {"highway": "residential", "name": "Đường Trên Đảo"}),
    )

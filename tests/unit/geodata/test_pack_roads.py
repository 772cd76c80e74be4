"""The roads that ship are digitised by us: measured here against what is known, and connected."""

import csv
import statistics
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import osmium
import pytest
import shapely

from geodata.packs import Pack, open_pack
from geodata.point import Point, to_plane

CENTRE = Point(16.06, 108.2)
SNAP_M = 300.0
REACHED_SHARE = 0.95


@dataclass(frozen=True)
class Way:
    name: str
    is_bridge: bool
    nodes: tuple[str, ...]
    line: shapely.LineString


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack("da_nang")


@pytest.fixture(scope="module")
def ways(pack: Pack) -> list[Way]:
    file = pack.find_file("roads")
    assert file is not None
    root = ET.parse(file.path).getroot()
    places = {
        node.attrib["id"]: Point(float(node.attrib["lat"]), float(node.attrib["lon"]))
        for node in root.iter("node")
    }
    found = []
    for way in root.iter("way"):
        tags = {tag.attrib["k"]: tag.attrib["v"] for tag in way.iter("tag")}
        refs = tuple(nd.attrib["ref"] for nd in way.iter("nd"))
        east, north = to_plane([places[ref] for ref in refs], CENTRE)
        line = shapely.LineString(np.column_stack((east, north)))
        found.append(Way(tags["name"], "bridge" in tags, refs, line))
    return found


@pytest.fixture(scope="module")
def by_name(ways: list[Way]) -> dict[str, shapely.MultiLineString]:
    lines: dict[str, list[shapely.LineString]] = defaultdict(list)
    for way in ways:
        lines[key(way.name)].append(way.line)
    return {name: shapely.MultiLineString(each) for name, each in lines.items()}


def key(name: str) -> str:
    bare = name.removeprefix("Đường ").replace("Đ", "D").replace("đ", "d").casefold()
    return "".join(
        letter for letter in unicodedata.normalize("NFD", bare) if not unicodedata.combining(letter)
    )


def at(lat: float, lon: float) -> shapely.Point:
    ((east,), (north,)) = to_plane([Point(lat, lon)], CENTRE)
    return shapely.Point(east, north)


def street_gaps(test_data: Path, by_name: dict[str, shapely.MultiLineString]) -> dict[str, float]:
    """Metres from each known street point to our line of the same name."""
    gaps = {}
    with (test_data / "addresses" / "danang_street_points.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            line = by_name.get(key(row["street"]))
            if line is not None:
                gaps[row["street"]] = line.distance(at(float(row["lat"]), float(row["lon"])))
    return gaps


def test_the_network_is_one_piece_so_that_both_banks_are_reached(ways: list[Way]) -> None:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for way in ways:
        for one, other in zip(way.nodes, way.nodes[1:], strict=False):
            neighbours[one].add(other)
            neighbours[other].add(one)
    reached, frontier = set[str](), [ways[0].nodes[0]]
    while frontier:
        node = frontier.pop()
        if node not in reached:
            reached.add(node)
            frontier.extend(neighbours[node])
    assert reached == neighbours.keys()


def test_rivers_are_crossed_by_bridges_only_and_each_bridge_is_there(
    ways: list[Way], pack: Pack
) -> None:
    rivers = shapely.MultiLineString(
        [
            np.column_stack(to_plane(barrier.line, CENTRE))
            for barrier in pack.barriers
            if "Sông" in barrier.name
        ]
    )
    crossing = [way for way in ways if way.line.intersects(rivers)]
    assert all(way.is_bridge for way in crossing)
    assert {
        "Cầu Thuận Phước",
        "Cầu Sông Hàn",
        "Cầu Rồng",
        "Cầu Trần Thị Lý",
        "Cầu Nguyễn Văn Trỗi",
        "Cầu Tiên Sơn",
        "Cầu Hòa Xuân",
        "Cầu Nguyễn Tri Phương",
        "Cầu Cẩm Lệ",
        "Cầu Đỏ",
        "Cầu Khuê Đông",
        "Cầu Nam Ô",
    } == {way.name for way in crossing}


def test_named_street_points_lie_within_100_m_of_our_line_in_the_median(
    test_data: Path, by_name: dict[str, shapely.MultiLineString]
) -> None:
    gaps = street_gaps(test_data, by_name)
    assert len(gaps) > 100
    assert statistics.median(gaps.values()) <= 100
    assert np.percentile(list(gaps.values()), 90) <= 100


def test_every_bridge_with_a_known_point_lies_within_50_m_of_it(
    test_data: Path, by_name: dict[str, shapely.MultiLineString]
) -> None:
    gaps = {
        name: gap for name, gap in street_gaps(test_data, by_name).items() if name.startswith("Cầu")
    }
    assert len(gaps) >= 10
    assert max(gaps.values()) <= 50, gaps


def test_the_centre_agrees_with_all_nodes_of_the_real_extract(
    test_data: Path, by_name: dict[str, shapely.MultiLineString]
) -> None:
    gaps: list[float] = []
    extract = test_data / "roads" / "danang_haichau_centre.osm.pbf"
    for way in osmium.FileProcessor(str(extract)).with_locations():
        if not way.is_way() or way.tags.get("highway") not in {"primary", "secondary", "tertiary"}:
            continue
        line = by_name.get(key(way.tags.get("name", "")))
        if line is not None:
            gaps += [line.distance(at(node.lat, node.lon)) for node in way.nodes]
    assert len(gaps) > 500
    assert statistics.median(gaps) <= 25
    assert np.percentile(gaps, 95) <= 100


def test_offices_and_post_offices_of_the_old_city_lie_near_a_road(
    pack: Pack, ways: list[Way]
) -> None:
    network = shapely.MultiLineString([way.line for way in ways])
    gaps = [
        network.distance(at(float(row["lat"]), float(row["lon"])))
        for kind in ("offices", "post-offices")
        for row in pack.rows(kind)
    ]
    assert sum(gap <= SNAP_M for gap in gaps) / len(gaps) >= REACHED_SHARE
